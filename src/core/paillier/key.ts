import { hash } from '../bytes/hash.ts';
import { bitLength } from '../bytes/integers.ts';
import type { KeyBits } from '../params.ts';

/** What everybody knows of a shared key (protocol.md 2). */
export interface PublicKey {
  readonly bits: KeyBits;
  readonly parties: number;
  /** N = p·q, of exactly `bits` bits. */
  readonly n: bigint;
  /** θ = βφ mod N; its inverse turns the combined partial decryptions into the plaintext. */
  readonly theta: bigint;
  /** σ, the joint seed of the ceremony: the mask base is expanded from it. 32 bytes. */
  readonly seed: Uint8Array;
  /** V = x² mod N², expanded from σ. */
  readonly verificationBase: bigint;
  /** V_i = V^{d_i} mod N², by party. */
  readonly verificationValues: readonly bigint[];
}

/** d_i of one party: Σ d_i = βφ over the integers. Secret: never logged, never leaves the bank unsealed. */
export class SecretExponent {
  /** |d_i|, little endian, of a width that depends on the key length only. */
  readonly #magnitude: Uint8Array;
  /** The sign is no secret (protocol.md 2.6). */
  readonly negative: boolean;

  constructor(magnitude: Uint8Array, negative: boolean) {
    this.#magnitude = magnitude;
    this.negative = negative;
  }

  /** The only way to the bytes, so that every use can be found. */
  exposeMagnitude(): Uint8Array {
    return this.#magnitude;
  }
}

export interface KeyShare {
  readonly publicKey: PublicKey;
  readonly party: number;
  readonly secretExponent: SecretExponent;
}

/** Names a key in proposals and records. 32 bytes. */
export function keyId(key: PublicKey): Uint8Array {
  return hash(
    'key id',
    key.bits,
    key.parties,
    key.n,
    key.theta,
    key.seed,
    key.verificationBase,
    ...key.verificationValues,
  );
}

/** Bytes of |d_i|: below F, of 2|N| + 128 bits and one more. */
export function secretExponentBytes(n: bigint): number {
  return Math.ceil((2 * bitLength(n) + 129) / 8);
}
