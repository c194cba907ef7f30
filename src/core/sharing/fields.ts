import type { KeyBits } from '../params.ts';

/** Smallest c that makes 2^(|N|+8) + c prime. */
const PRODUCT_OFFSET: Record<KeyBits, bigint> = { 512: 513n, 1024: 877n, 2048: 1935n, 3072: 627n };

/** Smallest c that makes 2^(2|N|+128) + c prime. */
const EXPONENT_OFFSET: Record<KeyBits, bigint> = { 512: 561n, 1024: 1987n, 2048: 8031n, 3072: 5713n };

/** P: the prime field over which p·q is computed; larger than any N of `bits` bits (protocol.md 2.3). */
export function productField(bits: KeyBits): bigint {
  return (1n << BigInt(bits + 8)) + PRODUCT_OFFSET[bits];
}

/** F: the prime field over which βφ is computed; larger than βφ by more than 120 bits (protocol.md 2.6). */
export function exponentField(bits: KeyBits): bigint {
  return (1n << BigInt(2 * bits + 128)) + EXPONENT_OFFSET[bits];
}
