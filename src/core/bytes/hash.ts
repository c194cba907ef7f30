import { sha256 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { bytesToBigint } from './integers.ts';
import { Writer } from './encoding.ts';

const PREFIX = 'riskweave/1/';

export type HashPart = Uint8Array | string | number | bigint;

/** Purpose and parts in an unambiguous encoding: each part carries its type and length. */
function domainSeparated(purpose: string, parts: readonly HashPart[]): Uint8Array {
  const writer = new Writer().text(PREFIX + purpose).u32(parts.length);
  for (const part of parts) {
    if (typeof part === 'string') writer.u8(1).text(part);
    else if (typeof part === 'number') writer.u8(2).f64(part);
    else if (typeof part === 'bigint') writer.u8(3).text(part.toString(16));
    else writer.u8(4).bytes(part);
  }
  return writer.done();
}

/** SHA-256, separated by purpose. 32 bytes. */
export function hash(purpose: string, ...parts: readonly HashPart[]): Uint8Array {
  return sha256(domainSeparated(purpose, parts));
}

/** SHAKE256, separated by purpose: `length` bytes that look random to who does not know all parts. */
export function expand(length: number, purpose: string, ...parts: readonly HashPart[]): Uint8Array {
  return shake256(domainSeparated(purpose, parts), { dkLen: length });
}

/** A number below `modulus`, from 128 bits more than it has, so that the bias is below 2^-128. */
export function expandBelow(modulus: bigint, purpose: string, ...parts: readonly HashPart[]): bigint {
  const bytes = Math.ceil(modulus.toString(16).length / 2) + 16;
  return bytesToBigint(expand(bytes, purpose, ...parts)) % modulus;
}

/** Equality in time that depends on the length only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
