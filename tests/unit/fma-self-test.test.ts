import { describe, expect, it } from 'vitest';

import { fromBigints, toBigints } from '../../src/core/modulus/batch.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { maddIsFused } from '../../src/core/modulus/fma/fused-multiply-add.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';
import type { WebAssemblyHost } from '../../src/core/modulus/fma/web-assembly.ts';
import { selfTest } from '../../src/core/modulus/self-test.ts';
import { chooseEngine } from '../../src/main/compute/engine-choice.ts';
import { alteredWebAssembly, withFunction } from '../support/altered-web-assembly.ts';

/** relaxed_madd as a machine without fused multiply-add has it: the product is rounded before the addition. */
const unfused = withFunction('madd', (_, exports) => () => {
  const lanes = new Float64Array((exports['memory'] as WebAssembly.Memory).buffer);
  for (const lane of [0, 1]) {
    const [a, b, c] = [lanes[lane], lanes[2 + lane], lanes[4 + lane]] as [number, number, number];
    lanes[6 + lane] = a * b + c;
  }
});

/** A runtime that does not know the instructions. */
const withoutRelaxedSimd: WebAssemblyHost = {
  ...alteredWebAssembly((exports) => exports),
  Module: function refuse() {
    throw new WebAssembly.CompileError('invalid numeric opcode');
  } as unknown as WebAssemblyHost['Module'],
};

/** Loses the lowest bit of the lowest limb, in every call or from call `from` on. */
const inexact = (name: string, from = 0): WebAssemblyHost => {
  let calls = 0;
  return withFunction(name, (original, exports) => (destination = 0, ...operands) => {
    original(destination, ...operands);
    if (calls++ < from) return;
    const limbs = new Float64Array((exports['memory'] as WebAssembly.Memory).buffer, destination, 1);
    limbs[0] = (limbs[0] as number) - ((limbs[0] as number) % 2);
  });
};

const testOn = (host: WebAssemblyHost): Promise<string | undefined> => {
  const kernels = new Kernels(host);
  return selfTest(kernels, fmaEngine({ kernels }));
};

describe('the self-test', () => {
  it('finds nothing wrong here', async () => {
    expect(maddIsFused(WebAssembly)).toBe(true);
    expect(await testOn(WebAssembly)).toBeUndefined();
  });

  it('finds out that products are rounded before the addition', () => {
    expect(maddIsFused(unfused)).toBe(false);
  });

  it.each(['multiply', 'square'])('finds out that %s is inexact in the last bit', async (name) => {
    expect(await testOn(inexact(name))).toMatch(/^\d+ wrong products in plain form$/);
  });

  it('finds out that the power is wrong where products are not', async () => {
    expect(await testOn(inexact('select'))).toBe('a wrong power');
  });
});

describe('the choice of an engine', () => {
  it('is the fast one where it passes, and any that is forced', async () => {
    const { engine, reason } = await chooseEngine('auto');
    expect(engine).toMatchObject({ name: 'fma in WebAssembly', constantTime: true });
    expect(reason).toContain('passed its self-test');
    expect((await chooseEngine('fma')).engine.name).toBe('fma in WebAssembly');
    expect((await chooseEngine('bigint')).engine).toMatchObject({ name: 'bigint + constant-time host' });
  });

  it.each([
    ['has no fused multiply-add', () => unfused, 'this processor does not fuse'],
    ['does not know the instructions', () => withoutRelaxedSimd, 'invalid numeric opcode'],
    ['computes wrongly', () => inexact('multiply'), 'wrong products in plain form in the self-test at start'],
    ['computes wrongly once it has optimised', () => inexact('square', 3000), 'in the self-test after warming up'],
  ])('falls back to BigInt, with the reason, where the machine %s', async (_, host, fault) => {
    const { engine, reason } = await chooseEngine('auto', host());
    expect(engine.name).toBe('bigint + constant-time host');
    expect(reason).toContain(fault);
    const modulus = engine.modulus(101n);
    expect(toBigints(await modulus.square(fromBigints([5n], 1)))).toEqual([25n]);
    await expect(chooseEngine('fma', host())).rejects.toThrow(fault);
  });
});
