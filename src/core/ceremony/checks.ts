import { bitLength } from '../bytes/integers.ts';
import { ProtocolAbort } from '../errors.ts';
import { FactorBase } from '../numbers/factor-base.ts';
import { gcd } from '../numbers/integers.ts';
import { isPerfectPower } from '../numbers/perfect-power.ts';
import { primesBelow } from '../numbers/primes.ts';
import { LEAST_FACTOR } from '../params.ts';

/**
 * What must hold before a key is stored (protocol.md 2.7). Each check alone throws {@link ProtocolAbort} `key-check-failed`
 * with the field at fault; whose doing it is cannot be told.
 */

/** N has exactly `keyBits` bits. */
export function checkLength(n: bigint, keyBits: number): void {
  demand(bitLength(n) === keyBits, 'length of N');
}

export function checkOdd(n: bigint): void {
  demand(n % 2n === 1n, 'N is odd');
}

export function checkNoSmallFactor(n: bigint): void {
  demand(new FactorBase(primesBelow(LEAST_FACTOR)).factorOf(n) === undefined, 'small factor of N');
}

export function checkNotPerfectPower(n: bigint): void {
  demand(!isPerfectPower(n), 'N is a perfect power');
}

/** Covers the second half of the Boneh–Franklin test and gcd(N, φ(N)) = 1, as θ ≡ β·(1 − p − q) modulo N. */
export function checkTheta(theta: bigint, n: bigint): void {
  demand(gcd(theta, n) === 1n, 'gcd(θ, N)');
}

/** Π V_i = V^{βφ} ≡ 1 modulo N, as φ is a multiple of the order of V modulo N where N is a product of two primes. */
export function checkVerificationValues(values: readonly bigint[], n: bigint): void {
  demand(values.reduce((product, value) => (product * value) % n, 1n) === 1n, 'verification values');
}

/** @param opened undefined where the banks' parts do not fit together */
export function checkTestOpening(opened: bigint | undefined, encrypted: bigint): void {
  demand(opened === encrypted, 'test encryption');
}

function demand(holds: boolean, field: string): void {
  if (!holds) throw new ProtocolAbort('key-check-failed', { field });
}
