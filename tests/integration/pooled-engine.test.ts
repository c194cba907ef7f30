import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fromBigints, type Batch } from '../../src/core/modulus/batch.ts';
import { NotInvertible, type WeightedRows } from '../../src/core/modulus/modulus.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { productField } from '../../src/core/sharing/fields.ts';
import { piecesOf, pooledEngine, type PooledEngine } from '../../src/main/compute/pool/pooled-engine.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('pooled engine', 1);
const value = (1n << 2047n) + 981n * 3n; // any odd modulus will do
const width = 256;
const residues = (count: number): Batch =>
  fromBigints(
    Array.from({ length: count }, () => randomBelow(random, value)),
    width,
  );

/** Large enough that every operation is cut into several pieces. */
const MANY = 20_000;
const SOME = 60;

/** As `toEqual`, which is slow on long byte arrays. */
function expectSame(actual: Batch, expected: Batch): void {
  expect({ ...actual, bytes: actual.bytes.length }).toEqual({ ...expected, bytes: expected.bytes.length });
  expect(Buffer.compare(actual.bytes, expected.bytes)).toBe(0);
}

describe('an engine in several threads', () => {
  const expected = bigintEngine().modulus(value);
  let pool: PooledEngine;
  beforeAll(async () => {
    pool = await pooledEngine(2, 'bigint');
  });
  afterAll(() => pool.close());

  it('multiplies, squares and forms products as one thread does', async () => {
    const modulus = pool.modulus(value);
    const [a, b, one] = [residues(MANY), residues(MANY), residues(1)];
    expectSame(await modulus.multiply(a, b), await expected.multiply(a, b));
    expectSame(await modulus.multiply(one, a), await expected.multiply(one, a));
    expectSame(await modulus.square(a), await expected.square(a));
    expectSame(await modulus.product(a), await expected.product(a));
  });

  it('computes powers as one thread does, with one exponent and with many', async () => {
    const modulus = pool.modulus(value);
    const a = residues(SOME);
    const exponents = fromBigints(
      Array.from({ length: SOME }, () => randomBelow(random, 1n << 512n)),
      64,
    );
    const exponent = fromBigints([randomBelow(random, 1n << 512n)], 64);
    expectSame(await modulus.power(a, 12345678901234567890n), await expected.power(a, 12345678901234567890n));
    expectSame(await modulus.powerSecret(a, exponents), await expected.powerSecret(a, exponents));
    expectSame(await modulus.powerSecret(a, exponent), await expected.powerSecret(a, exponent));
    const base = residues(1);
    const fixed = [await modulus.fixedBase(base, 512), await expected.fixedBase(base, 512)] as const;
    expectSame(await fixed[0].powerSecret(exponents), await fixed[1].powerSecret(exponents));
    const moduli = fromBigints(
      Array.from({ length: SOME }, (_, i) => value + 2n * BigInt(i)),
      width,
    );
    expectSame(
      await pool.powerSecretEach(moduli, a, exponents),
      await bigintEngine().powerSecretEach(moduli, a, exponents),
    );
  });

  it('forms weighted products as one thread does, rows without terms included', async () => {
    const bases = residues(50);
    const lengths = Array.from({ length: 400 }, (_, row) => row % 9);
    const starts = Uint32Array.from([0, ...lengths]).map((_, i) => lengths.slice(0, i).reduce((sum, n) => sum + n, 0));
    const terms = starts.at(-1) as number;
    const rows: WeightedRows = {
      starts,
      bases: Uint32Array.from({ length: terms }, (_, i) => (i * 7) % 50),
      weights: fromBigints(
        Array.from({ length: terms }, () => randomBelow(random, 1n << 40n)),
        5,
      ),
    };
    expectSame(await pool.modulus(value).multiPower(bases, rows), await expected.multiPower(bases, rows));
  });

  it('finds elements without an inverse where they are', async () => {
    const modulus = pool.modulus(3n * productField(2048));
    const values = Array.from({ length: MANY }, (_, i) => BigInt(3 * i + 1));
    const units = fromBigints(values, modulus.width);
    expect(await modulus.firstNonUnit(units)).toBe(-1);
    const ones = values.map(() => 1n);
    expectSame(await modulus.multiply(await modulus.inverse(units), units), fromBigints(ones, modulus.width));
    values[MANY - 5] = 6n;
    const one = fromBigints(values, modulus.width);
    expect(await modulus.firstNonUnit(one)).toBe(MANY - 5);
    await expect(modulus.inverse(one)).rejects.toEqual(new NotInvertible(MANY - 5));
  });

  it('takes batches of nothing', async () => {
    const modulus = pool.modulus(value);
    const nothing = residues(0);
    expect((await modulus.multiply(nothing, nothing)).count).toBe(0);
    expect((await modulus.powerSecret(nothing, fromBigints([5n], 1))).count).toBe(0);
    expect(await modulus.firstNonUnit(nothing)).toBe(-1);
  });

  it('is closed for good', async () => {
    const other = await pooledEngine(1, 'bigint');
    await other.close();
    await expect(other.modulus(value).powerSecret(residues(SOME), fromBigints([1n << 500n], 64))).rejects.toThrow();
  });
});

describe('pieces of work', () => {
  it('cover everything once, in order, and are of about the same cost', () => {
    const pieces = piecesOf(100, (i) => (i % 10) + 1);
    expect(pieces.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    for (const [from, to] of pieces) expect(to - from).toBeLessThanOrEqual(7);
    expect(piecesOf(0, () => 1)).toEqual([]);
  });
});
