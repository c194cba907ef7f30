import { bigintToBytes, bytesToBigint, widthOf } from '../../bytes/integers.ts';
import type { Kernel } from './kernel.ts';
import { halvesOf, LIMB_BITS, LIMB_MASK, negatedInverse, readLimbs, writeLimbs, type Form } from './limbs.ts';

/**
 * The numbers that a kernel needs for one modulus. Everything is computed modulo n = κ·root, or n² in squared form, where κ makes n ≡ −1
 * (mod 2^51); as root divides n, the results are right modulo root, or root².
 */
export class RingConstants {
  readonly form: Form;
  readonly root: bigint;
  readonly kappa: bigint;
  readonly n: bigint;
  /** The modulus that callers know: root, or root². */
  readonly value: bigint;
  /** (n + 1)/2^51 */
  readonly shiftedModulus: bigint;
  /** (1 − R) mod n, of which the negated first digits become a number modulo n. */
  readonly complement: bigint;
  /** R, R² and R³ modulo n, or n². */
  readonly powersOfR: readonly [one: bigint, two: bigint, three: bigint];

  constructor(form: Form, root: bigint, limbs: number) {
    this.form = form;
    this.root = root;
    this.kappa = negatedInverse(root);
    this.n = root * this.kappa;
    this.value = form === 'plain' ? root : root * root;
    this.shiftedModulus = (this.n + 1n) >> BigInt(LIMB_BITS);
    const r = 1n << BigInt(LIMB_BITS * limbs);
    const modulus = form === 'plain' ? this.n : this.n * this.n;
    const one = r % modulus;
    const two = (one * one) % modulus;
    this.powersOfR = [one, two, form === 'plain' ? 0n : (two * one) % modulus];
    this.complement = form === 'plain' ? 0n : (this.n + 1n - (r % this.n)) % this.n;
  }
}

/** Constants of the ring at fixed places of the kernel's memory, and numbers put in and taken out. */
export class ResidueRing {
  readonly kernel: Kernel;
  /** R: the number 1 in Montgomery form. */
  readonly one: number;
  readonly #constants: RingConstants;
  readonly #square: number;
  readonly #cube: number;
  readonly #surplus: number;
  readonly #scratch: number;
  /** Bytes of a residue. */
  readonly #width: number;

  constructor(kernel: Kernel, constants: RingConstants) {
    this.kernel = kernel;
    this.#constants = constants;
    this.#width = widthOf(constants.value);
    const { layout } = kernel;
    writeLimbs(constants.shiftedModulus << BigInt(LIMB_BITS), kernel.limbs(layout.modulus));
    kernel.integers(layout.modulusLimb, 1)[0] = constants.shiftedModulus & LIMB_MASK;
    kernel.integers(layout.kappa, 1)[0] = constants.kappa;
    writeLimbs(constants.root, kernel.limbs(layout.root));
    if (constants.form === 'squared') {
      const complement = kernel.integers(layout.complement);
      let rest = constants.complement;
      for (let i = 0; i < layout.limbs; i++) {
        complement[i] = (rest & LIMB_MASK) + LIMB_MASK;
        rest >>= BigInt(LIMB_BITS);
      }
    }
    [this.one, this.#square, this.#cube, this.#surplus] = [...constants.powersOfR, surplus(constants.form)].map(
      (value) => {
        const address = kernel.allocate();
        this.write(address, value);
        return address;
      },
    ) as [number, number, number, number];
    this.#scratch = kernel.allocate(2);
  }

  /** The modulus. */
  get value(): bigint {
    return this.#constants.value;
  }

  /** `value` below n (or n²) as it is, not in Montgomery form. */
  write(address: number, value: bigint): void {
    const { kernel } = this;
    const { form, n } = this.#constants;
    writeLimbs(form === 'plain' ? value : value % n, kernel.limbs(address));
    if (form === 'squared') writeLimbs(value / n, kernel.limbs(address + kernel.layout.halfBytes));
  }

  /** The number as it is; not reduced. */
  read(address: number): bigint {
    const { kernel } = this;
    const first = readLimbs(kernel.limbs(address));
    if (this.#constants.form === 'plain') return first;
    return first + readLimbs(kernel.limbs(address + kernel.layout.halfBytes)) * this.#constants.n;
  }

  /** A residue from little-endian bytes to Montgomery form. */
  import(address: number, residue: Uint8Array): void {
    const { call, layout, bytes } = this.kernel;
    const significant = residue.subarray(0, this.#width);
    bytes.fill(0, layout.packed + significant.length, layout.packed + layout.numberBytes);
    bytes.set(significant, layout.packed);
    if (this.#constants.form === 'plain') {
      call.unpack(address);
      call.multiply(address, address, this.#square);
      return;
    }
    // x = x0 + x1·R, taken apart at a limb: (x0, 0)·R² + (x1, 0)·R³, each divided by R
    const lower = this.#scratch;
    const upper = lower + layout.halfBytes;
    call.unpack(lower);
    bytes.fill(0, lower + layout.numberBytes, lower + layout.numberBytes + layout.halfBytes);
    call.multiply(address, upper, this.#cube);
    bytes.fill(0, upper, upper + layout.halfBytes);
    call.multiply(lower, lower, this.#square);
    call.add(address, address, lower);
  }

  fromBigint(address: number, residue: bigint): void {
    this.import(address, bigintToBytes(residue, this.#width));
  }

  /** From Montgomery form to the little-endian bytes of the least residue, in `out` from `offset` on. */
  export(address: number, out: Uint8Array, offset: number): void {
    const { call, layout, bytes } = this.kernel;
    bytes.fill(0, layout.packed, layout.packed + layout.numberBytes);
    call.multiply(this.#scratch, address, this.#surplus);
    call.residue(this.#scratch);
    out.set(bytes.subarray(layout.packed, layout.packed + this.#width), offset);
  }

  /** From Montgomery form to the least residue. */
  toBigint(address: number): bigint {
    const out = new Uint8Array(this.#width);
    this.export(address, out, 0);
    return bytesToBigint(out);
  }
}

/** What a residue is multiplied by before the kernel reduces it (see `residue` in kernel.ts). */
function surplus(form: Form): bigint {
  return 1n << BigInt(LIMB_BITS * halvesOf(form));
}
