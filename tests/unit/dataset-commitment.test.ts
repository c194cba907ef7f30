import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/bytes/hex.ts';
import type { BankGraph, Edge, PeriodGraph } from '../../src/core/datasets/bank-graph.ts';
import { commitToDataset, graphDigest, roundedMaxDegree } from '../../src/core/run/dataset-commitment.ts';

const own: Edge = { kind: 'own', source: 1, amount: 100n };
const foreign: Edge = { kind: 'foreign', source: 0, amount: 200n };
const period: PeriodGraph = {
  incoming: [[own, foreign], []],
  foreignSources: [{ bank: 'B', id: 'x' }],
  serves: new Map([
    ['B', [0, 1]],
    ['C', [1]],
  ]),
};
const graph: BankGraph = { bank: 'A', ids: ['a', 'b'], scores: Float64Array.of(0.5, 1), periods: [period] };

const withPeriod = (change: Partial<PeriodGraph>): BankGraph => ({ ...graph, periods: [{ ...period, ...change }] });
const withEdge = (change: Partial<Edge>): BankGraph => withPeriod({ incoming: [[{ ...own, ...change }, foreign], []] });

describe('the digest of a dataset', () => {
  it('changes with everything that is in it', () => {
    const changed: BankGraph[] = [
      graph,
      { ...graph, bank: 'Á' },
      { ...graph, ids: ['a', 'c'] },
      { ...graph, ids: ['b', 'a'] },
      { ...graph, ids: ['ab', ''] },
      { ...graph, scores: Float64Array.of(0.5, 1 - 2 ** -53) },
      { ...graph, scores: Float64Array.of(1, 0.5) },
      { ...graph, periods: [] },
      { ...graph, periods: [period, period] },
      withEdge({ kind: 'foreign' }),
      withEdge({ kind: 'unknown', source: -1 }),
      withEdge({ source: 0 }),
      withEdge({ amount: 101n }),
      withPeriod({ incoming: [[], [own, foreign]] }),
      withPeriod({ incoming: [[own], [foreign]] }),
      withPeriod({ incoming: [[own, foreign, own], []] }),
      withPeriod({ foreignSources: [{ bank: 'B', id: 'y' }] }),
      withPeriod({ foreignSources: [{ bank: 'Bx', id: '' }] }),
      withPeriod({ foreignSources: [...period.foreignSources, { bank: 'C', id: 'x' }] }),
      withPeriod({ serves: new Map([['B', [0, 1]]]) }),
      withPeriod({ serves: new Map([...period.serves, ['D', []]]) }),
      withPeriod({ serves: new Map([...period.serves, ['C', [0]]]) }),
    ];
    expect(new Set(changed.map((each) => toHex(graphDigest(each)))).size).toBe(changed.length);
  });

  it('does not depend on the order in which other banks were met', () => {
    expect(graphDigest(withPeriod({ serves: new Map([...period.serves].reverse()) }))).toEqual(graphDigest(graph));
  });
});

describe('a commitment to a dataset', () => {
  it('depends on salt and digest', () => {
    const [zero, one] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
    const commitments = [commitToDataset(zero, zero), commitToDataset(zero, one), commitToDataset(one, zero)];
    expect(new Set(commitments.map(toHex)).size).toBe(3);
    expect(commitToDataset(zero, one)).toEqual(commitToDataset(new Uint8Array(32), one));
  });
});

describe('the largest in-degree', () => {
  it('is rounded up to a power of two, over all periods', () => {
    const degrees = [0, 1, 2, 3, 4, 5, 8, 9, 1024, 1025].map((count) =>
      roundedMaxDegree({ ...graph, periods: [period, { ...period, incoming: [Array<Edge>(count).fill(own)] }] }),
    );
    expect(degrees).toEqual([2, 2, 2, 4, 4, 8, 8, 16, 1024, 2048]);
    expect(roundedMaxDegree({ ...graph, periods: [] })).toBe(1);
  });
});
