import { setImmediate } from 'node:timers/promises';
import { bigintEngine } from '../../core/modulus/bigint-engine.ts';
import type { Engine } from '../../core/modulus/modulus.ts';
import { hostSecretPower } from './secret-power.ts';

/** How long a computation may hold its thread before messages and timers get a turn. */
const LONGEST_BREATH_MS = 15;

/** BigInt arithmetic, secret exponents in constant time by `node:crypto`, and a thread that stays responsive. */
export function hostEngine(): Engine {
  let lastBreath = performance.now();
  const breathe = (): Promise<void> | undefined => {
    if (performance.now() - lastBreath < LONGEST_BREATH_MS) return undefined;
    return setImmediate().then(() => {
      lastBreath = performance.now();
    });
  };
  return bigintEngine({ secretPower: hostSecretPower(), breathe });
}
