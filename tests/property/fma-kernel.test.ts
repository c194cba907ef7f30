import { afterAll, describe, expect, test } from 'vitest';

import { Kernel } from '../../src/core/modulus/fma/kernel.ts';
import { halvesOf, limbCount, readLimbs, writeLimbs, type Form } from '../../src/core/modulus/fma/limbs.ts';
import { ResidueRing, RingConstants } from '../../src/core/modulus/fma/residue-ring.ts';
import { oddOf, patternedLimbs, randomBits, randomNumber } from '../support/limb-patterns.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Bits of N, and how many pairs of numbers to try: more where they are cheap. */
const SIZES: readonly (readonly [bits: number, pairs: number])[] = [
  [30, 4000],
  [60, 4000],
  [333, 12000],
  [512, 16000],
  [1000, 8000],
  [1024, 6000],
  [1536, 3000],
  [2047, 2000],
  [2048, 2000],
  [3072, 1200],
  [4096, 600],
  [6144, 200],
  [12_900, 200],
];
const PAIRS_PER_MODULUS = 200;
const LEAST_OPERATIONS = 300_000;

let operations = 0;

const random = seededRandom('fma kernel');

/** One half of an operand: anything that the kernel's contract allows, which is below 8n. */
function half(n: bigint, limbs: number): bigint {
  const limit = 8n * n;
  switch (randomNumber(random, 8)) {
    case 0:
      return BigInt(randomNumber(random, 2));
    case 1:
      return BigInt(1 + randomNumber(random, 8)) * n - 1n;
    case 2:
      return BigInt(randomNumber(random, 8)) * n + BigInt(randomNumber(random, 3));
    case 3:
      return randomBits(random, 51 * limbs) % limit;
    case 4:
      return limit - 1n - BigInt(randomNumber(random, 3));
    default:
      return patternedLimbs(random, limbs) % limit;
  }
}

describe.each(['plain', 'squared'] as const)('the kernel in %s form', (form: Form) => {
  test.each(SIZES)('multiplies, squares and reduces like BigInt, for N of %i bits', (bits, pairs) => {
    const limbs = limbCount(oddOf(random, bits));
    const kernel = new Kernel(WebAssembly, form, limbs); // one for all, so that its optimised code is tested as well
    const unused = kernel.mark;
    for (let done = 0; done < pairs; done += PAIRS_PER_MODULUS) {
      const constants = new RingConstants(form, oddOf(random, bits), limbs);
      kernel.release(unused);
      const ring = new ResidueRing(kernel, constants);
      const { n, value } = constants;
      const [a, b, c] = [kernel.allocate(), kernel.allocate(), kernel.allocate()];
      const write = (address: number): bigint => {
        const halves = Array.from({ length: halvesOf(form) }, () => half(n, limbs));
        halves.forEach((x, i) => {
          writeLimbs(x, kernel.limbs(address + i * kernel.layout.halfBytes));
        });
        return (halves[0] as bigint) + (halves[1] ?? 0n) * n;
      };
      /** Whether the result is a/R, in halves below 3n. */
      const isQuotient = (product: bigint): boolean => {
        operations++;
        const halves = Array.from({ length: halvesOf(form) }, (_, i) =>
          readLimbs(kernel.limbs(c + i * kernel.layout.halfBytes)),
        );
        const result = (halves[0] as bigint) + (halves[1] ?? 0n) * n;
        return ((result << BigInt(51 * limbs)) - product) % value === 0n && halves.every((x) => x < 3n * n);
      };
      for (let pair = 0; pair < PAIRS_PER_MODULUS; pair++) {
        const [x, y] = [write(a), write(b)];
        kernel.call.multiply(c, a, b);
        if (!isQuotient(x * y)) expect.fail(`${String(x)} · ${String(y)} modulo ${String(value)}`);
        kernel.call.square(c, a);
        if (!isQuotient(x * x)) expect.fail(`${String(x)}² modulo ${String(value)}`);
        const residue = ring.toBigint(a);
        operations++;
        if (residue >= value || ((residue << BigInt(51 * limbs)) - x) % value !== 0n) {
          expect.fail(`${String(x)} reduced modulo ${String(value)}`);
        }
      }
    }
  });
});

test('the result may overwrite either operand or both', () => {
  for (const form of ['plain', 'squared'] as const) {
    const root = oddOf(random, 700);
    const limbs = limbCount(root);
    const kernel = new Kernel(WebAssembly, form, limbs);
    const constants = new RingConstants(form, root, limbs);
    const ring = new ResidueRing(kernel, constants);
    const [a, b, c] = [kernel.allocate(), kernel.allocate(), kernel.allocate()];
    const [x, y] = [randomBits(random, 2000), randomBits(random, 2000)].map((each) => each % constants.value) as [
      bigint,
      bigint,
    ];
    const after = (operation: () => void, result: number): bigint => {
      ring.write(a, x);
      ring.write(b, y);
      operation();
      return ring.read(result);
    };
    const product = after(() => {
      kernel.call.multiply(c, a, b);
    }, c);
    const square = after(() => {
      kernel.call.square(c, a);
    }, c);
    const overwritten = [
      after(() => {
        kernel.call.multiply(a, a, b);
      }, a),
      after(() => {
        kernel.call.multiply(b, a, b);
      }, b),
    ];
    expect(overwritten).toEqual([product, product]);
    const squares = [
      after(() => {
        kernel.call.multiply(a, a, a);
      }, a),
      after(() => {
        kernel.call.square(a, a);
      }, a),
      after(() => {
        kernel.call.squareTimes(a, a, 1);
      }, a),
    ];
    expect(squares.map((each) => each % constants.value)).toEqual(squares.map(() => square % constants.value));
  }
});

afterAll(() => {
  expect(operations).toBeGreaterThanOrEqual(LEAST_OPERATIONS);
});
