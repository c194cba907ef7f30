import { Kernel } from './kernel.ts';
import { limbCount, type Form } from './limbs.ts';
import { ResidueRing, type RingConstants } from './residue-ring.ts';
import type { WebAssemblyHost } from './web-assembly.ts';

/** One kernel for each form and number of limbs, made when it is first needed and shared by all moduli of that size. */
export class Kernels {
  readonly #host: WebAssemblyHost;
  readonly #shared = new Map<string, SharedKernel>();

  constructor(host: WebAssemblyHost) {
    this.#host = host;
  }

  for(form: Form, root: bigint): SharedKernel {
    const limbs = limbCount(root);
    const key = `${form} ${String(limbs)}`;
    let shared = this.#shared.get(key);
    if (!shared) this.#shared.set(key, (shared = new SharedKernel(new Kernel(this.#host, form, limbs))));
    return shared;
  }
}

/** A kernel that computes for one modulus at a time. */
export class SharedKernel {
  readonly #kernel: Kernel;
  readonly #unused: number;
  #constants: RingConstants | undefined;
  #ring: ResidueRing | undefined;
  #lastUse: Promise<unknown> = Promise.resolve();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#unused = kernel.mark;
  }

  get limbs(): number {
    return this.#kernel.layout.limbs;
  }

  /** Runs `operation` after all earlier ones have ended; memory that it allocated is free again when it ends. */
  use<T>(constants: RingConstants, operation: (ring: ResidueRing) => Promise<T>): Promise<T> {
    const result = this.#lastUse.then(async () => {
      const ring = this.#ringOf(constants);
      const mark = this.#kernel.mark;
      try {
        return await operation(ring);
      } finally {
        this.#kernel.release(mark);
      }
    });
    this.#lastUse = result.catch(() => undefined);
    return result;
  }

  #ringOf(constants: RingConstants): ResidueRing {
    if (this.#ring && this.#constants === constants) return this.#ring;
    this.#kernel.release(this.#unused);
    this.#constants = constants;
    this.#ring = new ResidueRing(this.#kernel, constants);
    return this.#ring;
  }
}
