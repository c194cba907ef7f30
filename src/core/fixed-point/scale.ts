import { bitLength } from '../bytes/integers.ts';

const MANTISSA_BITS = 52;
const EXPONENT_BIAS = 1075;

/** A finite non-negative float64 as mantissa · 2^exponent, exactly. */
export function decompose(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  return biased === 0
    ? { mantissa: fraction, exponent: 1 - EXPONENT_BIAS }
    : { mantissa: fraction | (1n << BigInt(MANTISSA_BITS)), exponent: biased - EXPONENT_BIAS };
}

/** round(value · 2^bits), halves up, from the exact value of the float64. */
export function toFixed(value: number, bits: number): bigint {
  const { mantissa, exponent } = decompose(value);
  const shift = exponent + bits;
  if (shift >= 0) return mantissa << BigInt(shift);
  const down = BigInt(-shift);
  return (mantissa + (1n << (down - 1n))) >> down;
}

/** value / 2^bits as a float64; `value` ≥ 0 of any length. */
export function fromFixed(value: bigint, bits: number): number {
  const excess = Math.max(0, bitLength(value) - 64);
  return Number(value >> BigInt(excess)) * 2 ** (excess - bits);
}
