import { Bug } from '../../errors.ts';
import { layoutOf, type Layout } from './layout.ts';
import { LIMB_BYTES, type Form } from './limbs.ts';
import { MontgomeryEmitter } from './montgomery.ts';
import { conversion, multiplication, Squaring } from './operands.ts';
import { RowEmitter } from './rows.ts';
import { emitDivide, emitJoin, emitReduce, emitSpread } from './residue.ts';
import { emitPack, emitSelect, emitUnpack } from './transfer.ts';
import { i32 } from './wasm/instructions.ts';
import { ModuleBuilder } from './wasm/module.ts';
import { PAGE_BYTES, type WebAssemblyHost, type WebAssemblyMemory } from './web-assembly.ts';

/** The kernel's functions. Numbers are given by their addresses; destinations may be operands. */
export interface KernelFunctions {
  /** destination ← a·b/R */
  multiply(destination: number, a: number, b: number): void;
  /** destination ← a²/R */
  square(destination: number, a: number): void;
  /** destination ← a^(2^count) with 1/R at each step; count ≥ 1 */
  squareTimes(destination: number, a: number, count: number): void;
  /** destination ← entry `index` of a table of `count` numbers, in constant time */
  select(destination: number, table: number, index: number, count: number): void;
  /** destination ← the limbs of the bits at the layout's `packed` */
  unpack(destination: number): void;
  /** destination ← Montgomery form of the number whose limbs, L or 2·L of them, are at source. */
  convert(destination: number, source: number): void;
  /**
   * the layout's `packed`, which must hold zeros, ← the bits of the least residue that is congruent to source·2^-51 modulo N, or
   * source·2^-102 modulo N²; for a source below n + N, or halves below n + 2^99
   */
  residue(source: number): void;
}

/** The bytes of the WebAssembly module for numbers of one layout: a pure function of the layout. */
export function kernelModule(layout: Layout): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder();
  builder.function('multiply', 3, (f) => {
    const rows = new RowEmitter(f, layout.digits.length);
    const operands = multiplication(f, layout, rows, f.parameter(1), f.parameter(2));
    new MontgomeryEmitter(f, layout, rows, operands).emit(f.parameter(0));
  });
  builder.function('convert', 2, (f) => {
    const rows = new RowEmitter(f, layout.digits.length);
    const operands = conversion(layout, rows, f.parameter(1));
    new MontgomeryEmitter(f, layout, rows, operands).emit(f.parameter(0));
  });
  const square = builder.function('square', 2, (f) => {
    const rows = new RowEmitter(f, layout.digits.length);
    new MontgomeryEmitter(f, layout, rows, new Squaring(f, layout, rows, f.parameter(1))).emit(f.parameter(0));
  });
  builder.function('squareTimes', 3, (f) => {
    const [destination, source, count] = [f.parameter(0), f.parameter(1), f.parameter(2)];
    f.doWhile(() => {
      f.call(square, destination, source);
      f.set(source, destination);
      f.set(count, i32.sub(count, 1));
      return count;
    });
  });
  builder.function('select', 4, (f) => {
    emitSelect(f, layout);
  });
  builder.function('unpack', 1, (f) => {
    emitUnpack(f, layout);
  });
  const spread = builder.function('spread', 1, (f) => {
    emitSpread(f, layout);
  });
  const divide = builder.function('divide', 0, (f) => {
    emitDivide(f, layout);
  });
  builder.function('residue', 1, (f) => {
    f.call(spread, f.parameter(0));
    layout.residue.forEach(() => {
      f.call(divide);
    });
    emitReduce(f, layout);
    emitJoin(f, layout);
    emitPack(f, layout);
  });
  return builder.bytes(Math.ceil(layout.end / PAGE_BYTES));
}

/** An instance of the module, and its memory, of which what lies behind the layout is handed out from the bottom up. */
export class Kernel {
  readonly layout: Layout;
  readonly call: KernelFunctions;
  readonly #memory: WebAssemblyMemory;
  #bytes: Uint8Array;
  #top: number;

  constructor(host: WebAssemblyHost, form: Form, limbs: number) {
    this.layout = layoutOf(form, limbs);
    const module = new host.Module(kernelModule(this.layout));
    const exports = new host.Instance(module as never).exports as KernelFunctions & { memory: WebAssemblyMemory };
    this.call = exports;
    this.#memory = exports.memory;
    this.#bytes = new Uint8Array(exports.memory.buffer);
    this.#top = this.layout.end;
  }

  /** Addresses of `count` consecutive numbers, valid until a {@link release} to below them. */
  allocate(count = 1): number {
    const address = this.#top;
    this.#top += count * this.layout.numberBytes;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0 && this.#memory.grow(Math.ceil(missing / PAGE_BYTES)) < 0) throw new Bug('no memory left');
    return address;
  }

  /** To be given to {@link release}. */
  get mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  /** All of the memory; not to be kept, as it is replaced when memory grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  limbs(address: number, count = this.layout.limbs): Float64Array {
    return new Float64Array(this.#memory.buffer, address, count);
  }

  integers(address: number, count = this.layout.limbs): BigUint64Array {
    return new BigUint64Array(this.#memory.buffer, address, count);
  }

  copy(destination: number, source: number): void {
    this.bytes.copyWithin(destination, source, source + this.layout.numberBytes);
  }

  /** The limbs of `count` numbers, to be kept outside the kernel. */
  save(address: number, count: number): Float64Array {
    return this.limbs(address, (count * this.layout.numberBytes) / LIMB_BYTES).slice();
  }

  /** Puts back what {@link save} took. */
  restore(saved: Float64Array): number {
    const address = this.allocate((saved.length * LIMB_BYTES) / this.layout.numberBytes);
    this.limbs(address, saved.length).set(saved);
    return address;
  }
}
