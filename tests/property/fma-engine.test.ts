import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Bug } from '../../src/core/errors.ts';
import { fromBigints, slice, toBigints, type Batch } from '../../src/core/modulus/batch.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';
import type { Engine, Modulus, WeightedRows } from '../../src/core/modulus/modulus.ts';
import { NotInvertible } from '../../src/core/modulus/modulus.ts';
import { gcd } from '../../src/core/numbers/integers.ts';
import { oddOf, randomBits, randomNumber } from '../support/limb-patterns.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('fma engine');
const fma = fmaEngine({ kernels: new Kernels(WebAssembly) });
const bigint = bigintEngine();

/** The modulus in both engines. */
interface Pair {
  readonly fast: Modulus;
  readonly oracle: Modulus;
}

const pairOf = (value: bigint): Pair => ({ fast: fma.modulus(value), oracle: bigint.modulus(value) });

const PLAIN_BITS = [512, 777, 1024, 2048, 3072, 4096, 6144];
const SQUARED_BITS = [256, 512, 1024, 2048, 3072];
const MODULI: readonly (readonly [name: string, value: bigint])[] = [
  ...PLAIN_BITS.map((bits) => [`an odd number of ${String(bits)} bits`, oddOf(random, bits)] as const),
  ...SQUARED_BITS.map((bits) => [`N² with N of ${String(bits)} bits`, oddOf(random, bits) ** 2n] as const),
];

/** Random residues among the edges. */
function residues({ oracle: { value, width } }: Pair, count: number): Batch {
  const edges = [0n, 1n, 2n, value - 1n, value >> 1n];
  return fromBigints(
    Array.from({ length: count }, () =>
      randomNumber(random, 4) === 0
        ? (edges[randomNumber(random, edges.length)] as bigint)
        : randomBits(random, width * 8 + 64) % value,
    ),
    width,
  );
}

function exponents(count: number, width: number): Batch {
  if (width === 0) return { count, width, bytes: new Uint8Array() };
  const edges = [0n, 1n, (1n << BigInt(8 * width)) - 1n, (1n << BigInt(8 * width)) >> 1n];
  return fromBigints(
    Array.from({ length: count }, () =>
      randomNumber(random, 3) === 0 ? (edges[randomNumber(random, 4)] as bigint) : randomBits(random, 8 * width),
    ),
    width,
  );
}

async function agree({ fast, oracle }: Pair, operation: (modulus: Modulus) => Promise<Batch>): Promise<void> {
  const [found, expected] = [await operation(fast), await operation(oracle)];
  expect(found.width).toBe(expected.width);
  expect(toBigints(found)).toEqual(toBigints(expected));
}

