import { Accumulator, ProductUnit } from './accumulator.ts';
import type { Layout } from './layout.ts';
import { LIMB_BITS, LIMB_BYTES, LIMB_MASK } from './limbs.ts';
import { Products } from './operands.ts';
import { RowEmitter, type Tile } from './rows.ts';
import { toDouble, toInteger } from './conversion.ts';
import { f64, f64x2, i32, i64, v128, type F64, type I64, type V128 } from './wasm/instructions.ts';
import type { FunctionBuilder, Local } from './wasm/module.ts';

/**
 * The way out of Montgomery form: from x·2^51 modulo n, or x·2^102 modulo n², to the least residue modulo N, or N² (docs/engine.md,
 * "Import and export"). Halves are at the layout's `residue`; in squared form they then mean u + w·N.
 */

const SHIFT = BigInt(LIMB_BITS);
const TILE_WIDTH = 4;

/** Calls `body` with the byte offset of each of `count` limbs. */
function eachLimb(f: FunctionBuilder, offset: Local<'i32'>, count: number, body: () => void): void {
  f.set(offset, i32.const(0));
  f.doWhile(() => {
    body();
    f.set(offset, i32.add(offset, LIMB_BYTES));
    return i32.lt_u(offset, i32.const(count * LIMB_BYTES));
  });
}

/** spread(source): source's halves become u, and w = κ·(second half), which has one limb more. */
export function emitSpread(f: FunctionBuilder, layout: Layout): void {
  const [u, w] = layout.residue as [number, number | undefined];
  const source = f.parameter(0);
  const offset = f.local('i32');
  eachLimb(f, offset, layout.limbs, () => {
    f.emit(f64.store(offset, f64.load(i32.add(source, offset)), u));
  });
  f.emit(f64.store(i32.const(u + layout.halfBytes), f64.const(0)));
  if (w === undefined) return;
  const row = new LimbRow(f);
  row.start(i64.load(i32.const(layout.kappa)), i64.const(0n));
  eachLimb(f, offset, layout.limbs, () => {
    row.add(v128.load64_splat(i32.add(source, offset), layout.halfBytes), i64.const(0n));
    f.emit(f64.store(offset, row.limb(), w));
  });
  f.emit(f64.store(i32.const(w + layout.halfBytes), row.rest()));
}

/**
 * divide(): u ← (u + q·N)/2^51 with q = κ·u mod 2^51, which divides by 2^51 modulo N. In squared form u + w·N = 2^51·u' + (w − q)·N,
 * so that w ← (w − q + q'·N)/2^51.
 */
export function emitDivide(f: FunctionBuilder, layout: Layout): void {
  const offset = f.local('i32');
  const quotient = f.local('i64');
  const borrowed = f.local('i64');
  const row = new LimbRow(f);
  for (const address of layout.residue) {
    f.set(borrowed, quotient); // 0 at first
    const lowest = i64.sub(toInteger(f64.load(i32.const(address))), borrowed);
    f.set(quotient, i64.and(i64.mul(lowest, i64.load(i32.const(layout.kappa))), LIMB_MASK));
    row.start(quotient, i64.sub(i64.const(0n), borrowed));
    eachLimb(f, offset, layout.limbs + 1, () => {
      row.add(v128.load64_splat(offset, layout.root), toInteger(f64.load(offset, address)));
      f.emit(f64.store(offset, row.limb(), address - LIMB_BYTES));
    });
    f.emit(f64.store(i32.const(address + layout.halfBytes), row.rest()));
  }
}

/** reduce(): brings u below 2N, or u + w·N with u < 2N and w < 2N, to the least residue. Takes always the same time. */
export function emitReduce(f: FunctionBuilder, layout: Layout): void {
  const [u, w] = layout.residue as [number, number | undefined];
  const carry = f.local('i64');
  const subtracted = f.local('i64');
  const offset = f.local('i32');
  const sum = f.local('i64');
  const root = (): I64 => toInteger(f64.load(offset, layout.root));
  /** half + more, less N when it is not below N; `subtracted` is then −1, else 0. */
  const subtractRoot = (half: number, more: I64): void => {
    const limb = (): I64 => i64.add(toInteger(f64.load(offset, half)), carry);
    f.set(carry, more);
    f.set(sum, more);
    eachLimb(f, offset, layout.limbs, () => {
      f.set(carry, i64.shr_s(i64.sub(limb(), root()), SHIFT));
    });
    f.set(subtracted, i64.sub(i64.const(-1n), carry));
    f.set(carry, sum);
    eachLimb(f, offset, layout.limbs, () => {
      f.set(sum, i64.sub(limb(), i64.and(root(), subtracted)));
      f.set(carry, i64.shr_s(sum, SHIFT));
      f.emit(f64.store(offset, toDouble(i64.and(sum, LIMB_MASK)), half));
    });
  };
  subtractRoot(u, i64.const(0n));
  if (w === undefined) return;
  subtractRoot(w, i64.and(subtracted, 1n));
  subtractRoot(w, i64.const(0n));
}

