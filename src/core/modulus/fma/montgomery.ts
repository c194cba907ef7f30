import { Accumulator, ProductUnit } from './accumulator.ts';
import type { Layout } from './layout.ts';
import { toDouble } from './conversion.ts';
import { LIMB_BITS, LIMB_BYTES, LIMB_MASK } from './limbs.ts';
import type { Operands } from './operands.ts';
import type { RowEmitter, RowLoop, Tile } from './rows.ts';
import { f64, f64x2, i32, i64, type I32, type I64 } from './wasm/instructions.ts';
import type { FunctionBuilder, Local } from './wasm/module.ts';

/** Columns computed at a time: as many as have room in 16 vector registers. */
const TILE_WIDTH = { plain: 6, squared: 4 } as const;

const SHIFT = BigInt(LIMB_BITS);

/**
 * Emits Montgomery multiplication (Math. Comp. 44, 1985) by product scanning: column sums of a·b and of q·n, from the lowest up, a
 * tile of neighbouring columns at a time. As n ≡ −1 (mod 2^51), a digit of q is the lowest limb of what is left to
 * cancel. In squared form both halves run side by side, and −q0 enters the second (docs/engine.md).
 */
export class MontgomeryEmitter {
  readonly #f: FunctionBuilder;
  readonly #layout: Layout;
  readonly #rows: RowEmitter;
  readonly #operands: Operands;
  readonly #unit: ProductUnit;
  /** Eight times the number of the tile's first column. */
  readonly #c: Local<'i32'>;
  /** Where the tile's columns of the result go. */
  readonly #out: Local<'i32'>;
  readonly #modulusLimb: Local<'i64'>;
  /** By half. */
  readonly #digits: readonly Local<'i64'>[];
  readonly #sums: readonly Local<'i64'>[];
  readonly #carries: readonly Local<'i64'>[];
  readonly #overhangs: readonly Local<'i64'>[];

  constructor(f: FunctionBuilder, layout: Layout, rows: RowEmitter, operands: Operands) {
    const halves = layout.digits.length;
    this.#f = f;
    this.#layout = layout;
    this.#rows = rows;
    this.#operands = operands;
    this.#unit = new ProductUnit(f);
    this.#c = f.local('i32');
    this.#out = f.local('i32');
    this.#modulusLimb = f.local('i64');
    this.#digits = f.locals('i64', halves);
    this.#sums = f.locals('i64', halves);
    this.#carries = f.locals('i64', halves);
    this.#overhangs = f.locals('i64', halves);
  }