describe.each(MODULI)('modulo %s the engine agrees with BigInt on', (_, value) => {
  const pair = pairOf(value);
  const rounds = value > 1n << 3000n ? 2 : 6;

  test('products, squares and products of whole batches, one element or none included', async () => {
    for (const count of [0, 1, 2, 9]) {
      const [a, b] = [residues(pair, count), residues(pair, count)];
      const one = residues(pair, 1);
      await agree(pair, (modulus) => modulus.multiply(a, b));
      if (count > 0) {
        await agree(pair, (modulus) => modulus.multiply(a, one));
        await agree(pair, (modulus) => modulus.multiply(one, b));
      }
      await agree(pair, (modulus) => modulus.square(a));
      await agree(pair, (modulus) => modulus.product(a));
    }
  });

  test('powers, public and secret', async () => {
    for (let round = 0; round < rounds; round++) {
      const a = residues(pair, 2);
      for (const exponent of [0n, 1n, 2n, 3n, 1n << 80n, randomBits(random, 200), randomBits(random, 17)]) {
        await agree(pair, (modulus) => modulus.power(a, exponent));
      }
      for (const width of [0, 1, 2, 5, 20, 40]) {
        const [each, one] = [exponents(2, width), exponents(1, width)];
        await agree(pair, (modulus) => modulus.powerSecret(a, each));
        await agree(pair, (modulus) => modulus.powerSecret(a, one));
      }
    }
    const none = residues(pair, 0);
    await agree(pair, (modulus) => modulus.power(none, 5n));
    await agree(pair, (modulus) => modulus.powerSecret(none, exponents(1, 3)));
  });

  test('powers of one base', async () => {
    for (const width of [0, 1, 7, 12, 70]) {
      const base = residues(pair, 1);
      const some = exponents(3, width);
      await agree(pair, async (modulus) => (await modulus.fixedBase(base, 8 * width)).powerSecret(some));
      const wider = fromBigints(toBigints(some), width + 3); // with zeros beyond the bits announced
      await agree(pair, async (modulus) => (await modulus.fixedBase(base, 8 * width)).powerSecret(wider));
    }
  });

  test('inverses, and the first element that has none', async () => {
    const any = residues(pair, 20);
    const units = fromBigints(
      toBigints(any).filter((x) => gcd(x, value) === 1n),
      any.width,
    );
    for (const batch of [slice(any, 0, 0), slice(units, 0, 1), units, any]) {
      const culprit = await pair.oracle.firstNonUnit(batch);
      expect(await pair.fast.firstNonUnit(batch)).toBe(culprit);
      if (culprit < 0) await agree(pair, (modulus) => modulus.inverse(batch));
      else await expect(pair.fast.inverse(batch)).rejects.toEqual(new NotInvertible(culprit));
    }
  });

  test('products of weighted rows', async () => {
    for (const width of [1, 4, 12]) {
      const bases = residues(pair, 5);
      const rows = randomRows(bases.count, 6, width);
      await agree(pair, (modulus) => modulus.multiPower(bases, rows));
    }
  });
});

/** Rows of up to 5 terms; some weights are 0, some rows empty, some bases used often. */
function randomRows(bases: number, count: number, width: number): WeightedRows {
  const starts = [0];
  for (let row = 0; row < count; row++) starts.push((starts.at(-1) as number) + randomNumber(random, 6));
  const terms = starts.at(-1) as number;
  return {
    starts: Uint32Array.from(starts),
    bases: Uint32Array.from({ length: terms }, () => randomNumber(random, bases)),
    weights: exponents(terms, width),
  };
}

const oddModulus = fc
  .oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 2n ** 64n), fc.bigInt(2n ** 500n, 2n ** 600n))
  .map((half) => 2n * half + 1n);

