import type { Batch } from '../../../core/modulus/batch.ts';
import type { WeightedRows } from '../../../core/modulus/modulus.ts';

/**
 * Multiplications that an operation takes, about: only to cut work into pieces of some milliseconds. What one
 * multiplication takes is estimated from its width.
 */
export const MULTIPLICATIONS = {
  multiply: 1,
  power: (exponentBits: number) => 1.2 * exponentBits,
  powerSecret: (exponentBytes: number) => 10 * exponentBytes,
  fixedBase: (exponentBytes: number) => 2 * exponentBytes,
  row: (rows: WeightedRows, row: number) => {
    const terms = (rows.starts[row + 1] as number) - (rows.starts[row] as number);
    return 8 * rows.weights.width + terms * (8 + 2 * rows.weights.width);
  },
};

/** Roughly 4 µs for 4096 bits, growing with the square of the width. */
const MICROSECONDS_AT_512_BYTES = 4;

export function estimateMs(multiplications: number, width: number): number {
  return (multiplications * MICROSECONDS_AT_512_BYTES * (width / 512) ** 2) / 1000;
}

/** A piece of a batch must not keep its memory alive, nor be sent with all of it. */
export function detached(batch: Batch, from: number, to: number): Batch {
  const bytes = batch.bytes.slice(from * batch.width, to * batch.width);
  return { count: to - from, width: batch.width, bytes };
}
