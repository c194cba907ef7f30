import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BankGraph, PeriodGraph } from '../../src/core/datasets/bank-graph.ts';
import { Contributors } from '../../src/core/run/contributors.ts';
import type { AccountRow } from '../../src/core/run/period-plan.ts';

const ACCOUNTS = 5;
const SOURCES = 6;

const sources = (count: number): fc.Arbitrary<{ source: number; weight: bigint }[]> =>
  fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }).map((found) => found.map((source) => ({ source, weight: 1n })));

const row: fc.Arbitrary<AccountRow> = fc.record({
  ownWeight: fc.constant(1n),
  inside: sources(ACCOUNTS),
  outside: sources(SOURCES),
});
const iterations = fc.array(fc.array(row, { minLength: ACCOUNTS, maxLength: ACCOUNTS }), { maxLength: 4 });

/** The same outside account may be another source of another period, and ids repeat at different banks. */
function graphOf(order: readonly number[]): BankGraph {
  const keys = order.map((source) => ({ bank: source < 3 ? 'B' : 'C', id: String(source % 3) }));
  const period: PeriodGraph = { incoming: [], foreignSources: keys, serves: new Map() };
  return { bank: 'A', ids: [], scores: new Float64Array(0), periods: [period] };
}

const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: SOURCES });

/** All outside accounts from which a walk of transfers leads to the account, one transfer or a wait per iteration. */
function walk(rows: readonly (readonly AccountRow[])[], keys: readonly string[], account: number): Set<string> {
  const last = rows.at(-1)?.[account];
  const found = new Set<string>();
  if (!last) return found;
  const before = rows.slice(0, -1);
  for (const { source } of last.outside) found.add(keys[source] as string);
  for (const from of [account, ...last.inside.map(({ source }) => source)]) {
    for (const key of walk(before, keys, from)) found.add(key);
  }
  return found;
}

describe('the outside contributors of an account', () => {
  test('are all that reached it over any path, counted up to the minimum', () => {
    fc.assert(
      fc.property(iterations, order, fc.integer({ min: 1, max: 7 }), (rows, sourceOrder, enough) => {
        const graph = graphOf(sourceOrder);
        const keys = graph.periods[0]?.foreignSources.map(({ bank, id }) => `${bank}/${id}`) ?? [];
        const contributors = new Contributors(ACCOUNTS, enough);
        for (const iteration of rows) contributors.spread(graph, 0, iteration);
        for (let account = 0; account < ACCOUNTS; account++) {
          expect(contributors.count(account)).toBe(Math.min(enough, walk(rows, keys, account).size));
        }
      }),
    );
  });

  test('are the same ones in another period, be it that they stand elsewhere in its list', () => {
    const [one, two] = [graphOf([0, 1, 2, 3, 4, 5]), graphOf([3, 0, 1, 2, 4, 5])];
    const from = (source: number): AccountRow[] => [{ ownWeight: 1n, inside: [], outside: [{ source, weight: 1n }] }];
    const contributors = new Contributors(1, 5);
    contributors.spread(one, 0, from(0)); // B/0
    contributors.spread(two, 0, from(1)); // B/0 again
    expect(contributors.count(0)).toBe(1);
    contributors.spread(two, 0, from(0)); // C/0
    expect(contributors.count(0)).toBe(2);
  });
});
