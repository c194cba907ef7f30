import { hash } from '../bytes/hash.ts';
import type { RunParameters } from './parameters.ts';

/** What a run leaves behind at every bank, signed by all of them (protocol.md 4.4). All bytes as lower-case hexadecimal. */
export interface RunRecord {
  readonly format: 'riskweave run record';
  readonly version: 1;
  /** Session identifier: binds the proposal and all approvals. */
  readonly run: string;
  readonly key: { readonly id: string; readonly bits: number };
  readonly parameters: RunParameters;
  readonly fixedPoint: { readonly weightBits: number; readonly scoreBits: number; readonly slotBits: number };
  /** By party, in the order of certificate fingerprints. */
  readonly parties: readonly RecordedParty[];
  /** One entry per pair of parties, `between` ascending. */
  readonly pairs: readonly RecordedPair[];
  /** Digest of all broadcasts, equal at all parties. */
  readonly broadcasts: string;
}

export interface RecordedParty {
  readonly party: number;
  readonly name: string;
  /** DER. */
  readonly certificate: string;
  readonly role: 'contributor' | 'helper';
  readonly software: string;
  /** Salted commitment to the dataset. */
  readonly commitment: string;
  readonly accounts: number;
  readonly maxDegree: number;
  /** Whole milliseconds per stage, as the party reports them. */
  readonly durationsMs: readonly (readonly [stage: string, ms: number])[];
}

export interface RecordedPair {
  readonly between: readonly [number, number];
  /** Digest of all messages between the two, in both directions. */
  readonly digest: string;
  readonly messages: number;
}

export interface SignedRunRecord {
  readonly record: RunRecord;
  /** By party: RSA-PSS with SHA-256 over {@link recordStatement}, as the identity of the bank signs. */
  readonly signatures: readonly string[];
}

/** What is signed: the record's canonical JSON (RFC 8785 for the values that occur), hashed. 32 bytes. */
export function recordStatement(record: RunRecord): Uint8Array {
  return hash('run record', canonicalJson(record));
}

/** JSON with the keys sorted and no white space. For values without undefined, functions and unsafe numbers. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
