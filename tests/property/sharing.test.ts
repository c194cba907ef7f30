import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mod } from '../../src/core/numbers/integers.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { corruptionThreshold } from '../../src/core/params.ts';
import { multiplyShares } from '../../src/core/sharing/multiplication.ts';
import { sumRows } from '../../src/core/sharing/residues.ts';
import { Shamir } from '../../src/core/sharing/shamir.ts';
import { pairwiseSeedsOf } from '../support/pairwise-seeds.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Primes, and products of primes above 9. */
const ring = fc.constantFrom(11n, 1_000_003n, 11n * 13n * 17n * 19n, 2n ** 127n - 1n, (2n ** 61n - 1n) * 11n);
const partyCount = fc.integer({ min: 3, max: 9 });
const secret = fc.bigInt(-(2n ** 140n), 2n ** 140n);

describe('sharings of any secrets, rings and numbers of parties', () => {
  it('reconstruct sums and products', () => {
    fc.assert(
      fc.property(ring, partyCount, secret, secret, fc.nat(), (modulus, parties, a, b, seed) => {
        const random = seededRandom('property', seed);
        const shamir = new Shamir(modulus, parties, corruptionThreshold(parties));
        const [sharesA, sharesB] = [shamir.share(a, random), shamir.share(b, random)];
        expect(shamir.reconstruct(sumRows([sharesA, sharesB], modulus))).toBe(mod(a + b, modulus));
        expect(shamir.reconstruct(multiplyShares(shamir, sharesA, sharesB))).toBe(mod(a * b, modulus));
        expect(sharesA.every((share) => share >= 0n && share < modulus)).toBe(true);
      }),
    );
  });

  it('hide the secret: t shares fit every other secret as well', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.nat(), (parties, seed) => {
        const random = seededRandom('hiding', seed);
        const shamir = new Shamir(1_000_003n, parties, corruptionThreshold(parties));
        const shares = shamir.share(7n, random);
        // Adding a polynomial that vanishes at the first t points moves the secret and leaves their shares.
        const vanishing = vanishingAtFirst(shamir, 1n + randomBelow(random, shamir.modulus - 1n));
        const moved = sumRows([shares, vanishing], shamir.modulus);
        expect(moved.slice(0, shamir.degree)).toEqual(shares.slice(0, shamir.degree));
        expect(shamir.reconstruct(moved)).not.toBe(7n);
      }),
    );
  });

  it('have zero-sharings that cancel', () => {
    fc.assert(
      fc.property(ring, partyCount, fc.integer({ min: 0, max: 5 }), fc.string(), (modulus, parties, count, label) => {
        const rows = pairwiseSeedsOf(parties, seededRandom(label)).map((seeds) => seeds.zeros(modulus, count, label));
        expect(sumRows(rows, modulus)).toEqual(Array.from({ length: count }, () => 0n));
      }),
    );
  });
});

/** Values of c·Π_{j=1…t} (x − j) at 1 … n, for c ≠ 0: zero at the first t points, not at 0. */
function vanishingAtFirst(shamir: Shamir, c: bigint): bigint[] {
  return Array.from({ length: shamir.parties }, (_, i) => {
    let value = c;
    for (let j = 1; j <= shamir.degree; j++) value *= BigInt(i + 1 - j);
    return mod(value, shamir.modulus);
  });
}
