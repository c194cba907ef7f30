import { bigintToBytes, bitLength, widthOf } from '../../bytes/integers.ts';
import { Bug } from '../../errors.ts';
import { bytesAt, concat, slice, type Batch } from '../batch.ts';
import { NotInvertible, type FixedBase, type Modulus, type WeightedRows } from '../modulus.ts';
import { Comb } from './comb.ts';
import { slidingDigits } from './digits.ts';
import type { SharedKernel } from './kernels.ts';
import { bestWindow, MultiPower } from './multi-power.ts';
import { power, powerSecret } from './powers.ts';
import type { ResidueRing, RingConstants } from './residue-ring.ts';
import { firstNonUnit, invertAll } from './units.ts';

/** Elements that are held in the kernel's memory at a time, or computed without a pause. */
const ELEMENTS_AT_ONCE = 512;

/** Computes element `index`, and leaves it at `result`. */
type Step = (index: number, result: number) => void;

export class FmaModulus implements Modulus {
  readonly value: bigint;
  readonly width: number;
  readonly #kernel: SharedKernel;
  readonly #constants: RingConstants;
  readonly #breathe: () => Promise<void> | undefined;

  constructor(kernel: SharedKernel, constants: RingConstants, breathe: () => Promise<void> | undefined) {
    this.value = constants.value;
    this.width = widthOf(constants.value);
    this.#kernel = kernel;
    this.#constants = constants;
    this.#breathe = breathe;
  }

  multiply(a: Batch, b: Batch): Promise<Batch> {
    const [long, short] = a.count >= b.count ? [a, b] : [b, a];
    if (short.count !== 1 && short.count !== long.count) throw new Bug('batches of different lengths');
    return this.#each(long.count, (ring) => {
      const other = ring.kernel.allocate();
      if (short.count === 1) ring.import(other, bytesAt(short, 0));
      return (i, result) => {
        if (short.count !== 1) ring.import(other, bytesAt(short, i));
        ring.import(result, bytesAt(long, i));
        ring.kernel.call.multiply(result, result, other);
      };
    });
  }

  square(a: Batch): Promise<Batch> {
    return this.#each(a.count, (ring) => (i, result) => {
      ring.import(result, bytesAt(a, i));
      ring.kernel.call.square(result, result);
    });
  }

  product(a: Batch): Promise<Batch> {
    return this.#kernel.use(this.#constants, async (ring) => {
      const { kernel } = ring;
      const [element, product] = [kernel.allocate(), kernel.allocate()];
      kernel.copy(product, ring.one);
      for (let i = 0; i < a.count; i++) {
        ring.import(element, bytesAt(a, i));
        kernel.call.multiply(product, product, element);
        await this.#breathe();
      }
      const bytes = new Uint8Array(this.width);
      ring.export(product, bytes, 0);
      return { count: 1, width: this.width, bytes };
    });
  }

  power(a: Batch, exponent: bigint): Promise<Batch> {
    const bits = bitLength(exponent);
    const digits = slidingDigits(bigintToBytes(exponent, Math.max(1, Math.ceil(bits / 8))), bestWindow(bits));
    return this.#each(a.count, (ring) => {
      const base = ring.kernel.allocate();
      return (i, result) => {
        ring.import(base, bytesAt(a, i));
        power(ring, result, base, digits);
      };
    });
  }

  powerSecret(a: Batch, exponents: Batch): Promise<Batch> {
    if (exponents.count !== 1 && exponents.count !== a.count) throw new Bug('as many exponents as bases, or one');
    return this.#each(a.count, (ring) => {
      const base = ring.kernel.allocate();
      return (i, result) => {
        ring.import(base, bytesAt(a, i));
        powerSecret(ring, result, base, bytesAt(exponents, exponents.count === 1 ? 0 : i));
      };
    });
  }

  multiPower(bases: Batch, rows: WeightedRows): Promise<Batch> {
    return this.#each(Math.max(0, rows.starts.length - 1), (ring) => {
      const products = new MultiPower(ring, bases, rows);
      return (row, result) => {
        products.row(result, row);
      };
    });
  }

  fixedBase(base: Batch, exponentBits: number): Promise<FixedBase> {
    if (base.count !== 1) throw new Bug('one fixed base at a time');
    return this.#kernel.use(this.#constants, (ring) => {
      const address = ring.kernel.allocate();
      ring.import(address, bytesAt(base, 0));
      const comb = new Comb(ring, address, exponentBits);
      return Promise.resolve({
        powerSecret: (exponents: Batch) => {
          if (exponents.width * 8 < exponentBits) throw new Bug('exponents narrower than announced');
          return this.#each(exponents.count, (current) => {
            const powerOf = comb.load(current);
            return (i, result) => {
              powerOf(result, bytesAt(exponents, i));
            };
          });
        },
      });
    });
  }

  async inverse(a: Batch): Promise<Batch> {
    const parts: Batch[] = [];
    for (let from = 0; from < a.count; from += ELEMENTS_AT_ONCE) {
      const part = slice(a, from, Math.min(a.count, from + ELEMENTS_AT_ONCE));
      const bytes = new Uint8Array(part.count * this.width);
      const culprit = await this.#kernel.use(this.#constants, async (ring) => {
        const inverted = invertAll(ring, part, (i, address) => {
          ring.export(address, bytes, i * this.width);
        });
        await this.#breathe();
        return inverted ? -1 : firstNonUnit(ring, part, this.#constants.root);
      });
      if (culprit >= 0) throw new NotInvertible(from + culprit);
      parts.push({ count: part.count, width: this.width, bytes });
    }
    return concat(parts, this.width);
  }

  async firstNonUnit(a: Batch): Promise<number> {
    for (let from = 0; from < a.count; from += ELEMENTS_AT_ONCE) {
      const part = slice(a, from, Math.min(a.count, from + ELEMENTS_AT_ONCE));
      const index = await this.#kernel.use(this.#constants, async (ring) => {
        await this.#breathe();
        return firstNonUnit(ring, part, this.#constants.root);
      });
      if (index >= 0) return from + index;
    }
    return -1;
  }

  /** One result per element; `prepare` may keep numbers in the ring for all of them. */
  #each(count: number, prepare: (ring: ResidueRing) => Step): Promise<Batch> {
    const { width } = this;
    const bytes = new Uint8Array(count * width);
    return this.#kernel.use(this.#constants, async (ring) => {
      const result = ring.kernel.allocate();
      const step = prepare(ring);
      for (let i = 0; i < count; i++) {
        step(i, result);
        ring.export(result, bytes, i * width);
        await this.#breathe();
      }
      return { count, width, bytes };
    });
  }
}
