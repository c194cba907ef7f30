import { LIMB_MASK } from './limbs.ts';
import { f64, i64, type F64, type I64 } from './wasm/instructions.ts';

const TWO_TO_52 = 2 ** 52;
const BITS_OF_TWO_TO_52 = 0x4330000000000000n;

/** An integer below 2^52 as a double: it is the mantissa of a double between 2^52 and 2^53. */
export function toDouble(integer: I64): F64 {
  return f64.sub(f64.reinterpret_i64(i64.or(integer, BITS_OF_TWO_TO_52)), TWO_TO_52);
}

/** A limb as an integer, by the same token. */
export function toInteger(limb: F64): I64 {
  return i64.and(i64.reinterpret_f64(f64.add(limb, TWO_TO_52)), LIMB_MASK);
}
