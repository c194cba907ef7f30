/** Sliding windows over the bits of an exponent (Menezes, van Oorschot, Vanstone, Handbook, algorithm 14.85). */
export const WINDOW_BITS = 4;

/** base^1, base^3, …, base^(2^WINDOW_BITS − 1) mod modulus: entry i holds the power 2i + 1. */
export function oddPowers(base: bigint, modulus: bigint): bigint[] {
  const square = (base * base) % modulus;
  const powers = [base];
  for (let i = 1; i < 1 << (WINDOW_BITS - 1); i++) powers.push(((powers[i - 1] as bigint) * square) % modulus);
  return powers;
}

export interface WindowDigit {
  /** Position of the digit's lowest bit. */
  readonly bit: number;
  /** Odd, below 2^WINDOW_BITS. */
  readonly digit: number;
}

/** Odd digits with exponent = Σ digit · 2^bit, from the lowest up. */
export function windowDigits(exponent: bigint): WindowDigit[] {
  const binary = exponent.toString(2);
  const digits: WindowDigit[] = [];
  for (let end = binary.length; end > 0;) {
    if (binary.charCodeAt(end - 1) === 48) {
      end--;
    } else {
      const start = Math.max(0, end - WINDOW_BITS);
      digits.push({ bit: binary.length - end, digit: parseInt(binary.slice(start, end), 2) });
      end = start;
    }
  }
  return digits.filter(({ digit }) => digit > 0);
}
