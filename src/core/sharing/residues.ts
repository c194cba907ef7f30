import { widthOf } from '../bytes/integers.ts';
import { fromBigints } from '../modulus/batch.ts';
import type { Read } from '../network/session.ts';

/** A message of residues modulo one number: exactly as many as announced, each of fixed width and in range. */
export function encodeResidues(values: readonly bigint[], modulus: bigint): Uint8Array {
  return fromBigints(values, widthOf(modulus)).bytes;
}

export function readResidues(count: number, modulus: bigint, field: string): Read<bigint[]> {
  return (reader) => reader.integers(count, widthOf(modulus), modulus, field);
}

/** Position by position, modulo `modulus`. All rows have the same length. */
export function sumRows(rows: readonly (readonly bigint[])[], modulus: bigint): bigint[] {
  const [first = []] = rows;
  return first.map((_, column) => rows.reduce((sum, row) => sum + (row[column] as bigint), 0n) % modulus);
}
