import { bigintEngine } from '../../core/modulus/bigint-engine.ts';
import type { Engine } from '../../core/modulus/modulus.ts';
import { createBreather } from './breather.ts';
import { hostSecretPower } from './secret-power.ts';

/** BigInt arithmetic, secret exponents in constant time by `node:crypto`, and a thread that stays responsive. */
export function hostEngine(): Engine {
  return bigintEngine({ secretPower: hostSecretPower(), breathe: createBreather() });
}
