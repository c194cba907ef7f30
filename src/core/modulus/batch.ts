import { bytesToBigint, writeBigint } from '../bytes/integers.ts';
import { Bug } from '../errors.ts';

/** `count` non-negative integers of `width` bytes each, little endian, one after the other. */
export interface Batch {
  readonly count: number;
  readonly width: number;
  readonly bytes: Uint8Array;
}

export function batchOf(bytes: Uint8Array, width: number): Batch {
  if (bytes.length % width !== 0)
    throw new Bug(`${String(bytes.length)} bytes are no batch of ${String(width)}-byte values`);
  return { count: bytes.length / width, width, bytes };
}

export function fromBigints(values: readonly bigint[], width: number): Batch {
  const bytes = new Uint8Array(values.length * width);
  values.forEach((value, i) => {
    writeBigint(value, bytes, i * width, width);
  });
  return { count: values.length, width, bytes };
}

export function toBigints(batch: Batch): bigint[] {
  return Array.from({ length: batch.count }, (_, i) => bytesToBigint(bytesAt(batch, i)));
}

/** The bytes of one value, as a view. */
export function bytesAt(batch: Batch, index: number): Uint8Array {
  return batch.bytes.subarray(index * batch.width, (index + 1) * batch.width);
}

/** The values at `indices`, in that order. */
export function select(batch: Batch, indices: readonly number[]): Batch {
  const bytes = new Uint8Array(indices.length * batch.width);
  indices.forEach((index, i) => {
    bytes.set(bytesAt(batch, index), i * batch.width);
  });
  return { count: indices.length, width: batch.width, bytes };
}

/** The values `from` … `to` − 1, as a view. */
export function slice(batch: Batch, from: number, to: number): Batch {
  return batchOf(batch.bytes.subarray(from * batch.width, to * batch.width), batch.width);
}

export function concat(batches: readonly Batch[], width: number): Batch {
  const bytes = new Uint8Array(batches.reduce((sum, batch) => sum + batch.bytes.length, 0));
  let at = 0;
  for (const batch of batches) {
    if (batch.width !== width) throw new Bug('batches of different widths');
    bytes.set(batch.bytes, at);
    at += batch.bytes.length;
  }
  return batchOf(bytes, width);
}
