import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { Dataset } from '../../src/core/datasets/dataset.ts';
import { ParameterError } from '../../src/core/errors.ts';
import { errorBound, largestOpenedValue, precisionFor, type Precision } from '../../src/core/fixed-point/precision.ts';
import { fromFixed, toFixed } from '../../src/core/fixed-point/scale.ts';
import { largestRemainderWeights } from '../../src/core/fixed-point/weights.ts';
import { roundedMaxDegree } from '../../src/core/run/dataset-commitment.ts';
import { deltaAt } from '../../src/core/run/parameters.ts';
import { accountRows } from '../../src/core/run/period-plan.ts';
import { exactly, propagateExactly, type Fraction } from '../support/exact-reference.ts';

const score = fc.double({ min: 0, max: 1, noNaN: true });
const LARGEST = (2n ** 53n - 1n) * 100n;
const amount = fc.oneof(fc.constantFrom(1n, 2n, LARGEST), fc.bigInt(1n, 10n), fc.bigInt(1n, LARGEST));
const deltaValue = fc.oneof(
  fc.constantFrom(0, 0.25, 0.5, 0.3, 1 - 2 ** -53, 2 ** -60),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

describe('numbers at a scale of 2^bits', () => {
  test('are the nearest ones, halves up', () => {
    fc.assert(
      fc.property(score, fc.integer({ min: 1, max: 300 }), (value, bits) => {
        const { numerator, denominator } = exactly(value);
        const expected = (2n * numerator * (1n << BigInt(bits)) + denominator) / (2n * denominator);
        expect(toFixed(value, bits)).toBe(expected);
      }),
    );
    expect([0.5, 0.25, 0.75, 0.249].map((value) => toFixed(value, 1))).toEqual([1n, 1n, 2n, 0n]);
    expect(toFixed(5e-324, 1074)).toBe(1n);
  });

  test('come back exactly when the scale holds them, and not far off when it does not', () => {
    fc.assert(
      fc.property(score, fc.integer({ min: 1, max: 80 }), (value, bits) => {
        expect(fromFixed(toFixed(value, 1074), 1074)).toBe(value);
        expect(Math.abs(fromFixed(toFixed(value, bits), bits) - value)).toBeLessThanOrEqual(2 ** -(bits + 1));
      }),
    );
  });

  test('become the nearest float64, or one next to it, however long they are', () => {
    fc.assert(
      fc.property(fc.bigInt(2n ** 1000n, 2n ** 2000n), (value) => {
        const found = exactly(fromFixed(value, 2000));
        const difference = value * found.denominator - (found.numerator << 2000n);
        const absolute = difference < 0n ? -difference : difference;
        expect(absolute << 52n <= value * found.denominator).toBe(true);
      }),
    );
  });
});

describe('weights by largest remainder', () => {
  const anyCase = fc.record({
    delta: deltaValue,
    amounts: fc.array(amount, { minLength: 1, maxLength: 12 }),
    weightBits: fc.integer({ min: 9, max: 70 }),
  });

  test('sum to exactly 2^w, and each is one of the two next to its exact value', () => {
    fc.assert(
      fc.property(anyCase, ({ delta, amounts, weightBits }) => {
        const { own, incoming } = largestRemainderWeights(delta, amounts, weightBits);
        const scale = 1n << BigInt(weightBits);
        expect(incoming).toHaveLength(amounts.length);
        expect(incoming.reduce((sum, weight) => sum + weight, own)).toBe(scale);
        const { numerator, denominator } = exactly(delta);
        const total = amounts.reduce((sum, value) => sum + value, 0n);
        const expectNextTo = (weight: bigint, share: bigint): void => {
          const exact = share * scale;
          const floor = exact / (denominator * total);
          expect(weight === floor || (weight === floor + 1n && exact % (denominator * total) > 0n)).toBe(true);
        };
        expectNextTo(own, (denominator - numerator) * total);
        incoming.forEach((weight, i) => {
          expectNextTo(weight, numerator * (amounts[i] as bigint));
        });
      }),
    );
  });

  test('do not depend on the order of the amounts, but for which of several equal ones gets the last unit', () => {
    fc.assert(
      fc.property(anyCase, ({ delta, amounts, weightBits }) => {
        const sorted = (values: readonly bigint[], weights: readonly bigint[]): string[] =>
          values.map((value, i) => `${String(value)}: ${String(weights[i])}`).sort();
        const forward = largestRemainderWeights(delta, amounts, weightBits);
        const backward = largestRemainderWeights(delta, amounts.toReversed(), weightBits);
        expect(backward.own).toBe(forward.own);
        expect(sorted(amounts.toReversed(), backward.incoming)).toEqual(sorted(amounts, forward.incoming));
      }),
    );
  });

  test('give nothing to others for δ = 0, and round 1 − δ without any amounts', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 5 }), deltaValue, (amounts, delta) => {
        const { own, incoming } = largestRemainderWeights(0, amounts, 30);
        expect([own, ...incoming]).toEqual([1n << 30n, ...amounts.map(() => 0n)]);
        const { numerator, denominator } = exactly(delta);
        const rounded = (((denominator - numerator) << 31n) + denominator) / (2n * denominator);
        expect(largestRemainderWeights(delta, [], 30)).toEqual({ own: rounded, incoming: [] });
      }),
    );
  });

  test('find the smallest amount beside the largest', () => {
    expect(largestRemainderWeights(0.5, [LARGEST, 1n], 70)).toEqual({
      own: 1n << 69n,
      incoming: [(1n << 69n) - 655n, 655n],
    });
    expect(largestRemainderWeights(0.5, [LARGEST, 1n], 20).incoming).toEqual([1n << 19n, 0n]);
  });
});

