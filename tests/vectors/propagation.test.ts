import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import { exactly, propagateExactly, toDecimal } from '../support/exact-reference.ts';
import { PROPAGATION_CASES } from './propagation-cases.ts';
import { readDatasets, writeVector } from './propagation-vector.ts';
import type { PropagationVector } from './propagation-vector.ts';

const folder = new URL('./propagation/', import.meta.url);
const contentOf = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8');
const names = PROPAGATION_CASES.map((given) => given.name);

describe('propagation vectors', () => {
  test('are exactly the files that are kept', () => {
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.json`).sort());
  });

  test.each(PROPAGATION_CASES)('$name is written again to the last byte', async (given) => {
    expect(await writeVector(given)).toBe(contentOf(given.name));
  });

  test.each(names)('the reference in float64 finds the exact scores of %s to 1e-12', (name) => {
    const vector = JSON.parse(contentOf(name)) as PropagationVector;
    const graphs = readDatasets(vector).map((dataset) => buildBankGraph(dataset, vector.unlisted).graph);
    const scores = propagateInTheClear(graphs, vector.parameters);
    expect(graphs.map((graph) => graph.bank)).toEqual(Object.keys(vector.expected));
    for (const { bank, ids } of graphs) {
      const expected = new Map(vector.expected[bank]);
      expect([...expected.keys()].sort()).toEqual([...ids].sort());
      for (const [j, id] of ids.entries()) {
        const difference = Math.abs((scores.get(bank)?.[j] as number) - Number(expected.get(id)));
        expect(difference, `${bank}/${id}`).toBeLessThan(1e-12);
      }
    }
  });
});

describe('propagation in exact fractions', () => {
  test('finds what is found by hand', () => {
    const a = { bank: 'A', id: 'a' };
    const b = { bank: 'B', id: 'b' };
    const rows = [
      { source: b, destination: a, amount: 2n },
      { source: a, destination: a, amount: 1n },
    ];
    const datasets = [
      { bank: 'A', accounts: [{ id: 'a', score: 0.25 }], periods: [rows] },
      { bank: 'B', accounts: [{ id: 'b', score: 1 }], periods: [rows.slice(0, 1)] },
    ];
    const parameters = {
      delta: { kind: 'constant', value: 0.5 },
      iterations: 2,
      periods: 1,
      unknownSenders: 'zero',
    } as const;
    const exact = propagateExactly(datasets, { kind: 'fault' }, parameters);
    // a: 1/4 → 1/8 + (2 + 1/4)/6 = 1/2 → 1/4 + (1 + 1/2)/6 = 1/2;  b: 1 → 1/2 → 1/4
    const [score] = exact.get('A')?.values() ?? [];
    expect(score && toDecimal(score, 5)).toBe('0.50000');
    const [other] = exact.get('B')?.values() ?? [];
    expect(other && toDecimal(other, 5)).toBe('0.25000');
  });

  test('takes numbers for what they are in binary, and writes decimals rounded down', () => {
    expect(exactly(0.75)).toEqual({ numerator: 3n, denominator: 4n });
    expect(toDecimal(exactly(0.1), 20)).toBe('0.10000000000000000555');
    expect(toDecimal(exactly(1), 3)).toBe('1.000');
    expect(exactly(5e-324).denominator).toBe(2n ** 1074n);
  });
});
