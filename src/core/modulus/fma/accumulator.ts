import { f64x2, i64, i64x2, v128, type I64, type V128 } from './wasm/instructions.ts';
import type { FunctionBuilder, Local } from './wasm/module.ts';

/**
 * The exact product of two limbs by two fused multiply-adds (after Emmart, Zheng, Weems, "Faster modular exponentiation using double
 * precision floating point arithmetic on the GPU", ARITH 2018). With p = s·v ≤ 2^103:
 *
 *   high = fma(s, v, 2^103)                  = 2^103 + H·2^51, H = p/2^51 rounded to the nearest integer
 *   low  = fma(s, v, 2^103 + 3·2^51 − high)  = 3·2^51 + (p − H·2^51), exactly
 *
 * Both lie where the unit in the last place is 2^51 and 1, so that their bit patterns, as integers, are those of 2^103
 * and 3·2^51 plus H and p − H·2^51: integer additions add up many of them.
 */
const HIGH_OFFSET = 2 ** 103;
const LOW_OFFSET = 3 * 2 ** 51;

const HIGH_BIAS = bitsOf(HIGH_OFFSET);
const LOW_BIAS = bitsOf(LOW_OFFSET);

function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}

/** What all accumulators of a function share: constants and intermediate values. */
export class ProductUnit {
  readonly f: FunctionBuilder;
  readonly #high: Local<'v128'>;
  readonly #highOffset: Local<'v128'>;
  readonly #bothOffsets: Local<'v128'>;

  constructor(f: FunctionBuilder) {
    this.f = f;
    this.#high = f.local('v128');
    this.#highOffset = f.local('v128');
    this.#bothOffsets = f.local('v128');
    const bothOffsets = bitsOf(HIGH_OFFSET + LOW_OFFSET);
    f.set(this.#highOffset, v128.const(HIGH_BIAS, HIGH_BIAS));
    f.set(this.#bothOffsets, v128.const(bothOffsets, bothOffsets));
  }

  /** Adds both halves of scalar·vector, two columns at a time. */
  multiplyAdd(high: Local<'v128'>, low: Local<'v128'>, scalar: V128, vector: V128): void {
    const { f } = this;
    f.set(this.#high, f64x2.relaxed_madd(scalar, vector, this.#highOffset));
    f.set(high, i64x2.add(high, this.#high));
    const rest = f64x2.sub(this.#bothOffsets, this.#high);
    f.set(low, i64x2.add(low, f64x2.relaxed_madd(scalar, vector, rest)));
  }

  /** Both halves of a single product, that of the lower lanes; to be used before the next one. */
  split(scalar: Local<'v128'>, vector: Local<'v128'>): { readonly low: I64; readonly high: I64 } {
    this.f.set(this.#high, f64x2.relaxed_madd(scalar, vector, this.#highOffset));
    const low = f64x2.relaxed_madd(scalar, vector, f64x2.sub(this.#bothOffsets, this.#high));
    return {
      low: i64.sub(i64x2.extract_lane(low, 0), LOW_BIAS),
      high: i64.sub(i64x2.extract_lane(this.#high, 0), HIGH_BIAS),
    };
  }
}

/**
 * Sums of products for `width` neighbouring columns. The biases that every product brings along are subtracted: those of
 * loops at the start, as their number is known at run time, all others when a column is read.
 */
export class Accumulator {
  readonly #unit: ProductUnit;
  readonly #low: Local<'v128'>[];
  readonly #high: Local<'v128'>[];
  /** Products per pair of columns since the start, outside loops. */
  readonly #counts: number[];
  /** Whether the products now added were announced to {@link start}. */
  announced = false;

  constructor(unit: ProductUnit, width: number) {
    this.#unit = unit;
    this.#low = unit.f.locals('v128', width / 2);
    this.#high = unit.f.locals('v128', width / 2);
    this.#counts = this.#low.map(() => 0);
  }

  /** @param products how many products loops will add to each column */
  start(products: I64): void {
    const { f } = this.#unit;
    this.#low.forEach((low) => {
      f.set(low, i64x2.splat(i64.mul(products, -LOW_BIAS)));
    });
    this.#high.forEach((high) => {
      f.set(high, i64x2.splat(i64.mul(products, -HIGH_BIAS)));
    });
    this.#counts.fill(0);
  }

  add(pair: number, scalar: V128, vector: V128): void {
    this.#unit.multiplyAdd(this.#high[pair] as Local<'v128'>, this.#low[pair] as Local<'v128'>, scalar, vector);
    if (!this.announced) this.#counts[pair] = this.#count(pair) + 1;
  }

  /** Column `column`: its lower halves, the upper halves of the column before it (if in this tile), and `others`. */
  sum(column: number, others: readonly I64[]): I64 {
    let bias = BigInt(this.#count(column >> 1)) * LOW_BIAS;
    let sum: I64 = lane(this.#low, column);
    if (column > 0) {
      bias += BigInt(this.#count((column - 1) >> 1)) * HIGH_BIAS;
      sum = i64.add(sum, lane(this.#high, column - 1));
    }
    for (const other of others) sum = i64.add(sum, other);
    return bias === 0n ? sum : i64.sub(sum, bias);
  }

  /** The upper halves of the last column, which belong to the next tile. */
  overhang(): I64 {
    const last = 2 * this.#high.length - 1;
    const bias = BigInt(this.#count(last >> 1)) * HIGH_BIAS;
    const high = lane(this.#high, last);
    return bias === 0n ? high : i64.sub(high, bias);
  }

  #count(pair: number): number {
    return this.#counts[pair] as number;
  }
}

function lane(pairs: readonly Local<'v128'>[], column: number): I64 {
  return i64x2.extract_lane(pairs[column >> 1] as Local<'v128'>, column & 1);
}
