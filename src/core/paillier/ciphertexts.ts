import type { Reader } from '../bytes/encoding.ts';
import { bigintToBytes } from '../bytes/integers.ts';
import { MessageFault, ProtocolAbort } from '../errors.ts';
import { batchOf, bytesAt, type Batch } from '../modulus/batch.ts';
import type { Modulus } from '../modulus/modulus.ts';

/** Exactly `count` canonical residues modulo N² other than 0. That they are units is checked by {@link requireUnits}. */
export function readResidues(reader: Reader, count: number, modulus: Modulus, field: string): Batch {
  const batch = batchOf(reader.raw(count * modulus.width, field), modulus.width);
  const limit = bigintToBytes(modulus.value, modulus.width);
  for (let i = 0; i < count; i++) {
    const value = bytesAt(batch, i);
    if (!isBelow(value, limit) || value.every((byte) => byte === 0)) throw new MessageFault('out-of-range', field);
  }
  return batch;
}

/** Where a batch came from, for the blame. */
export interface Origin {
  readonly from: number;
  readonly round: string;
  readonly field: string;
}

/** Every received residue is a unit, or its sender is blamed: one with a common factor would show a factor of N. */
export async function requireUnits(modulus: Modulus, batch: Batch, { from, round, field }: Origin): Promise<void> {
  if ((await modulus.firstNonUnit(batch)) >= 0) throw new ProtocolAbort('not-a-unit', { blame: [from], round, field });
}

/** Little-endian comparison from the top. */
function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let i = limit.length - 1; i >= 0; i--) {
    const difference = (value[i] as number) - (limit[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
