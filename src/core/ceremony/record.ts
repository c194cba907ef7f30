import { Writer } from '../bytes/encoding.ts';
import { keyId, type PublicKey } from '../paillier/key.ts';
import { encodeCeremonyParameters, type CeremonyParameters } from './parameters.ts';

/** What all banks signed at the end of a ceremony. Convinces anybody who knows their certificates. */
export interface CeremonyRecord {
  readonly keyId: Uint8Array;
  readonly parameters: CeremonyParameters;
  /** Of all broadcasts of the ceremony; equal at all banks. */
  readonly transcriptDigest: Uint8Array;
  /** By party, over {@link ceremonyStatement}. */
  readonly signatures: readonly Uint8Array[];
}

/** The bytes that each bank signs. */
export function ceremonyStatement(
  key: PublicKey,
  parameters: CeremonyParameters,
  transcriptDigest: Uint8Array,
): Uint8Array {
  return new Writer()
    .text('riskweave ceremony record')
    .bytes(keyId(key))
    .bytes(encodeCeremonyParameters(parameters))
    .bytes(transcriptDigest)
    .done();
}