/** join(): the layout's `joined` ← u + w·N, or u. */
export function emitJoin(f: FunctionBuilder, layout: Layout): void {
  const [u, w] = layout.residue as [number, number | undefined];
  const c = f.local('i32');
  if (w === undefined) {
    eachLimb(f, c, layout.limbs, () => {
      f.emit(f64.store(c, f64.load(c, u), layout.joined));
    });
    return;
  }
  const rows = new RowEmitter(f, 1);
  const product = new Products(layout, rows, i32.const(w), {
    scalarOffsets: [0],
    vectors: [layout.root],
    products: [{ half: 0, scalar: 0, vector: 0 }],
  });
  const unit = new ProductUnit(f);
  const [sum, carry, overhang] = [f.local('i64'), f.local('i64'), f.local('i64')];
  const columns = (tile: Tile, low: boolean): void => {
    const [accumulator] = tile.accumulators as [Accumulator];
    const loops = product.loops(c, low);
    rows.start(tile, loops);
    for (const loop of loops) rows.loop(tile, loop);
    product.remainder(tile, c, low);
    for (let column = 0; column < tile.width; column++) {
      const others: I64[] = [carry];
      if (column === 0) others.push(overhang);
      if (low) others.push(toInteger(f64.load(c, u + LIMB_BYTES * column)));
      f.set(sum, accumulator.sum(column, others));
      f.set(carry, i64.shr_s(sum, SHIFT));
      f.emit(f64.store(c, toDouble(i64.and(sum, LIMB_MASK)), layout.joined + LIMB_BYTES * column));
    }
    f.set(overhang, accumulator.overhang());
    f.set(c, i32.add(c, LIMB_BYTES * tile.width));
  };
  f.set(c, i32.const(0));
  const rest = layout.limbs % TILE_WIDTH;
  const tileOf = (width: number): Tile => ({ width, accumulators: [new Accumulator(unit, width)] });
  const [whole, partial] = [tileOf(TILE_WIDTH), tileOf(rest)];
  for (const low of [true, false]) {
    if (rest > 0) columns(partial, low);
    f.doWhile(() => {
      columns(whole, low);
      return i32.lt_u(c, i32.const((low ? 1 : 2) * layout.halfBytes));
    });
  }
}

/** One limb times a number, limb by limb, with carries. */
class LimbRow {
  readonly #f: FunctionBuilder;
  readonly #unit: ProductUnit;
  readonly #scalar: Local<'v128'>;
  readonly #vector: Local<'v128'>;
  readonly #sum: Local<'i64'>;
  readonly #carry: Local<'i64'>;
  /** The upper half of the product before. */
  readonly #high: Local<'i64'>;

  constructor(f: FunctionBuilder) {
    this.#f = f;
    this.#unit = new ProductUnit(f);
    this.#scalar = f.local('v128');
    this.#vector = f.local('v128');
    [this.#sum, this.#carry, this.#high] = f.locals('i64', 3) as [Local<'i64'>, Local<'i64'>, Local<'i64'>];
  }

  start(scalar: I64, carry: I64): void {
    this.#f.set(this.#scalar, f64x2.splat(toDouble(scalar)));
    this.#f.set(this.#carry, carry);
    this.#f.set(this.#high, i64.const(0n));
  }

  /** scalar·vector + addend, at the next limb. */
  add(vector: V128, addend: I64): void {
    const f = this.#f;
    f.set(this.#vector, vector);
    const { low, high } = this.#unit.split(this.#scalar, this.#vector);
    f.set(this.#sum, i64.add(i64.add(i64.add(addend, low), this.#high), this.#carry));
    f.set(this.#high, high);
    f.set(this.#carry, i64.shr_s(this.#sum, SHIFT));
  }

  limb(): F64 {
    return toDouble(i64.and(this.#sum, LIMB_MASK));
  }

  /** The limb after the last one. */
  rest(): F64 {
    return toDouble(i64.add(this.#carry, this.#high));
  }
}