  emit(destination: I32): void {
    const f = this.#f;
    const { form, limbs, halfBytes, modulusLimb } = this.#layout;
    this.#operands.prepare();
    f.set(this.#out, destination);
    f.set(this.#modulusLimb, i64.load(i32.const(modulusLimb)));
    f.set(this.#c, i32.const(0)); // carries and overhangs are 0 as well, as all locals are
    const whole = this.#tile(TILE_WIDTH[form]);
    const rest = limbs % whole.width;
    const partial = rest > 0 ? this.#tile(rest) : undefined;
    for (const low of [true, false]) {
      if (partial) this.#columns(partial, low);
      f.doWhile(() => {
        this.#columns(whole, low);
        return i32.lt_u(this.#c, low ? halfBytes : 2 * halfBytes);
      });
    }
  }

  #tile(width: number): Tile {
    return { width, accumulators: this.#digits.map(() => new Accumulator(this.#unit, width)) };
  }

  #columns(tile: Tile, low: boolean): void {
    const f = this.#f;
    const c = this.#c;
    const loops = [...this.#operands.loops(c, low), this.#reduction(low)];
    this.#rows.start(tile, loops);
    for (const loop of loops) this.#rows.loop(tile, loop);
    this.#operands.remainder(tile, c, low);
    if (low) this.#chooseDigits(tile);
    else this.#writeResult(tile);
    this.#overhangs.forEach((overhang, half) => {
      f.set(overhang, (tile.accumulators[half] as Accumulator).overhang());
    });
    f.set(c, i32.add(c, LIMB_BYTES * tile.width));
  }

  /** q·(n + 1) for the digits of earlier tiles; the digits themselves, which this is too much, are the limbs cleared. */
  #reduction(low: boolean): RowLoop {
    const { digits, modulus, halfBytes } = this.#layout;
    const [first = 0] = digits;
    const last = halfBytes - LIMB_BYTES;
    const common = {
      scalarOffsets: digits.map((address) => address - first),
      vectorOffsets: [0],
      products: digits.map((_, half) => ({ half, scalar: half, vector: 0 })),
    };
    return low
      ? { ...common, bytes: this.#c, scalarStart: i32.const(first), vectorStart: i32.add(this.#c, modulus) }
      : {
          ...common,
          bytes: i32.sub(i32.const(halfBytes + last), this.#c),
          scalarStart: i32.add(this.#c, first - last),
          vectorStart: i32.const(modulus + last),
        };
  }

  /**
   * The digits of the tile's columns, one after the other. A digit depends on the row of the digit before it, of which only the lowest
   * product matters, modulo 2^51: one integer multiplication is faster than waiting for the row itself.
   */
  #chooseDigits(tile: Tile): void {
    const f = this.#f;
    for (let column = 0; column < tile.width; column++) {
      const foreseen = column > 0;
      this.#sums.forEach((sum, half) => {
        const product = i64.mul(this.#digit(half), this.#modulusLimb);
        f.set(sum, this.#sum(tile, half, column, foreseen ? [product] : []));
      });
      this.#sums.forEach((sum, half) => {
        if (half === 1) this.#subtractFirstDigit(column);
        f.set(this.#digit(half), i64.and(sum, LIMB_MASK));
      });
      if (foreseen) {
        this.#reductionRow(tile, column - 1);
        this.#sums.forEach((sum, half) => {
          f.set(sum, this.#sum(tile, half, column, []));
          if (half === 1) this.#subtractFirstDigit(column);
        });
      }
      this.#sums.forEach((sum, half) => {
        f.set(this.#carries[half] as Local<'i64'>, i64.shr_s(sum, SHIFT));
        this.#useDigit(half, column);
      });
    }
    this.#reductionRow(tile, tile.width - 1);
  }

  /** The second half holds a0·b1 + a1·b0 − q0 (mod n): − q0 as (R − 1 − q0) + (1 − R) mod n, limb by limb. */
  #subtractFirstDigit(column: number): void {
    const sum = this.#sums[1] as Local<'i64'>;
    const complement = i64.load(this.#c, this.#layout.complement + LIMB_BYTES * column);
    this.#f.set(sum, i64.add(sum, i64.sub(complement, this.#digit(0))));
  }

  #useDigit(half: number, column: number): void {
    const f = this.#f;
    const digit = toDouble(this.#digit(half));
    this.#rows.setScalar(half, f64x2.splat(digit));
    f.emit(f64.store(this.#c, digit, (this.#layout.digits[half] as number) + LIMB_BYTES * column));
  }

  /** The row of the tile's digit `column`, in the columns of the tile above it. */
  #reductionRow(tile: Tile, column: number): void {
    const { products } = this.#reduction(true);
    const pointer = i32.const(this.#layout.modulus - LIMB_BYTES * column);
    this.#rows.row(tile, pointer, [0], products, Math.ceil(column / 2));
  }

  #writeResult(tile: Tile): void {
    const f = this.#f;
    for (let column = 0; column < tile.width; column++) {
      this.#sums.forEach((sum, half) => {
        f.set(sum, this.#sum(tile, half, column, []));
        f.set(this.#carries[half] as Local<'i64'>, i64.shr_s(sum, SHIFT));
        const limb = toDouble(i64.and(sum, LIMB_MASK));
        f.emit(f64.store(this.#out, limb, half * this.#layout.halfBytes + LIMB_BYTES * column));
      });
    }
    f.set(this.#out, i32.add(this.#out, LIMB_BYTES * tile.width));
  }

  #sum(tile: Tile, half: number, column: number, more: readonly I64[]): I64 {
    const carry = this.#carries[half] as Local<'i64'>;
    const fromBefore = column === 0 ? [this.#overhangs[half] as Local<'i64'>] : [];
    return (tile.accumulators[half] as Accumulator).sum(column, [carry, ...fromBefore, ...more]);
  }

  #digit(half: number): Local<'i64'> {
    return this.#digits[half] as Local<'i64'>;
  }
}