describe('the precision of a run', () => {
  test('follows protocol.md 3, fits the key, and fills packets as far as they go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 48 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 12 }).map((exponent) => 2 ** exponent),
        fc.constantFrom(512, 1024, 2048, 3072),
        (bits, iterations, degree, keyBits) => {
          let found: Precision;
          try {
            found = precisionFor(bits, iterations, degree, keyBits);
          } catch (error) {
            expect(error).toBeInstanceOf(ParameterError);
            const largest = Number(/at most (\d+) iterations/.exec((error as Error).message)?.[1]);
            expect(largest).toBeLessThan(iterations);
            expect(precisionFor(bits, largest, degree, keyBits).totalIterations).toBe(largest);
            expect(() => precisionFor(bits, largest + 1, degree, keyBits)).toThrow(ParameterError);
            return;
          }
          const { weightBits: w, scoreBits: f, finalBits, slotBits, slotsPerPacket } = found;
          expect(2 ** (w - bits - 1)).toBeGreaterThanOrEqual(Math.max(1, iterations) * (degree / 2 + 1));
          expect([f, finalBits, slotBits]).toEqual([bits + w + 40, f + w * iterations, finalBits + 8]);
          expect(finalBits + 2 + 64).toBeLessThanOrEqual(keyBits);
          // Packets leave the headroom free, and nothing more would fit; values stay within their slots.
          const used = slotsPerPacket * slotBits - 8 + 2;
          expect(slotsPerPacket).toBeGreaterThan(0);
          expect(used + 64).toBeLessThanOrEqual(keyBits);
          expect(used + slotBits + 64).toBeGreaterThan(keyBits);
          expect(largestOpenedValue(found) < 1n << BigInt(slotBits)).toBe(true);
          expect(errorBound(found, degree)).toBeLessThanOrEqual((Math.max(1, iterations) + 1) * 2 ** -bits);
        },
      ),
    );
  });

  test('says how many iterations fit when there are too many', () => {
    expect(() => precisionFor(32, 9, 4, 512)).toThrow(
      '9 iterations with 32 bits of precision do not fit a 512-bit key: at most 8 iterations over all periods do. ' +
        'Use fewer iterations or periods, a lower precision or a longer key.',
    );
  });
});

describe('propagation over integers', () => {
  const key = fc.constantFrom('0', '1', '2', '3', '4', 'not listed').map((id) => ({ bank: 'A', id }));
  const transfers = fc.array(fc.record({ source: key, destination: key, amount }), { maxLength: 25 });
  const anyRun = fc.record({
    scores: fc.array(score, { minLength: 5, maxLength: 5 }),
    periods: fc.array(transfers, { minLength: 1, maxLength: 2 }),
    delta: fc.oneof(
      deltaValue.map((value) => ({ kind: 'constant' as const, value })),
      fc.record({ kind: fc.constant('decay' as const), a: deltaValue, b: fc.double({ min: 0, max: 3, noNaN: true }) }),
    ),
    iterations: fc.integer({ min: 0, max: 4 }),
    unknownSenders: fc.constantFrom('exclude' as const, 'zero' as const),
    precisionBits: fc.integer({ min: 8, max: 40 }),
    /** 0: none; 1: the most that there may be, everywhere. */
    noise: fc.constantFrom(0, 1),
  });

  test('stays within the error bound of protocol.md 3 and within [0, 1], noise included', () => {
    fc.assert(
      fc.property(anyRun, (given) => {
        const accounts = given.scores.map((value, i) => ({ id: String(i), score: value }));
        const dataset: Dataset = { bank: 'A', accounts, periods: given.periods };
        const rule = { kind: 'exclude' } as const;
        const { graph } = buildBankGraph(dataset, rule);
        const parameters = { ...given, periods: given.periods.length };
        const degree = roundedMaxDegree(graph);
        const total = parameters.iterations * parameters.periods;
        const precision = precisionFor(given.precisionBits, total, degree, 3072);

        let values = Array.from(graph.scores, (value) => toFixed(value, precision.scoreBits));
        let scaleBits = precision.scoreBits;
        for (let period = 0; period < parameters.periods; period++) {
          for (let k = 1; k <= parameters.iterations; k++) {
            const delta = deltaAt(given.delta, k);
            const rows = accountRows(graph, period, new Set(), given.unknownSenders, delta, precision.weightBits);
            const noise = given.noise ? (1n << BigInt(scaleBits - given.precisionBits)) - 1n : 0n;
            const before = values;
            values = rows.map(({ ownWeight, inside }, account) =>
              inside.reduce(
                (sum, { source, weight }) => sum + weight * ((before[source] as bigint) + noise),
                ownWeight * (before[account] as bigint),
              ),
            );
            scaleBits += precision.weightBits;
          }
        }

        expect(scaleBits).toBe(precision.finalBits);
        const exact = propagateExactly([dataset], rule, parameters).get('A');
        const bound = given.noise
          ? errorBound(precision, degree)
          : errorBound(precision, degree) - total * 2 ** -given.precisionBits;
        values.forEach((value, account) => {
          const expected = exact?.get(String(account)) as Fraction;
          expect(difference({ numerator: value, denominator: 1n << BigInt(scaleBits) }, expected)).toBeLessThanOrEqual(
            bound,
          );
          expect(value <= (given.noise ? largestOpenedValue(precision) : 1n << BigInt(scaleBits))).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  function difference(a: Fraction, b: Fraction): number {
    const numerator = a.numerator * b.denominator - b.numerator * a.denominator;
    const absolute = numerator < 0n ? -numerator : numerator;
    return fromFixed((absolute << 200n) / (a.denominator * b.denominator), 200);
  }
});
