import { describe, expect, it } from 'vitest';
import { openSslMultiplications } from '../../bench/kernel.ts';
import {
  fixedBasePowers,
  plus,
  runMultiplications,
  searchMultiplications,
  secondsOf,
  securePower,
  times,
  weightedSums,
} from '../../bench/limits.ts';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { Transfer } from '../../src/core/datasets/dataset.ts';
import type { RunParameters } from '../../src/core/run/parameters.ts';

const parameters: RunParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 1,
  periods: 1,
  unknownSenders: 'exclude',
  precisionBits: 16,
  minContributors: 1,
  masking: 'short',
};

/** Three banks with one account each, and transfers between them given by the banks' letters. */
function graphsOf(...transfers: readonly (readonly [from: string, to: string])[]): BankGraph[] {
  const key = (bank: string) => ({ bank, id: 'account' });
  const all = transfers.map(([from, to]): Transfer => ({ source: key(from), destination: key(to), amount: 100n }));
  return ['A', 'B', 'C'].map((bank) => {
    const touching = all.filter(({ source, destination }) => source.bank === bank || destination.bank === bank);
    const dataset = { bank, accounts: [{ id: 'account', score: 0.5 }], periods: [touching] };
    return buildBankGraph(dataset, { kind: 'fault' }).graph;
  });
}

describe('multiplications of powers', () => {
  it('a secret exponent squares once per bit and multiplies once per window of the best width', () => {
    // width 5: 410 windows and a table of 30; width 6: 342 and 62; width 4: 512 and 14
    expect(securePower(2048)).toEqual({ squarings: 2048, products: 341 + 62 });
    // width 1: a table of nothing
    expect(securePower(2)).toEqual({ squarings: 2, products: 1 });
  });

  it('many powers of a fixed base cost one multiplication per digit and their share of the table', () => {
    expect(fixedBasePowers(0, 1024)).toEqual({ squarings: 0, products: 0 });
    const many = 1e6;
    expect(fixedBasePowers(many, 1024).products / many).toBeCloseTo(127, 0);
    expect(fixedBasePowers(10, 1024).products).toBeLessThan(10 * securePower(1024).squarings);
  });

  it('weighted sums share the squarings of a row', () => {
    const one = weightedSums([[(1n << 21n) + 1n]], 1);
    expect(one.squarings).toBeGreaterThanOrEqual(21);
    const eight = weightedSums([Array<bigint>(8).fill(1n << 21n)], 8);
    expect(eight.squarings).toBeLessThanOrEqual(21 + 8);
    expect(eight.products).toBeGreaterThanOrEqual(7);
  });

  it('OpenSSL takes windows of five bits where its assembly serves, and of six elsewhere', () => {
    expect(openSslMultiplications(2048, 'x64')).toBe(2048 + 410 + 32);
    expect(openSslMultiplications(2048, 'arm64')).toBe(2048 + 342 + 64);
    expect(openSslMultiplications(512, 'arm64')).toBe(512 + 103 + 32);
  });

  it('add up, repeat and take the time of the kernel', () => {
    const some = plus({ squarings: 1, products: 2 }, times(3, { squarings: 10, products: 0 }));
    expect(some).toEqual({ squarings: 31, products: 2 });
    expect(secondsOf(some, { squaringUs: 2e6, productUs: 1e6 })).toBe(64);
  });
});

describe('the limit of a key search', () => {
  it('grows with the key and with the banks', () => {
    const squarings = (keyBits: 1024 | 2048 | 3072, parties: number) =>
      searchMultiplications(keyBits, parties).squarings;
    expect(squarings(2048, 3)).toBeGreaterThan(2 * squarings(1024, 3));
    expect(squarings(3072, 3)).toBeGreaterThan(squarings(2048, 3));
    expect(squarings(2048, 5)).toBeGreaterThan(1.4 * squarings(2048, 3));
  });

  it('is far below a test of every expected candidate, as trial division drops most', () => {
    const { squarings } = searchMultiplications(2048, 3);
    expect(squarings).toBeLessThan(3700 * 4096);
    expect(squarings).toBeGreaterThan(0.2 * 3700 * 4096);
  });
});

describe('the limit of a secure run', () => {
  it('is nothing where no transfer crosses banks', () => {
    const counts = runMultiplications(graphsOf(['A', 'A'], ['B', 'B']), parameters, 2048);
    for (const count of Object.values(counts)) expect(count).toEqual({ squarings: 0, products: 0 });
  });

  it('opens one packet for one account that something foreign reaches, at every bank', () => {
    const counts = runMultiplications(graphsOf(['A', 'B']), parameters, 2048);
    expect(counts['partial decryptions']).toEqual(times(3, securePower(2 * 2048 + 129)));
    // one ciphertext received; the packet and its answers at both other banks, and their product
    expect(counts['checks and combination']).toEqual({ squarings: 0, products: 1 + 3 * 2 });
    // one weight of the full scale less the own one: no row is longer than the weight
    expect(counts['weighted sums'].squarings).toBeGreaterThan(0);
    expect(counts['weighted sums'].squarings).toBeLessThan(40);
  });

  it('counts what was reached in one iteration as served and kept in the next', () => {
    const chain = graphsOf(['A', 'B'], ['B', 'C']);
    const once = runMultiplications(chain, parameters, 2048);
    const twice = runMultiplications(chain, { ...parameters, iterations: 2 }, 2048);
    expect(twice['weighted sums'].squarings).toBeGreaterThan(1.5 * once['weighted sums'].squarings);
    expect(twice.masks.products).toBeGreaterThan(once.masks.products);
    // both B and C were reached in the first iteration already
    expect(twice['partial decryptions']).toEqual(once['partial decryptions']);
  });
});
