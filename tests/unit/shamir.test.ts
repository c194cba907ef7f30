import { describe, expect, it } from 'vitest';
import { Bug } from '../../src/core/errors.ts';
import { isProbablePrime } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import type { KeyBits } from '../../src/core/params.ts';
import { exponentField, productField } from '../../src/core/sharing/fields.ts';
import { multiplyShares } from '../../src/core/sharing/multiplication.ts';
import { Shamir } from '../../src/core/sharing/shamir.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('shamir');

describe('Shamir sharing', () => {
  it.each([
    [3, 1],
    [5, 2],
    [9, 4],
  ])('of %i parties reconstructs secrets of degree %i and products of two', (parties, degree) => {
    const shamir = new Shamir(productField(512), parties, degree);
    const [a, b] = [randomBelow(random, shamir.modulus), randomBelow(random, shamir.modulus)];
    const [sharesA, sharesB] = [shamir.share(a, random), shamir.share(b, random)];
    expect(shamir.reconstruct(sharesA)).toBe(a);
    expect(shamir.reconstruct(multiplyShares(shamir, sharesA, sharesB))).toBe((a * b) % shamir.modulus);
  });

  it('works in a ring whose primes are above the number of parties', () => {
    const shamir = new Shamir(11n * 13n * 17n, 9, 4);
    expect(shamir.reconstruct(shamir.share(1234n, random))).toBe(1234n);
  });

  it('takes negative secrets as residues', () => {
    const shamir = new Shamir(101n, 3, 1);
    expect(shamir.reconstruct(shamir.share(-5n, random))).toBe(96n);
  });

  it('refuses a ring in which points differ by a zero divisor', () => {
    expect(() => new Shamir(3n * 101n, 4, 1)).toThrow(Bug);
  });

  it('gives single shares that do not depend on the secret', () => {
    const shamir = new Shamir(7n, 3, 1);
    for (const secret of [0n, 5n]) {
      const counts = new Map<bigint, number>();
      for (let i = 0; i < 7000; i++) {
        const share = shamir.share(secret, random)[1] as bigint;
        counts.set(share, (counts.get(share) ?? 0) + 1);
      }
      // 6 degrees of freedom: above 27.9 with probability 1e-4, and the randomness is fixed
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(counts.size).toBe(7);
      expect(chiSquare).toBeLessThan(27.9);
    }
  });
});

describe('the prime fields of the ceremony', () => {
  it.each<KeyBits>([512, 1024, 2048, 3072])('are prime and large enough for keys of %i bits', (bits) => {
    const [p, f] = [productField(bits), exponentField(bits)];
    expect(p > 1n << BigInt(bits)).toBe(true);
    expect(f > (1n << BigInt(2 * bits)) << 120n).toBe(true);
    expect(isProbablePrime(p, random, 2)).toBe(true);
    expect(isProbablePrime(f, random, 1)).toBe(true);
  });
});
