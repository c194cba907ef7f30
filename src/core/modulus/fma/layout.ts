import { halvesOf, LIMB_BYTES, type Form } from './limbs.ts';

/** Zeros around arrays that rows of a product reach beyond: a tile's width of limbs. */
const MARGIN_BYTES = 64;
const FIRST_ADDRESS = 1024;
/** Entries of the largest table that is searched in constant time. */
export const MOST_SELECTED = 256;
export const MASK_BYTES = 16;

/** Where the kernel keeps its own data in linear memory (byte addresses). */
export interface Layout {
  readonly form: Form;
  readonly limbs: number;
  /** Bytes of one half. */
  readonly halfBytes: number;
  /** Bytes of one number. */
  readonly numberBytes: number;
  /** A copy of the second operand's halves, zeros around. */
  readonly multiplicand: readonly number[];
  /** The doubled first half of the operand of a square. */
  readonly doubled: number;
  /** (n + 1)/2^51, from limb 1 on, zeros around: limb i stands for limb i of n + 1. */
  readonly modulus: number;
  /** Limb 1 of n + 1, as an integer. */
  readonly modulusLimb: number;
  /** Quotient digits of the reductions of each half. */
  readonly digits: readonly number[];
  /** (1 − R) mod n + (R − 1), limb by limb, as integers. */
  readonly complement: number;
  /** The halves of R², and in squared form of R³, zeros around each. */
  readonly powersOfR: readonly (readonly number[])[];
  /** κ, as an integer. */
  readonly kappa: number;
  /** N, zeros around. */
  readonly root: number;
  /** The halves of a number that is reduced to the least residue, zeros around. */
  readonly residue: readonly number[];
  /** That residue in one piece. */
  readonly joined: number;
  /** One mask per entry of a table that is searched. */
  readonly masks: number;
  /** Numbers in bits, for import and export. */
  readonly packed: number;
  /** The first free address. */
  readonly end: number;
}

export function layoutOf(form: Form, limbs: number): Layout {
  const halves = halvesOf(form);
  const halfBytes = limbs * LIMB_BYTES;
  let top = FIRST_ADDRESS;
  const reserve = (bytes: number): number => {
    const address = top;
    top += Math.ceil(bytes / MARGIN_BYTES) * MARGIN_BYTES;
    return address;
  };
  const withMargins = (): number => reserve(halfBytes + 2 * MARGIN_BYTES) + MARGIN_BYTES;
  const each = <T>(take: () => T): T[] => Array.from({ length: halves }, take);
  return {
    form,
    limbs,
    halfBytes,
    numberBytes: halves * halfBytes,
    multiplicand: each(withMargins),
    doubled: reserve(halfBytes + MARGIN_BYTES),
    modulus: withMargins(),
    modulusLimb: reserve(LIMB_BYTES),
    digits: each(() => reserve(halfBytes + MARGIN_BYTES)),
    complement: reserve(halfBytes),
    powersOfR: each(() => each(withMargins)),
    kappa: reserve(LIMB_BYTES),
    root: withMargins(),
    residue: each(withMargins),
    joined: reserve(halves * halfBytes),
    masks: reserve(MOST_SELECTED * MASK_BYTES),
    // the last 64-bit access begins within the number and may end after it
    packed: reserve(halves * halfBytes + LIMB_BYTES),
    end: top,
  };
}
