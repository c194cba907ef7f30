import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Bug } from '../../src/core/errors.ts';
import { concat, fromBigints, select, slice, toBigints, batchOf, type Batch } from '../../src/core/modulus/batch.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { NotInvertible, type Modulus } from '../../src/core/modulus/modulus.ts';
import { oddPowers, WINDOW_BITS, windowDigits } from '../../src/core/modulus/window.ts';
import { gcd } from '../../src/core/numbers/integers.ts';

const engine = bigintEngine();

/** Odd, from one byte to 600 bits, with small factors or without. */
const oddModulus = fc
  .oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 2n ** 64n), fc.bigInt(2n ** 500n, 2n ** 600n))
  .map((half) => 2n * half + 1n);
const exponent = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 2n ** 80n - 1n));

/** A modulus and residues of it. */
const residues = (minLength: number): fc.Arbitrary<{ modulus: Modulus; values: bigint[] }> =>
  oddModulus.chain((value) =>
    fc
      .array(fc.oneof(fc.bigInt(0n, value - 1n), fc.constantFrom(0n, 1n, value - 1n)), { minLength, maxLength: 8 })
      .map((values) => ({ modulus: engine.modulus(value), values })),
  );

const batch = (modulus: Modulus, values: readonly bigint[]): Batch => fromBigints(values, modulus.width);

/** base^exponent mod m, straight from the definition of binary exponents. */
function naivePower(base: bigint, power: bigint, m: bigint): bigint {
  let result = 1n % m;
  let square = base % m;
  for (let e = power; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % m;
    square = (square * square) % m;
  }
  return result;
}

describe('the BigInt engine', () => {
  test('multiplies and squares element by element, and by one for all', async () => {
    await fc.assert(
      fc.asyncProperty(residues(1), async ({ modulus, values }) => {
        const [a, b] = [batch(modulus, values), batch(modulus, values.toReversed())];
        const products = values.map((x, i) => (x * (values.at(-1 - i) as bigint)) % modulus.value);
        expect(toBigints(await modulus.multiply(a, b))).toEqual(products);
        const one = values[0] as bigint;
        const byOne = values.map((x) => (x * one) % modulus.value);
        expect(toBigints(await modulus.multiply(a, batch(modulus, [one])))).toEqual(byOne);
        expect(toBigints(await modulus.multiply(batch(modulus, [one]), a))).toEqual(byOne);
        expect(toBigints(await modulus.square(a))).toEqual(values.map((x) => (x * x) % modulus.value));
        const product = values.reduce((x, y) => (x * y) % modulus.value, 1n);
        expect(toBigints(await modulus.product(a))).toEqual([product]);
      }),
    );
  });

  test('raises to public and secret powers', async () => {
    await fc.assert(
      fc.asyncProperty(residues(1), fc.array(exponent, { minLength: 8, maxLength: 8 }), async (given, exponents) => {
        const { modulus, values } = given;
        const a = batch(modulus, values);
        const [first] = exponents as [bigint];
        const secret = fromBigints(exponents.slice(0, values.length), 10);
        const powers = values.map((x, i) => naivePower(x, exponents[i] as bigint, modulus.value));
        const powersOfFirst = values.map((x) => naivePower(x, first, modulus.value));
        expect(toBigints(await modulus.power(a, first))).toEqual(powersOfFirst);
        expect(toBigints(await modulus.powerSecret(a, secret))).toEqual(powers);
        expect(toBigints(await modulus.powerSecret(a, fromBigints([first], 12)))).toEqual(powersOfFirst);
        const base = await modulus.fixedBase(slice(a, 0, 1), 80);
        expect(toBigints(await base.powerSecret(secret))).toEqual(
          exponents.slice(0, values.length).map((e) => naivePower(values[0] as bigint, e, modulus.value)),
        );
      }),
    );
  });

  test('raises one number modulo each of many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(oddModulus, fc.bigInt(0n, 2n ** 600n), exponent)), async (cases) => {
        const given = cases.map(([m, base, e]) => [m, base % m, e] as const);
        const column = (at: 0 | 1 | 2, width: number) =>
          fromBigints(
            given.map((row) => row[at]),
            width,
          );
        const powers = await engine.powerSecretEach(column(0, 76), column(1, 76), column(2, 10));
        expect(toBigints(powers)).toEqual(given.map(([m, base, e]) => naivePower(base, e, m)));
      }),
    );
  });

  test('forms products of powers by rows, some empty, some weights 0', async () => {
    const anyRows = fc.array(fc.array(fc.tuple(fc.nat(), exponent), { maxLength: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(residues(1), anyRows, async ({ modulus, values }, rows) => {
        const terms = rows.flat().map(([base, weight]) => ({ base: base % values.length, weight }));
        const starts = [0];
        for (const row of rows) starts.push((starts.at(-1) as number) + row.length);
        const found = await modulus.multiPower(batch(modulus, values), {
          starts: Uint32Array.from(starts),
          bases: Uint32Array.from(terms, ({ base }) => base),
          weights: fromBigints(
            terms.map(({ weight }) => weight),
            10,
          ),
        });
        const expected = rows.map((_, row) =>
          terms
            .slice(starts[row], starts[row + 1])
            .reduce(
              (product, { base, weight }) =>
                (product * naivePower(values[base] as bigint, weight, modulus.value)) % modulus.value,
              1n,
            ),
        );
        expect(toBigints(found)).toEqual(expected);
      }),
    );
  });

  test('inverts batches, or names the first number that has no inverse', async () => {
    await fc.assert(
      fc.asyncProperty(residues(0), async ({ modulus, values }) => {
        const a = batch(modulus, values);
        const culprit = values.findIndex((value) => gcd(value, modulus.value) !== 1n);
        expect(await modulus.firstNonUnit(a)).toBe(culprit);
        if (culprit >= 0) {
          await expect(modulus.inverse(a)).rejects.toEqual(new NotInvertible(culprit));
          return;
        }
        const inverses = toBigints(await modulus.inverse(a));
        expect(inverses.map((inverse, i) => (inverse * (values[i] as bigint)) % modulus.value)).toEqual(
          values.map(() => 1n),
        );
        expect(inverses.every((inverse) => inverse < modulus.value)).toBe(true);
      }),
    );
  });

  test('does not leave out that two factors of a composite multiply to 0 only together', async () => {
    const modulus = engine.modulus(15n);
    expect(await modulus.firstNonUnit(batch(modulus, [2n, 4n, 3n, 5n]))).toBe(2);
    await expect(modulus.inverse(batch(modulus, [2n, 5n]))).rejects.toMatchObject({ index: 1 });
  });

  test('uses the host’s power for secret exponents only, and breathes between elements', async () => {
    let secrets = 0;
    let breaths = 0;
    const host = bigintEngine({
      secretPower: (m, base, e) => {
        secrets++;
        return naivePower(base, BigInt(e[0] as number), m);
      },
      breathe: () => {
        breaths++;
        return undefined;
      },
    });
    expect([host.constantTime, engine.constantTime]).toEqual([true, false]);
    const modulus = host.modulus(101n);
    const a = batch(modulus, [2n, 3n, 4n]);
    await modulus.power(a, 5n);
    expect([secrets, breaths]).toEqual([0, 3]);
    await modulus.powerSecret(a, fromBigints([5n], 1));
    await (await modulus.fixedBase(slice(a, 0, 1), 8)).powerSecret(a);
    await host.powerSecretEach(fromBigints([101n], 1), fromBigints([2n], 1), fromBigints([3n], 1));
    expect([secrets, breaths]).toEqual([7, 10]);
  });

  test('refuses what no caller may ask for', async () => {
    expect(() => engine.modulus(10n)).toThrow(Bug);
    expect(() => engine.modulus(1n)).toThrow(Bug);
    const modulus = engine.modulus(101n);
    const [two, three] = [batch(modulus, [1n, 2n]), batch(modulus, [1n, 2n, 3n])];
    expect(() => modulus.multiply(two, three)).toThrow(Bug);
    expect(() => modulus.powerSecret(three, two)).toThrow(Bug);
    expect(() => modulus.fixedBase(two, 8)).toThrow(Bug);
    const base = await modulus.fixedBase(slice(two, 0, 1), 16);
    expect(() => base.powerSecret(two)).toThrow(Bug);
  });
});

