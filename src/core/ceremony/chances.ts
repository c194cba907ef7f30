import { primesBelow } from '../numbers/primes.ts';
import type { KeyBits } from '../params.ts';
import { sieveFor } from './sieve.ts';

/**
 * How many candidates a search takes on average. A random number near x is prime with probability 1/ln x; one that is
 * known to have no prime factor up to B, with Π_{ℓ≤B} ℓ/(ℓ − 1) times that. Both factors have to be prime.
 */
export function expectedCandidates(keyBits: KeyBits, parties: number): number {
  const largest = sieveFor(keyBits, parties).primes.at(-1) ?? 2;
  const gain = primesBelow(largest + 1).reduce((product, prime) => (product * prime) / (prime - 1), 1);
  const meanFactor = 7 / 8; // of 2^h
  const logFactor = (keyBits / 2) * Math.LN2 + Math.log(meanFactor);
  return (logFactor / gain) ** 2;
}

/** The chance that a search which expects `expected` candidates ends within the next `count`. It has no memory. */
export function chanceWithin(count: number, expected: number): number {
  return 1 - (1 - 1 / expected) ** count;
}
