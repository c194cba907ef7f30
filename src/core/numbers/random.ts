import { bitLength, bytesToBigint } from '../bytes/integers.ts';
import type { Random } from '../environment.ts';
import { gcd } from './integers.ts';

/** Uniform in [0, 2^bits). */
export function randomBits(random: Random, bits: number): bigint {
  const bytes = random.bytes(Math.ceil(bits / 8));
  const spare = bytes.length * 8 - bits;
  if (spare > 0) bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) & (0xff >> spare);
  return bytesToBigint(bytes);
}

/** Uniform in [0, limit), by rejection. */
export function randomBelow(random: Random, limit: bigint): bigint {
  const bits = bitLength(limit - 1n);
  for (;;) {
    const value = randomBits(random, bits);
    if (value < limit) return value;
  }
}

/** A uniform unit modulo `modulus`. */
export function randomUnit(random: Random, modulus: bigint): bigint {
  for (;;) {
    const value = randomBelow(random, modulus);
    if (gcd(value, modulus) === 1n) return value;
  }
}
