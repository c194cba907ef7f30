import { Writer } from '../bytes/encoding.ts';
import { hash } from '../bytes/hash.ts';
import { ParameterError } from '../errors.ts';
import { checkParties, PROTOCOL_VERSION, type KeyBits } from '../params.ts';

/** What the banks of a ceremony agree on beforehand. */
export interface CeremonyParameters {
  readonly keyBits: KeyBits;
  /** SHA-256 fingerprints of the members' certificates, ascending: party i is the i-th. 32 bytes each. */
  readonly members: readonly Uint8Array[];
  /** 32 fresh bytes that name this attempt: a ceremony that is repeated is another session. */
  readonly nonce: Uint8Array;
  readonly tuning: Tuning;
}

/** Speed only; equal at all banks, because all must discard the same candidates. */
export interface Tuning {
  /** Candidates per round trip. */
  readonly batchSize: number;
  /** N is divided by all primes below this before the costly test. */
  readonly trialBound: number;
}

/**
 * Batches: small beside the expected number of candidates, as what follows the hit is wasted, and large enough to hide
 * the round trips. Bounds: where dividing by one more prime costs as much as the tests that it saves (measured).
 */
export const DEFAULT_TUNING: Record<KeyBits, Tuning> = {
  512: { batchSize: 48, trialBound: 2_000 },
  1024: { batchSize: 96, trialBound: 8_000 },
  2048: { batchSize: 192, trialBound: 30_000 },
  3072: { batchSize: 256, trialBound: 60_000 },
};

/** Refuses parameters with which no ceremony makes sense. */
export function checkCeremonyParameters({ members, nonce, tuning }: CeremonyParameters): void {
  checkParties(members.length);
  if (![...members, nonce].every((bytes) => bytes.length === 32)) {
    throw new ParameterError('Certificate fingerprints and the nonce of a ceremony have 32 bytes each.');
  }
  if (!members.every((member, i) => i === 0 || compareBytes(members[i - 1] as Uint8Array, member) < 0)) {
    throw new ParameterError('The members of a ceremony are listed once each, ordered by certificate fingerprint.');
  }
  if (tuning.batchSize < 1 || tuning.trialBound < 3)
    throw new ParameterError('The tuning of the ceremony is out of range.');
}

/** Everything the banks agree on, unambiguously. */
export function encodeCeremonyParameters({ keyBits, members, nonce, tuning }: CeremonyParameters): Uint8Array {
  const writer = new Writer().text(PROTOCOL_VERSION).u32(keyBits).u32(members.length);
  for (const member of members) writer.bytes(member);
  return writer.bytes(nonce).u32(tuning.batchSize).u32(tuning.trialBound).done();
}

/** The identifier that the session of a ceremony is opened with (protocol.md 2.1). 32 bytes. */
export function ceremonySessionId(parameters: CeremonyParameters): Uint8Array {
  return hash('ceremony session', encodeCeremonyParameters(parameters));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}
