import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';
import type { Engine } from '../../src/core/modulus/modulus.ts';

/** Set by the projects of vitest.config.ts: the protocol tests run once on each engine. */
const name = process.env['RISKWEAVE_TEST_ENGINE'] ?? 'bigint';

/** One per call, as banks have. The kernels are compiled once. */
export function engineUnderTest(): Engine {
  if (name === 'bigint') return bigintEngine();
  if (name === 'fma') return fmaEngine({ kernels: (kernels ??= new Kernels(WebAssembly)) });
  throw new Error(`no engine ${name}`);
}

let kernels: Kernels | undefined;
