import { bigintToBytes, bytesToBigint } from '../bytes/integers.ts';
import { expand, type HashPart } from '../bytes/hash.ts';
import type { Batch } from '../modulus/batch.ts';
import { jacobi } from '../numbers/jacobi.ts';

/** Curve25519 by u-coordinates (RFC 7748), as a group of prime order for private set intersection. */
export interface Curve25519 {
  /** X25519 of each point with the clamped scalar; clamping also clears the cofactor. 32 bytes each. */
  multiply(scalar: Uint8Array, points: Batch): Promise<Batch>;
}

export const POINT_BYTES = 32;
const P = (1n << 255n) - 19n;
const A = 486662n;

/** Whether u is the coordinate of a point of the curve, rather than of its twist, other than 0. */
export function isOnCurve(u: bigint): boolean {
  return u < P && jacobi(((u * u + A * u + 1n) % P) * u, P) === 1;
}

/** A point of unknown logarithm for these parts: hashes until one lies on the curve (two tries on average). */
export function hashToCurve(purpose: string, ...parts: readonly HashPart[]): Uint8Array {
  for (let counter = 0; ; counter++) {
    const u = bytesToBigint(expand(48, purpose, ...parts, counter)) % P;
    if (isOnCurve(u)) return bigintToBytes(u, POINT_BYTES);
  }
}
