/** Digits of exponents given as little-endian bytes. */

/** Bits `from` … `from` + count − 1 (count ≤ 8); zeros beyond the end. Which bytes are read depends on no bit. */
export function fixedDigit(exponent: Uint8Array, from: number, count: number): number {
  const byte = from >> 3;
  const pair = (exponent[byte] ?? 0) | ((exponent[byte + 1] ?? 0) << 8);
  return (pair >> (from & 7)) & ((1 << count) - 1);
}

export interface SlidingDigit {
  /** Position of the digit's lowest bit. */
  readonly bit: number;
  /** Odd, below 2^windowBits. */
  readonly digit: number;
}

/**
 * Odd digits with exponent = Σ digit · 2^bit, from the lowest up: sliding windows (Menezes, van Oorschot, Vanstone, Handbook,
 * algorithm 14.85). Variable time.
 */
export function slidingDigits(exponent: Uint8Array, windowBits: number): SlidingDigit[] {
  const digits: SlidingDigit[] = [];
  const end = exponent.length * 8;
  for (let bit = 0; bit < end;) {
    const digit = fixedDigit(exponent, bit, windowBits);
    if (digit % 2 === 1) {
      digits.push({ bit, digit });
      bit += windowBits;
    } else {
      bit += digit === 0 ? windowBits : 1;
    }
  }
  return digits;
}
