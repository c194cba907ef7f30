import { bitLength } from '../bytes/integers.ts';
import { integerRoot } from './integers.ts';
import { primesBelow } from './primes.ts';

/** Whether `n` = x^k for some x and some k ≥ 2. Prime exponents suffice. */
export function isPerfectPower(n: bigint): boolean {
  return primesBelow(bitLength(n) + 1).some((exponent) => integerRoot(n, exponent) ** BigInt(exponent) === n);
}
