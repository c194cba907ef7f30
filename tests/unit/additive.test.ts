import { describe, expect, it } from 'vitest';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { additiveShares } from '../../src/core/sharing/additive.ts';
import { multiplyShares } from '../../src/core/sharing/multiplication.ts';
import { PairwiseSeeds } from '../../src/core/sharing/pairwise-seeds.ts';
import { Shamir } from '../../src/core/sharing/shamir.ts';
import { productField } from '../../src/core/sharing/fields.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { pairwiseSeedsOf } from '../support/pairwise-seeds.ts';

const random = seededRandom('additive');

describe('additive shares of a product of Shamir shares', () => {
  const shamir = new Shamir(productField(512), 5, 2);
  const [a, b] = [randomBelow(random, shamir.modulus), randomBelow(random, shamir.modulus)];
  const [sharesA, sharesB] = [shamir.share(a, random), shamir.share(b, random)];
  const sharesWith = (seeds: readonly PairwiseSeeds[], label: string): bigint[] =>
    seeds.map((seed, i) => {
      const product = multiplyShares(shamir, [sharesA[i] as bigint], [sharesB[i] as bigint]);
      return additiveShares(shamir, i + 1, product, seed.zeros(shamir.modulus, 1, label))[0] as bigint;
    });
  const seeds = pairwiseSeedsOf(5, random);

  it('sum to the product', () => {
    expect(sharesWith(seeds, 'first').reduce((sum, share) => sum + share) % shamir.modulus).toBe(
      (a * b) % shamir.modulus,
    );
  });

  it('are others each time', () => {
    const [once, again] = [sharesWith(seeds, 'once'), sharesWith(seeds, 'again')];
    for (const [i, share] of once.entries()) expect(share).not.toBe(again[i]);
  });
});