describe('the engine', () => {
  test('computes modulo any odd number from 3 on', async () => {
    await fc.assert(
      fc.asyncProperty(oddModulus, fc.array(fc.bigInt(0n, 2n ** 700n), { minLength: 1 }), async (value, numbers) => {
        const pair = pairOf(value);
        const a = fromBigints(
          numbers.map((number) => number % value),
          pair.fast.width,
        );
        await agree(pair, (modulus) => modulus.square(a));
        await agree(pair, (modulus) => modulus.power(a, 1000n));
        expect(await pair.fast.firstNonUnit(a)).toBe(await pair.oracle.firstNonUnit(a));
      }),
      { numRuns: 60 },
    );
  });

  test('raises one number modulo each of many, of any sizes', async () => {
    const moduli = [3n, ...[25, 64, 300, 512, 1024, 1025, 2048].map((bits) => oddOf(random, bits)), 15n ** 2n];
    const width = 256;
    const bases = moduli.map((modulus) => randomBits(random, 2048) % modulus);
    for (const bytes of [0, 1, 40]) {
      const args = [fromBigints(moduli, width), fromBigints(bases, width), exponents(moduli.length, bytes)] as const;
      expect(await fma.powerSecretEach(...args)).toEqual(await bigint.powerSecretEach(...args));
    }
    const none = fromBigints([], width);
    expect((await fma.powerSecretEach(none, none, none)).count).toBe(0);
  });

  test('keeps operations apart that are asked for at the same time, of one modulus or of several of one size', async () => {
    const pause = (): Promise<void> => Promise.resolve();
    const breathing = fmaEngine({ kernels: new Kernels(WebAssembly), breathe: pause });
    const values = [oddOf(random, 512), oddOf(random, 510), oddOf(random, 256) ** 2n];
    const asked = [...values, ...values].map((value) => {
      const pair = { fast: breathing.modulus(value), oracle: bigint.modulus(value) };
      const [a, e] = [residues(pair, 5), exponents(5, 9)];
      return agree(pair, (modulus) => modulus.powerSecret(a, e));
    });
    await Promise.all(asked);
  });

  test('goes on after an operation that failed', async () => {
    const modulus = fma.modulus(15n);
    await expect(modulus.inverse(fromBigints([2n, 5n], 1))).rejects.toEqual(new NotInvertible(1));
    expect(toBigints(await modulus.inverse(fromBigints([2n, 4n], 1)))).toEqual([8n, 4n]);
  });

  test('finds culprits and inverses beyond the elements that it holds at a time', async () => {
    const value = oddOf(random, 256) * 3n;
    const pair = pairOf(value);
    const units = Array.from({ length: 1100 }, (_, i) => 3n ** 2n * BigInt(i) + 2n);
    const coprime = units.filter((unit) => unit % 5n !== 0n);
    const a = fromBigints(coprime, pair.fast.width);
    const culprit = await pair.oracle.firstNonUnit(a);
    expect(await pair.fast.firstNonUnit(a)).toBe(culprit);
    if (culprit < 0) await agree(pair, (modulus) => modulus.inverse(a));
    const spoilt = fromBigints([...coprime.slice(0, 800), 3n, ...coprime.slice(800)], pair.fast.width);
    expect(await pair.fast.firstNonUnit(spoilt)).toBe(culprit < 0 ? 800 : culprit);
  });

  test('multiplies rows of any length, and more bases than it keeps tables of', async () => {
    const pair = pairOf(oddOf(random, 512) ** 2n);
    const bases = residues(pair, 9000);
    const terms = bases.count + 600;
    const rows: WeightedRows = {
      starts: Uint32Array.from([0, 600, 600, ...Array.from({ length: 900 }, (_, row) => 600 + 10 * (row + 1))]),
      bases: Uint32Array.from({ length: terms }, (_, term) => (term < 600 ? term : term - 600)),
      weights: exponents(terms, 2),
    };
    await agree(pair, (modulus) => modulus.multiPower(bases, rows));
  });

  test('breathes between elements', async () => {
    let breaths = 0;
    const breathing = fmaEngine({
      kernels: new Kernels(WebAssembly),
      breathe: () => {
        breaths++;
        return undefined;
      },
    });
    const modulus = breathing.modulus(101n);
    const a = fromBigints([2n, 3n, 4n], 1);
    await modulus.power(a, 5n);
    expect(breaths).toBe(3);
    await modulus.powerSecret(a, fromBigints([5n], 1));
    await (await modulus.fixedBase(slice(a, 0, 1), 8)).powerSecret(a);
    await breathing.powerSecretEach(fromBigints([101n], 1), fromBigints([2n], 1), fromBigints([3n], 1));
    expect(breaths).toBe(10);
  });

  test('refuses what no caller may ask for', async () => {
    expect(() => fma.modulus(10n)).toThrow(Bug);
    expect(() => fma.modulus(1n)).toThrow(Bug);
    expect(() => fma.modulus((1n << 20_000n) | 1n)).toThrow(Bug);
    const modulus = fma.modulus(101n);
    const [two, three] = [fromBigints([1n, 2n], 1), fromBigints([1n, 2n, 3n], 1)];
    expect(() => modulus.multiply(two, three)).toThrow(Bug);
    expect(() => modulus.powerSecret(three, two)).toThrow(Bug);
    expect(() => modulus.fixedBase(two, 8)).toThrow(Bug);
    const base = await modulus.fixedBase(slice(two, 0, 1), 16);
    expect(() => base.powerSecret(two)).toThrow(Bug);
    await expect(base.powerSecret(fromBigints([1n << 16n], 3))).rejects.toThrow(Bug);
    await expect(fma.powerSecretEach(two, two, three)).rejects.toThrow(Bug);
  });

  test('has the same modulus for the same number', () => {
    const engine: Engine = fma;
    expect(engine.modulus(1001n)).toBe(engine.modulus(1001n));
  });
});
