import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { concat, fromBigints, slice, toBigints } from '../../src/core/modulus/batch.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';

/** Known answers, computed by the integers of Python. All numbers in hexadecimal. */
interface ModulusVector {
  readonly name: string;
  readonly modulus: string;
  readonly values: readonly string[];
  readonly exponent: string;
  readonly exponentBits: number;
  readonly weights: readonly (readonly [base: number, weight: string])[];
  readonly expected: {
    /** Of each value and the one at the same place from the end. */
    readonly multiply: readonly string[];
    readonly square: readonly string[];
    readonly product: string;
    readonly power: readonly string[];
    readonly inverse: readonly string[];
    readonly multiPower: string;
  };
}

const FOLDER = new URL('modulus/', import.meta.url);
const vectors = readdirSync(FOLDER).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as ModulusVector[],
);
const engines = [fmaEngine({ kernels: new Kernels(WebAssembly) }), bigintEngine()];

const number = (hex: string): bigint => BigInt(`0x${hex}`);

describe.each(engines)('the engine $name', (engine) => {
  it.for(vectors)('knows the answers modulo $name', async ({ modulus: value, values, exponent, ...vector }) => {
    const { expected, exponentBits, weights } = vector;
    const modulus = engine.modulus(number(value));
    const a = fromBigints(values.map(number), modulus.width);
    const backwards = fromBigints(values.map(number).reverse(), modulus.width);
    const secret = fromBigints([number(exponent)], Math.ceil(exponentBits / 8));
    const fixed = await modulus.fixedBase(slice(a, 0, 1), exponentBits);
    const rows = {
      starts: Uint32Array.of(0, weights.length),
      bases: Uint32Array.from(weights, ([base]) => base),
      weights: fromBigints(
        weights.map(([, weight]) => number(weight)),
        4,
      ),
    };
    const powers = expected.power.map(number);
    expect(toBigints(await modulus.multiply(a, backwards))).toEqual(expected.multiply.map(number));
    expect(toBigints(await modulus.square(a))).toEqual(expected.square.map(number));
    expect(toBigints(await modulus.product(a))).toEqual([number(expected.product)]);
    expect(toBigints(await modulus.power(a, number(exponent)))).toEqual(powers);
    expect(toBigints(await modulus.powerSecret(a, secret))).toEqual(powers);
    expect(toBigints(await fixed.powerSecret(secret))).toEqual(powers.slice(0, 1));
    expect(toBigints(await modulus.inverse(a))).toEqual(expected.inverse.map(number));
    expect(toBigints(await modulus.multiPower(a, rows))).toEqual([number(expected.multiPower)]);
    const moduli = concat(
      values.map(() => fromBigints([modulus.value], modulus.width)),
      modulus.width,
    );
    const exponents = concat(
      values.map(() => secret),
      secret.width,
    );
    expect(toBigints(await engine.powerSecretEach(moduli, a, exponents))).toEqual(powers);
  });
});
