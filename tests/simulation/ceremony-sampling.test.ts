import { beforeAll, describe, expect, it } from 'vitest';
import type { FactorShares } from '../../src/core/ceremony/context.ts';
import { openProducts } from '../../src/core/ceremony/product.ts';
import { FactorSampler } from '../../src/core/ceremony/sampling.ts';
import { sieveFor } from '../../src/core/ceremony/sieve.ts';
import { FactorBase } from '../../src/core/numbers/factor-base.ts';
import { primesBelow } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { corruptionThreshold } from '../../src/core/params.ts';
import { dealShares } from '../../src/core/sharing/deal.ts';
import { multiplyShares, reduceDegree } from '../../src/core/sharing/multiplication.ts';
import { Shamir } from '../../src/core/sharing/shamir.ts';
import { simulateStep } from '../support/ceremony.ts';
import { histogram, uniformityScore } from '../support/chi-square.ts';
import { seededRandom } from '../support/seeded-random.ts';

const CANDIDATES = 3000;
const FACTOR_BITS = 256n;
/** Standard deviations; the randomness is fixed, so a pass stays a pass. */
const SUSPICIOUS = 4;

const residues = (values: readonly bigint[], modulus: number) =>
  histogram(
    values.map((value) => Number(value % BigInt(modulus))),
    modulus,
  );

describe.each([3, 5, 7])('the sampled factors of %i banks', (parties) => {
  const sieve = sieveFor(512, parties);
  /** By party: the shares of all p, then of all q. */
  let shares: bigint[][];
  let factors: bigint[];

  beforeAll(async () => {
    const tuning = { batchSize: CANDIDATES / 2, trialBound: 3 };
    const sampled = await simulateStep(parties, 'sampling', tuning, async (context) => {
      const sampler = new FactorSampler(context);
      return [...(await sampler.sample(0)), ...(await sampler.sample(1))];
    });
    shares = sampled.map((own) => [...own.map(({ secretP }) => secretP), ...own.map(({ secretQ }) => secretQ)]);
    factors = (shares[0] as bigint[]).map((_, i) => shares.reduce((sum, own) => sum + (own[i] as bigint), 0n));
  });

  it('have no small factor, and are 3 modulo 4', () => {
    const smallPrimes = new FactorBase(primesBelow((sieve.primes.at(-1) as number) + 1));
    expect(factors.every((p) => smallPrimes.factorOf(p) === undefined && p % 4n === 3n)).toBe(true);
  });

  it('lie in [¾, 1)·2^h, around the middle', () => {
    const [low, high] = [3n << (FACTOR_BITS - 2n), 1n << FACTOR_BITS];
    expect(factors.every((p) => p >= low && p < high)).toBe(true);
    const mean = factors.reduce((sum, p) => sum + Number(p >> (FACTOR_BITS - 32n)), 0) / factors.length / 2 ** 32;
    expect(mean).toBeCloseTo(7 / 8, 2);
  });

  it('are uniform over the units of small primes', () => {
    const primes = primesBelow((sieve.primes.at(-1) as number) + 1).filter((prime) => prime > 2);
    for (const prime of primes) {
      const [zeros, ...units] = residues(factors, prime);
      expect(zeros, String(prime)).toBe(0);
      expect(uniformityScore(units), String(prime)).toBeLessThan(SUSPICIOUS);
    }
  });

  it('have no factor twice, and p independent of q', () => {
    expect(new Set(factors).size).toBe(2 * CANDIDATES);
    const pairs = histogram(
      Array.from({ length: CANDIDATES }, (_, i) =>
        Number(((factors[i] as bigint) % 11n) * 11n + ((factors[CANDIDATES + i] as bigint) % 11n)),
      ),
      121,
    ).filter((count, pair) => count > 0 || (pair % 11 !== 0 && pair >= 11));
    expect(pairs).toHaveLength(100);
    expect(uniformityScore(pairs)).toBeLessThan(SUSPICIOUS);
  });

  it('have shares that are uniform modulo the primes of M, for every single bank', () => {
    for (const own of shares) {
      for (const prime of [sieve.primes[0] as number, 61, sieve.primes.at(-1) as number]) {
        expect(uniformityScore(residues(own, prime)), String(prime)).toBeLessThan(SUSPICIOUS);
      }
    }
  });

  it('have shares that fill their range evenly', () => {
    for (const [i, own] of shares.entries()) {
      const [base, step] = [sieve.bases[i] as bigint, sieve.m * sieve.w];
      const width = (sieve.multiples[i] as bigint) * step;
      const bins = own.map((share) => Number(((share - base) * 16n) / width)).filter((bin) => bin < 16);
      expect(bins.length).toBeGreaterThan(own.length - 3);
      expect(uniformityScore(histogram(bins, 16))).toBeLessThan(SUSPICIOUS);
    }
  });

  it('have shares with the residues that make the sum a unit modulo W', () => {
    const [first, ...others] = shares as [bigint[], ...bigint[][]];
    const allowed = first.map((share) => sieve.residues.indexOf(share % sieve.w));
    expect(uniformityScore(histogram(allowed, sieve.residues.length))).toBeLessThan(SUSPICIOUS);
    expect(others.flat().every((share) => share % sieve.w === 0n)).toBe(true);
  });
});

describe('the opened products', () => {
  it.each([3, 4, 9])('are p·q at all of %i banks', async (parties) => {
    const tuning = { batchSize: 20, trialBound: 3 };
    const opened = await simulateStep(parties, 'products', tuning, async (context) => {
      const factors = await new FactorSampler(context).sample(0);
      return { factors, candidates: await openProducts(context, 0, factors) };
    });
    const total = (index: number, part: keyof FactorShares) =>
      opened.reduce((sum, { factors }) => sum + (factors[index] as FactorShares)[part], 0n);
    for (const { candidates } of opened) {
      expect(candidates.map(({ n }) => n)).toEqual(candidates.map((_, i) => total(i, 'secretP') * total(i, 'secretQ')));
    }
  });
});

describe('the multiplication of Shamir shares', () => {
  it.each([3, 5, 8])('of %i banks brings the degree back to t, with fresh shares', async (parties) => {
    const modulus = 2n ** 127n - 1n;
    const shamir = new Shamir(modulus, parties, corruptionThreshold(parties));
    const secret = (party: number, index: number) => randomBelow(seededRandom('secret', party, index), modulus);
    const steps = await simulateStep(parties, 'multiplication', { batchSize: 1, trialBound: 3 }, async (context) => {
      const { session, random } = context;
      const ours = [secret(session.self, 0), secret(session.self, 1)];
      const dealt = await dealShares(session, shamir, ours, random, { round: 'deal', field: 'secrets' });
      const products = multiplyShares(shamir, dealt[0] as bigint[], dealt[1] as bigint[]);
      return { products, reduced: await reduceDegree(session, shamir, products, random, 'reduce') };
    });
    for (const index of [0, 1]) {
      const expected = (secret(1, index) * secret(2, index)) % modulus;
      const reduced = steps.map((step) => step.reduced[index] as bigint);
      expect(shamir.reconstruct(reduced)).toBe(expected);
      expect(reduced).not.toEqual(steps.map((step) => step.products[index]));
      // Degree t: any t + 1 shares suffice. Interpolate through the first t + 1 alone.
      const fewer = new Shamir(modulus, shamir.degree + 1, shamir.degree);
      expect(fewer.reconstruct(reduced.slice(0, shamir.degree + 1))).toBe(expected);
    }
  });
});
