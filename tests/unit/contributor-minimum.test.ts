import { describe, expect, it } from 'vitest';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import { Contributors } from '../../src/core/run/contributors.ts';
import { accountRows } from '../../src/core/run/period-plan.ts';

const WEIGHT_BITS = 20;

/** One account that receives from B and C in the first period and from D alone in the second. */
const graph: BankGraph = {
  bank: 'A',
  ids: ['a'],
  scores: Float64Array.of(0.5),
  periods: [['B', 'C'], ['D']].map((banks) => ({
    incoming: [banks.map((_, source) => ({ kind: 'foreign', source, amount: 100n }))],
    foreignSources: banks.map((bank) => ({ bank, id: '1' })),
    serves: new Map(),
  })),
};

function contributorsAfterBothPeriods(delta: number): number {
  const contributors = new Contributors(1, 3);
  for (const period of [0, 1]) {
    const known = new Set([0, 1]);
    contributors.spread(graph, period, accountRows(graph, period, known, 'exclude', delta, WEIGHT_BITS));
  }
  return contributors.count(0);
}

describe('the contributors of an account', () => {
  it('stay as long as something of its former score stays', () => {
    expect(contributorsAfterBothPeriods(0.5)).toBe(3);
  });

  it('are forgotten when δ is so near to 1 that the weight of its former score rounds to 0', () => {
    expect(contributorsAfterBothPeriods(1 - 2 ** -30)).toBe(1);
  });
});