describe('a batch', () => {
  const anyBatch = fc.tuple(fc.array(fc.bigInt(0n, 2n ** 40n - 1n)), fc.integer({ min: 5, max: 9 }));

  test('is its numbers, however it is cut up and put together', () => {
    fc.assert(
      fc.property(anyBatch, fc.nat(), fc.array(fc.nat()), ([values, width], cut, picks) => {
        const whole = fromBigints(values, width);
        expect(toBigints(whole)).toEqual(values);
        expect(toBigints(batchOf(whole.bytes, width))).toEqual(values);
        const at = values.length > 0 ? cut % values.length : 0;
        const parts = [slice(whole, 0, at), slice(whole, at, values.length)];
        expect(toBigints(parts[0] as Batch)).toEqual(values.slice(0, at));
        expect(toBigints(concat(parts, width))).toEqual(values);
        const indices = values.length > 0 ? picks.map((pick) => pick % values.length) : [];
        expect(toBigints(select(whole, indices))).toEqual(indices.map((index) => values[index]));
      }),
    );
  });

  test('is not made of other widths, or of half a number', () => {
    expect(() => batchOf(new Uint8Array(7), 2)).toThrow(Bug);
    expect(() => concat([fromBigints([1n], 2), fromBigints([1n], 3)], 2)).toThrow(Bug);
    expect(() => fromBigints([256n], 1)).toThrow(Bug);
  });
});

describe('the digits of sliding windows', () => {
  test('are odd, small, apart, and add up to the exponent', () => {
    fc.assert(
      fc.property(fc.oneof(exponent, fc.bigInt(0n, 2n ** 600n)), (value) => {
        const digits = windowDigits(value);
        expect(digits.reduce((sum, { bit, digit }) => sum + (BigInt(digit) << BigInt(bit)), 0n)).toBe(value);
        digits.forEach(({ bit, digit }, i) => {
          expect(digit % 2).toBe(1);
          expect(digit).toBeLessThan(2 ** WINDOW_BITS);
          expect(bit).toBeGreaterThanOrEqual(i === 0 ? 0 : (digits[i - 1]?.bit as number) + WINDOW_BITS);
        });
      }),
    );
    expect(windowDigits(0n)).toEqual([]);
  });

  test('have their powers in a table', () => {
    expect(oddPowers(3n, 1_000_003n)).toEqual([1, 3, 5, 7, 9, 11, 13, 15].map((e) => 3n ** BigInt(e) % 1_000_003n));
  });
});
