import { describe, expect, it } from 'vitest';

import { fromBigints, type Batch } from '../../src/core/modulus/batch.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';
import type { Modulus } from '../../src/core/modulus/modulus.ts';
import { alteredWebAssembly, type ExportedFunction } from '../support/altered-web-assembly.ts';
import { oddOf, randomBits } from '../support/limb-patterns.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('constant time');
const BITS = 600;

/** The engine on a kernel that writes down every call: function and addresses. */
function traced() {
  const trace: string[] = [];
  const host = alteredWebAssembly((exports) =>
    Object.fromEntries(
      Object.entries(exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value];
        const original = value as ExportedFunction;
        const traced = (...operands: readonly number[]) => {
          // the index of `select` is the secret itself: inside, all entries are read
          trace.push([name, ...operands.map((operand, i) => (name === 'select' && i === 2 ? '?' : operand))].join(' '));
          original(...operands);
        };
        return [name, traced];
      }),
    ),
  );
  return { engine: fmaEngine({ kernels: new Kernels(host) }), trace };
}

const exponents = [
  0n,
  1n,
  (1n << BigInt(BITS)) - 1n,
  1n << BigInt(BITS - 1),
  ...Array.from({ length: 4 }, () => randomBits(random, BITS)),
];

/** The kernel calls that an operation makes for each exponent. */
async function traces(operation: (modulus: Modulus, exponent: Batch) => Promise<unknown>): Promise<string[][]> {
  const { engine, trace } = traced();
  const modulus = engine.modulus(oddOf(random, 512) ** 2n);
  const found: string[][] = [];
  for (const exponent of exponents) {
    trace.length = 0;
    await operation(modulus, fromBigints([exponent], BITS / 8));
    found.push([...trace]);
  }
  return found;
}

describe('with secret exponents, the kernel is called alike for all exponents of one length', () => {
  const base = fromBigints([12345n], 128);

  it('in a power', async () => {
    const [first, ...others] = await traces((modulus, exponent) => modulus.powerSecret(base, exponent));
    expect(first?.filter((call) => call.startsWith('select'))).toHaveLength(BITS / 5);
    for (const other of others) expect(other).toEqual(first);
  });

  it('in a power of a prepared base', async () => {
    const [first, ...others] = await traces(async (modulus, exponent) => {
      const prepared = await modulus.fixedBase(base, BITS);
      return prepared.powerSecret(exponent);
    });
    expect(first?.filter((call) => call.startsWith('select'))).toHaveLength(BITS / 6);
    for (const other of others) expect(other).toEqual(first);
  });

  it('in a power modulo one of many numbers', async () => {
    const { engine, trace } = traced();
    const modulus = fromBigints([oddOf(random, 1024)], 128);
    const found: string[][] = [];
    for (const exponent of exponents) {
      trace.length = 0;
      await engine.powerSecretEach(modulus, base, fromBigints([exponent], BITS / 8));
      found.push([...trace]);
    }
    for (const other of found) expect(other).toEqual(found[0]);
  });

  it('unlike in a power with a public exponent, which shows that the test can tell', async () => {
    const { engine, trace } = traced();
    const modulus = engine.modulus(oddOf(random, 512) ** 2n);
    const lengths = new Set<number>();
    for (const exponent of exponents) {
      trace.length = 0;
      await modulus.power(base, exponent);
      lengths.add(trace.length);
    }
    expect(lengths.size).toBeGreaterThan(1);
  });
});
