import { createDiffieHellman, randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { spreadOf, type Spread } from './statistics.ts';

const MODULUS_BYTES = 512;
const EXPONENT_BYTES = 256;
const CALLS = 60;

/**
 * The operation by which the reference's cost is converted to this machine: `createDiffieHellman(m, 2).computeSecret(b)`
 * for a random odd 4096-bit m, a random 2048-bit exponent with the top bit set and a random b below m.
 * @returns milliseconds per call
 */
export function calibrate(): Spread {
  const modulus = withTopBit(randomBytes(MODULUS_BYTES));
  modulus[MODULUS_BYTES - 1] = (modulus[MODULUS_BYTES - 1] as number) | 1;
  const group = createDiffieHellman(modulus, 2);
  group.setPrivateKey(withTopBit(randomBytes(EXPONENT_BYTES)));
  const base = randomBytes(MODULUS_BYTES);
  base[0] = (base[0] as number) & 0x7f; // below any modulus with the top bit set
  const calls = Array.from({ length: CALLS }, () => {
    const start = performance.now();
    group.computeSecret(base);
    return performance.now() - start;
  });
  return spreadOf(calls);
}

/** @param bytes big endian */
function withTopBit(bytes: Buffer): Buffer {
  bytes[0] = (bytes[0] as number) | 0x80;
  return bytes;
}
