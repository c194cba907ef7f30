import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { AccountKey, Dataset, Transfer, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { PropagationParameters } from '../../src/core/propagation/reference.ts';
import { propagateExactly } from '../support/exact-reference.ts';

interface Case {
  readonly datasets: readonly Dataset[];
  readonly rule: UnlistedRule;
  readonly parameters: PropagationParameters;
}

const anyId = fc.constantFrom('0', '1', '2', '3', '4');
const BANKS = ['A', 'B', 'C', 'outsider'];

/** Accounts 0 … 4 of each bank are listed or not, as it comes; the last bank never contributes. */
const key: fc.Arbitrary<AccountKey> = fc.record({ bank: fc.constantFrom(...BANKS), id: anyId });

const transfer: fc.Arbitrary<Transfer> = fc.record({
  source: key,
  destination: key,
  amount: fc.oneof(fc.bigInt(1n, 10n), fc.bigInt(1n, 10n ** 17n)),
});

const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround));

const delta = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), value: fc.constantFrom(0, 0.25, 0.5, 0.3, 0.99) }),
  fc.record({ kind: fc.constant('decay' as const), a: fc.constantFrom(0.3, 0.9), b: fc.constantFrom(0, 0.8, 2) }),
);

/** A consortium of three, in which now and then a bank does not know of a transfer that it made. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    listed: fc.tuple(...BANKS.slice(0, 3).map(() => fc.dictionary(anyId, score))),
    periods: fc.array(fc.array(fc.tuple(transfer, fc.boolean()), { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
    rule: fc.oneof(
      fc.constant({ kind: 'exclude' as const }),
      fc.record({ kind: fc.constant('score' as const), score }),
    ),
    parameters: fc.record({
      delta,
      iterations: fc.integer({ min: 0, max: 3 }),
      unknownSenders: fc.constantFrom('exclude' as const, 'zero' as const),
    }),
  })
  .map(({ listed, periods, rule, parameters }) => ({
    datasets: listed.map((accounts, b) => ({
      bank: BANKS[b] as string,
      accounts: Object.entries(accounts).map(([id, initial]) => ({ id, score: initial })),
      periods: periods.map((rows) =>
        rows
          .filter(
            ([{ source, destination }, both]) => destination.bank === BANKS[b] || (both && source.bank === BANKS[b]),
          )
          .map(([row]) => row),
      ),
    })),
    rule,
    parameters: { ...parameters, periods: periods.length },
  }));

/** Scores by `bank/id`. */
function propagate({ datasets, rule, parameters }: Case): Map<string, number> {
  const graphs = datasets.map((dataset) => buildBankGraph(dataset, rule).graph);
  const scores = propagateInTheClear(graphs, parameters);
  return new Map(
    graphs.flatMap(({ bank, ids }) => ids.map((id, j) => [`${bank}/${id}`, scores.get(bank)?.[j] as number])),
  );
}

function withRows(original: Case, change: (rows: readonly Transfer[]) => Transfer[]): Case {
  const datasets = original.datasets.map((dataset) => ({ ...dataset, periods: dataset.periods.map(change) }));
  return { ...original, datasets };
}

function expectSame(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [account, value] of expected) expect(Math.abs((found.get(account) as number) - value)).toBeLessThan(1e-13);
}

describe('plaintext propagation', () => {
  test('agrees with exact fractions to 1e-13', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const exact = propagateExactly(given.datasets, given.rule, given.parameters);
        const expected = [...exact].flatMap(([bank, scores]) =>
          [...scores].map(([id, { numerator, denominator }]): [string, number] => [
            `${bank}/${id}`,
            Number((numerator * 10n ** 30n) / denominator) / 1e30,
          ]),
        );
        expectSame(propagate(given), new Map(expected));
      }),
    );
  });

  test('never leaves [0, 1]', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        for (const value of propagate(given).values()) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('keeps a score that all accounts share, where everybody receives', () => {
    fc.assert(
      fc.property(anyCase, score, (given, shared) => {
        const datasets = given.datasets.map(({ bank, accounts, periods }) => ({
          bank,
          accounts: accounts.map(({ id }) => ({ id, score: shared })),
          periods: periods.map((rows) => [
            ...rows,
            ...accounts.map(({ id }) => ({ source: { bank, id }, destination: { bank, id }, amount: 1n })),
          ]),
        }));
        const parameters = { ...given.parameters, unknownSenders: 'exclude' as const };
        for (const value of propagate({ datasets, rule: { kind: 'exclude' }, parameters }).values()) {
          expect(value).toBeCloseTo(shared, 13);
        }
      }),
    );
  });

  test('does not depend on the order of rows, accounts and banks', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const turned = withRows(given, (rows) => rows.toReversed());
        const datasets = turned.datasets
          .toReversed()
          .map((dataset) => ({ ...dataset, accounts: dataset.accounts.toReversed() }));
        expectSame(propagate({ ...turned, datasets }), propagate(given));
      }),
    );
  });

  test('does not depend on what accounts and banks are called', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const renamed = ({ bank, id }: AccountKey): AccountKey => ({ bank: `${bank}-ü`, id: `${id}\n"` });
        const datasets = given.datasets.map(({ bank, accounts, periods }) => ({
          bank: `${bank}-ü`,
          accounts: accounts.map(({ id, score: initial }) => ({ id: `${id}\n"`, score: initial })),
          periods: periods.map((rows) =>
            rows.map((row) => ({ ...row, source: renamed(row.source), destination: renamed(row.destination) })),
          ),
        }));
        expect([...propagate({ ...given, datasets }).values()]).toEqual([...propagate(given).values()]);
      }),
    );
  });

  test('is the same to the last bit when transfers are split in two', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const split = withRows(given, (rows) =>
          rows
            .flatMap((row) =>
              row.amount === 1n
                ? [row]
                : [
                    { ...row, amount: row.amount / 3n + 1n },
                    { ...row, amount: row.amount - row.amount / 3n - 1n },
                  ],
            )
            .filter((row) => row.amount > 0n),
        );
        expect(propagate(split)).toEqual(propagate(given));
      }),
    );
  });

  test('is the same when all amounts of a period are in another unit', () => {
    fc.assert(
      fc.property(anyCase, fc.bigInt(2n, 1000n), (given, factor) => {
        const scaled = withRows(given, (rows) => rows.map((row) => ({ ...row, amount: row.amount * factor })));
        expectSame(propagate(scaled), propagate(given));
      }),
    );
  });
});
