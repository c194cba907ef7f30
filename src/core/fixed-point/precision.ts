import { ParameterError } from '../errors.ts';
import { HEADROOM_BITS, SLOT_GUARD_BITS } from '../params.ts';

/** How scores and weights are represented in a run (protocol.md 3 and 4.3). */
export interface Precision {
  /** P: bits that an opened value carries. */
  readonly precisionBits: number;
  /** T: iterations over all periods. */
  readonly totalIterations: number;
  /** w: weights are scaled by 2^w. */
  readonly weightBits: number;
  /** f: initial scores are scaled by 2^f. */
  readonly scoreBits: number;
  /** f + wT: scale of the final scores. */
  readonly finalBits: number;
  /** Bits of one value in a packed plaintext. */
  readonly slotBits: number;
  /** Values in one packed plaintext. */
  readonly slotsPerPacket: number;
}

/**
 * w = P + 1 + ⌈log₂(T·(deg/2 + 1))⌉ and f = P + w + 40, so that the error stays below (T + 1)·2^−P.
 * @param maxDegree the largest in-degree of any bank, a power of two
 * @throws ParameterError that names the largest T when f + wT + 2 > |N| − 64
 */
export function precisionFor(
  precisionBits: number,
  totalIterations: number,
  maxDegree: number,
  keyBits: number,
): Precision {
  const precision = layout(precisionBits, totalIterations, maxDegree, keyBits);
  if (fits(precision, keyBits)) return precision;
  let largest = 0;
  while (fits(layout(precisionBits, largest + 1, maxDegree, keyBits), keyBits)) largest++;
  throw new ParameterError(
    `${String(totalIterations)} iterations with ${String(precisionBits)} bits of precision do not fit a ${String(keyBits)}-bit key: ` +
      `at most ${String(largest)} iterations over all periods do. Use fewer iterations or periods, a lower precision or a longer key.`,
  );
}

function layout(precisionBits: number, totalIterations: number, maxDegree: number, keyBits: number): Precision {
  const weightBits = precisionBits + 1 + Math.ceil(Math.log2(Math.max(1, totalIterations) * (maxDegree / 2 + 1)));
  const scoreBits = precisionBits + weightBits + 40;
  const finalBits = scoreBits + weightBits * totalIterations;
  const slotBits = finalBits + SLOT_GUARD_BITS;
  const slotsPerPacket = Math.floor((keyBits - HEADROOM_BITS + SLOT_GUARD_BITS - 2) / slotBits);
  return { precisionBits, totalIterations, weightBits, scoreBits, finalBits, slotBits, slotsPerPacket };
}

function fits(precision: Precision, keyBits: number): boolean {
  return precision.finalBits + 2 <= keyBits - HEADROOM_BITS;
}

/** Largest honest value of an opened slot: the final scale and the precision noise of every iteration (protocol.md 5). */
export function largestOpenedValue(precision: Precision): bigint {
  const one = 1n << BigInt(precision.finalBits);
  return one + BigInt(precision.totalIterations) * (one >> BigInt(precision.precisionBits));
}

/** The bound on the error of an opened score (protocol.md 3). */
export function errorBound(precision: Precision, maxDegree: number): number {
  const { totalIterations: t, weightBits, scoreBits, precisionBits } = precision;
  return t * (maxDegree / 2 + 1) * 2 ** -weightBits + 2 ** -scoreBits + t * 2 ** -precisionBits;
}
