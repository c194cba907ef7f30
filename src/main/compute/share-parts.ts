import { SecretExponent, type KeyShare, type PublicKey } from '../../core/paillier/key.ts';

/** A key share on its way between threads of one bank: a structured clone would lose what is private. */
export interface ShareParts {
  readonly publicKey: PublicKey;
  readonly party: number;
  /** |d_i| and its sign. */
  readonly secretMagnitude: Uint8Array;
  readonly negative: boolean;
}

export function partsOfShare({ publicKey, party, secretExponent }: KeyShare): ShareParts {
  const { negative } = secretExponent;
  return { publicKey, party, secretMagnitude: secretExponent.exposeMagnitude(), negative };
}

export function shareFromParts({ publicKey, party, secretMagnitude, negative }: ShareParts): KeyShare {
  return { publicKey, party, secretExponent: new SecretExponent(secretMagnitude, negative) };
}
