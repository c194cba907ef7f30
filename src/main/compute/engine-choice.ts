import { setImmediate } from 'node:timers/promises';
import { fmaEngine } from '../../core/modulus/fma/fma-engine.ts';
import { maddIsFused } from '../../core/modulus/fma/fused-multiply-add.ts';
import { Kernels } from '../../core/modulus/fma/kernels.ts';
import type { WebAssemblyHost } from '../../core/modulus/fma/web-assembly.ts';
import type { Engine } from '../../core/modulus/modulus.ts';
import { selfTest, warmUp } from '../../core/modulus/self-test.ts';
import { createBreather } from './breather.ts';
import { hostEngine } from './host-engine.ts';

export const ENGINE_CHOICES = ['auto', 'fma', 'bigint'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

export interface ChosenEngine {
  readonly engine: Engine;
  /** Why this one, for people. */
  readonly reason: string;
}

/** The engine for this thread. `auto`: WebAssembly where it passes its self-test, else BigInt; `fma` throws where it does not. */
export async function chooseEngine(choice: EngineChoice, host: WebAssemblyHost = WebAssembly): Promise<ChosenEngine> {
  if (choice === 'bigint') return { engine: hostEngine(), reason: 'as chosen' };
  try {
    return { engine: await testedFmaEngine(host), reason: 'passed its self-test on this machine' };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    if (choice === 'fma') throw new Error(`the WebAssembly engine cannot be used: ${fault}`, { cause: error });
    return { engine: hostEngine(), reason: `the WebAssembly engine cannot be used: ${fault}` };
  }
}

/** Tested twice: V8 compiles WebAssembly once quickly, and again, optimising, when it is used much. */
async function testedFmaEngine(host: WebAssemblyHost): Promise<Engine> {
  if (!maddIsFused(host)) throw new Error('this processor does not fuse multiplications with additions');
  const kernels = new Kernels(host);
  const engine = fmaEngine({ kernels, breathe: createBreather() });
  await requireCorrect(kernels, engine, 'at start');
  await warmUp(kernels, () => setImmediate());
  await requireCorrect(kernels, engine, 'after warming up');
  return engine;
}

async function requireCorrect(kernels: Kernels, engine: Engine, when: string): Promise<void> {
  const fault = await selfTest(kernels, engine);
  if (fault !== undefined) throw new Error(`${fault} in the self-test ${when}`);
}
