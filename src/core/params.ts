import { ParameterError } from './errors.ts';

/** Security parameters in one place: bits, formula, reason. */

export const PROTOCOL_VERSION = 'riskweave/1';

export const MIN_PARTIES = 3;
export const MAX_PARTIES = 9;

/** Key lengths in bits of N. 2048 is the least that NIST SP 800-57 part 1 allows after 2013 (112-bit strength). */
export const KEY_BITS = [2048, 3072] as const;
/** For demonstrations and tests only. */
export const INSECURE_KEY_BITS = [512, 1024] as const;
export type KeyBits = (typeof KEY_BITS)[number] | (typeof INSECURE_KEY_BITS)[number];

/** Extra bits of a hash output that is reduced modulo a number: the result is within 2^-128 of uniform. */
export const STATISTICAL_BITS = 128;

/** Plaintext bits that no packed value may touch, so that a wrong opening is noticed. */
export const HEADROOM_BITS = 64;

/** Room in a slot above the largest honest value, so that neighbours never carry into each other. */
export const SLOT_GUARD_BITS = 8;

/** Rounds of the Boneh–Franklin test after the first pass: each lets a composite N pass with probability at most 1/2. */
export const BIPRIMALITY_ROUNDS = 64;

/** N has no prime factor below this (protocol.md 2.7). */
export const LEAST_FACTOR = 2 ** 20;

/** Bits by which the sieve's modulus M stays short of a factor: what is left of p is random and at least 85 bits long. */
export const SIEVE_GAP_BITS = 100;

/** Top bits of the shares modulo F that are opened to find the carry k: n·2^-15 of F is far below F. */
export const CARRY_BITS = 16;

/** Corruptions that secrecy of the ceremony and the Shamir sharings withstand: an honest majority. */
export function corruptionThreshold(parties: number): number {
  return Math.floor((parties - 1) / 2);
}

/** Refuses sizes for which the protocol makes no sense. */
export function checkParties(parties: number): void {
  if (parties === 2) {
    throw new ParameterError(
      'Two banks cannot make a shared key: with two there is no honest majority, and either bank could work out the ' +
        'factors of the key. At least three banks are needed.',
    );
  }
  if (!Number.isInteger(parties) || parties < MIN_PARTIES || parties > MAX_PARTIES) {
    throw new ParameterError(
      `A consortium has ${String(MIN_PARTIES)} to ${String(MAX_PARTIES)} banks, not ${String(parties)}.`,
    );
  }
}

export function isKeyBits(bits: number): bits is KeyBits {
  return [...KEY_BITS, ...INSECURE_KEY_BITS].some((known) => known === bits);
}
