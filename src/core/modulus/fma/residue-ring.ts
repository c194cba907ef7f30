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
  readonly #surplus: number;
  readonly #scratch: number;
  /** Bytes of a residue. */
  readonly #width: number;

  constructor(kernel: Kernel, constants: RingConstants) {
    this.kernel = kernel;
    this.#constants = constants;
    this.#width = widthOf(constants.value);
    this.#writeModulus();
    const [one, ...others] = constants.powersOfR;
    kernel.layout.powersOfR.forEach((halves, i) => {
      this.#writeHalves(halves, others[i] as bigint);
    });
    this.one = this.#constant(one);
    this.#surplus = this.#constant(surplus(constants.form));
    this.#scratch = kernel.allocate();
  }

  /** The modulus. */
  get value(): bigint {
    return this.#constants.value;
  }

  /** `value` below n (or n²) as it is, not in Montgomery form. */
  write(address: number, value: bigint): void {
    this.#writeHalves(this.#halves(address), value);
  }

  /** The number as it is; not reduced. */
  read(address: number): bigint {
    const [first, second = 0n] = this.#halves(address).map((half) => readLimbs(this.kernel.limbs(half)));
    return (first as bigint) + second * this.#constants.n;
  }

  /** A residue from little-endian bytes to Montgomery form. */
  import(address: number, residue: Uint8Array): void {
    const { call, layout, bytes } = this.kernel;
    const significant = residue.subarray(0, this.#width);
    bytes.fill(0, layout.packed + significant.length, layout.packed + layout.numberBytes);
    bytes.set(significant, layout.packed);
    call.unpack(this.#scratch);
    call.convert(address, this.#scratch);
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

  #writeModulus(): void {
    const { kernel } = this;
    const { layout } = kernel;
    const { form, kappa, root, shiftedModulus, complement } = this.#constants;
    writeLimbs(shiftedModulus << BigInt(LIMB_BITS), kernel.limbs(layout.modulus));
    kernel.integers(layout.modulusLimb, 1)[0] = shiftedModulus & LIMB_MASK;
    kernel.integers(layout.kappa, 1)[0] = kappa;
    writeLimbs(root, kernel.limbs(layout.root));
    if (form === 'plain') return;
    const limbs = kernel.integers(layout.complement);
    let rest = complement;
    for (let i = 0; i < layout.limbs; i++) {
      limbs[i] = (rest & LIMB_MASK) + LIMB_MASK;
      rest >>= BigInt(LIMB_BITS);
    }
  }

  #constant(value: bigint): number {
    const address = this.kernel.allocate();
    this.write(address, value);
    return address;
  }

  #halves(address: number): number[] {
    const { halfBytes } = this.kernel.layout;
    return Array.from({ length: halvesOf(this.#constants.form) }, (_, half) => address + half * halfBytes);
  }

  #writeHalves(addresses: readonly number[], value: bigint): void {
    const { form, n } = this.#constants;
    const halves = form === 'plain' ? [value] : [value % n, value / n];
    addresses.forEach((address, i) => {
      writeLimbs(halves[i] as bigint, this.kernel.limbs(address));
    });
  }
}

/** What a residue is multiplied by before the kernel reduces it (see `residue` in kernel.ts). */
function surplus(form: Form): bigint {
  return 1n << BigInt(LIMB_BITS * halvesOf(form));
}
