import { bitLength } from '../../bytes/integers.ts';
import { Bug } from '../../errors.ts';

/** Numbers are arrays of doubles, least significant first, each an integer of this many bits. */
export const LIMB_BITS = 51;
export const LIMB_BYTES = 8;
export const LIMB_MASK = (1n << BigInt(LIMB_BITS)) - 1n;

/** R ≥ 2^SPARE_BITS·n, so that operands up to 8n may enter a multiplication (docs/engine.md, "Bounds"). */
const SPARE_BITS = 7;
/** A kernel has at least two tiles, and at most what the bounds of its accumulators were computed for. */
const LEAST_LIMBS = 8;
const MOST_LIMBS = 256;

/** `plain`: residues modulo any odd number. `squared`: residues modulo N² as x0 + x1·n, with n a multiple of N. */
export type Form = 'plain' | 'squared';

/** How many halves (x0, x1) a number has. */
export function halvesOf(form: Form): number {
  return form === 'plain' ? 1 : 2;
}

/** Limbs of numbers modulo n = κ·root, κ of one limb: even, as limbs are processed in pairs. */
export function limbCount(root: bigint): number {
  const needed = Math.ceil((bitLength(root) + LIMB_BITS + SPARE_BITS) / LIMB_BITS);
  const count = Math.max(LEAST_LIMBS, needed + (needed % 2));
  if (count > MOST_LIMBS) throw new Bug('a modulus beyond the bounds of the kernel');
  return count;
}

/** κ with κ·odd ≡ −1 (mod 2^51), by Newton's iteration: each step doubles the number of right bits. */
export function negatedInverse(odd: bigint): bigint {
  const low = BigInt.asUintN(LIMB_BITS, odd);
  let inverse = low; // 3 bits right: odd² ≡ 1 (mod 8)
  for (let bits = 3; bits < LIMB_BITS; bits *= 2) inverse = BigInt.asUintN(LIMB_BITS, inverse * (2n - low * inverse));
  return BigInt.asUintN(LIMB_BITS, -inverse);
}

export function writeLimbs(value: bigint, limbs: Float64Array): void {
  let rest = value;
  for (let i = 0; i < limbs.length; i++) {
    limbs[i] = Number(rest & LIMB_MASK);
    rest >>= BigInt(LIMB_BITS);
  }
  if (rest !== 0n) throw new Bug('a number with too many limbs');
}

export function readLimbs(limbs: Float64Array): bigint {
  return limbs.reduceRight((value, limb) => (value << BigInt(LIMB_BITS)) | BigInt(limb), 0n);
}
