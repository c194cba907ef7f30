import { describe, expect, it } from 'vitest';
import { chanceWithin, expectedCandidates } from '../../src/core/ceremony/chances.ts';
import { placeFactorShare, sieveFor, type Sieve } from '../../src/core/ceremony/sieve.ts';
import { bitLength } from '../../src/core/bytes/integers.ts';
import type { Random } from '../../src/core/environment.ts';
import { gcd } from '../../src/core/numbers/integers.ts';
import { primesBelow } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { SIEVE_GAP_BITS, type KeyBits } from '../../src/core/params.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Draws the largest or the smallest value of every range. */
const always = (byte: number): Random => ({ bytes: (length) => new Uint8Array(length).fill(byte) });

function factorOf(sieve: Sieve, random: Random, b: (party: number) => bigint): bigint {
  return sieve.bases.reduce((sum, _, i) => sum + placeFactorShare(sieve, i + 1, b(i + 1), random), 0n);
}

describe.each<[KeyBits, number]>([
  [512, 3],
  [512, 9],
  [1024, 4],
  [2048, 3],
  [2048, 7],
  [3072, 5],
])('the sieve for keys of %i bits and %i banks', (keyBits, parties) => {
  const sieve = sieveFor(keyBits, parties);
  const top = 1n << BigInt(keyBits / 2);

  it('covers all primes up to its largest between M and W', () => {
    const largest = sieve.primes.at(-1) as number;
    expect(gcd(sieve.m, sieve.w)).toBe(1n);
    expect(primesBelow(largest + 1).every((prime) => (sieve.m * sieve.w) % BigInt(prime) === 0n)).toBe(true);
    expect(bitLength(sieve.m)).toBeLessThanOrEqual(keyBits / 2 - SIEVE_GAP_BITS);
  });

  it('keeps the factor in its range even at the ends of all draws', () => {
    const largest: Sieve = { ...sieve, multiples: sieve.multiples.map(() => 1n) };
    const low = factorOf(largest, always(0), () => 0n); // r_i = 0
    // the largest r_i, b_i = M − 1
    const high =
      factorOf(largest, always(0), () => sieve.m - 1n) +
      sieve.multiples.reduce((sum, limit) => sum + sieve.m * sieve.w * (limit - 1n), 0n) +
      BigInt(parties) * sieve.m * sieve.w; // whatever k_i
    expect(low >= (3n * top) / 4n).toBe(true);
    expect(high < top).toBe(true);
  });

  it('makes the factor 3 modulo 4, a unit modulo W and what the shares say modulo M', () => {
    const random = seededRandom('sieve', keyBits, parties);
    for (let round = 0; round < 20; round++) {
      const b = Array.from({ length: parties }, () => randomBelow(random, sieve.m));
      const p = factorOf(sieve, random, (party) => b[party - 1] as bigint);
      expect(p % 4n).toBe(3n);
      expect(gcd(p, sieve.w)).toBe(1n);
      expect((p - b.reduce((sum, share) => sum + share)) % sieve.m).toBe(0n);
      expect(p >= (3n * top) / 4n && p < top).toBe(true);
      expect(bitLength(p * p)).toBe(keyBits);
    }
  });

  it('leaves at least 80 random bits to each bank above M', () => {
    for (const multiple of sieve.multiples) expect(bitLength(multiple)).toBeGreaterThanOrEqual(80);
  });
});

describe('the length of the search', () => {
  it('is about 3,700 candidates at 2048 bits', () => {
    expect(expectedCandidates(2048, 3)).toBeGreaterThan(3600);
    expect(expectedCandidates(2048, 3)).toBeLessThan(3800);
  });

  it('grows with the key', () => {
    expect(expectedCandidates(512, 3)).toBeLessThan(expectedCandidates(1024, 3));
    expect(expectedCandidates(2048, 3)).toBeLessThan(expectedCandidates(3072, 3));
  });

  it('has a chance of 63 % within the expected number, and no memory', () => {
    expect(chanceWithin(0, 3700)).toBe(0);
    expect(chanceWithin(3700, 3700)).toBeCloseTo(1 - Math.exp(-1), 3);
    const stillGoing = (count: number) => 1 - chanceWithin(count, 3700);
    expect(stillGoing(3000)).toBeCloseTo(stillGoing(1000) * stillGoing(2000), 12);
  });
});
