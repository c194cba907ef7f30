import { bytesAt, type Batch } from '../batch.ts';
import type { WeightedRows } from '../modulus.ts';
import { slidingDigits } from './digits.ts';
import { factorOf, fillOddPowers, productOfPowers } from './powers.ts';
import type { ResidueRing } from './residue-ring.ts';

/** A longer row is computed in parts, so that the tables of a part have room. */
const TERMS_AT_ONCE = 256;
/** Tables are kept for later rows until they take this much. */
const TABLE_BYTES = 2 ** 23;
const LARGEST_WINDOW = 6;

/** Products of powers with tables of odd powers, each table as large as the number of its uses makes worthwhile. */
export class MultiPower {
  readonly #ring: ResidueRing;
  readonly #bases: Batch;
  readonly #rows: WeightedRows;
  /** Window width by base. */
  readonly #windows: Uint8Array;
  readonly #tables = new Map<number, number>();
  readonly #partial: number;
  readonly #mark: number;

  constructor(ring: ResidueRing, bases: Batch, rows: WeightedRows) {
    this.#ring = ring;
    this.#bases = bases;
    this.#rows = rows;
    const uses = new Uint32Array(bases.count);
    const [from = 0, to = 0] = [rows.starts[0], rows.starts.at(-1)];
    for (let term = from; term < to; term++) {
      const base = rows.bases[term] as number;
      uses[base] = (uses[base] ?? 0) + 1;
    }
    this.#windows = Uint8Array.from(uses, (count) => bestWindow(count * rows.weights.width * 8));
    this.#partial = ring.kernel.allocate();
    this.#mark = ring.kernel.mark;
  }

  row(result: number, row: number): void {
    const [from, to] = [this.#rows.starts[row] as number, this.#rows.starts[row + 1] as number];
    this.#part(result, from, Math.min(to, from + TERMS_AT_ONCE));
    for (let next = from + TERMS_AT_ONCE; next < to; next += TERMS_AT_ONCE) {
      this.#part(this.#partial, next, Math.min(to, next + TERMS_AT_ONCE));
      this.#ring.kernel.call.multiply(result, result, this.#partial);
    }
  }

  #part(result: number, from: number, to: number): void {
    this.#makeRoom();
    const terms = Array.from({ length: to - from }, (_, i) => from + i);
    const factors = terms.flatMap((term) => {
      const base = this.#rows.bases[term] as number;
      const digits = slidingDigits(bytesAt(this.#rows.weights, term), this.#windows[base] as number);
      if (digits.length === 0) return [];
      const table = this.#tableOf(base);
      return digits.map((digit) => factorOf(this.#ring, table, digit));
    });
    productOfPowers(this.#ring, result, factors);
  }

  #tableOf(base: number): number {
    const known = this.#tables.get(base);
    if (known !== undefined) return known;
    const count = 1 << ((this.#windows[base] as number) - 1);
    const table = this.#ring.kernel.allocate(count);
    this.#ring.import(table, bytesAt(this.#bases, base));
    fillOddPowers(this.#ring, table, count);
    this.#tables.set(base, table);
    return table;
  }

  #makeRoom(): void {
    const { kernel } = this.#ring;
    if (kernel.mark - this.#mark < TABLE_BYTES) return;
    this.#tables.clear();
    kernel.release(this.#mark);
  }
}

/** 2^(w−1) multiplications for a table of odd powers, one for every w + 1 bits of all exponents that use it. */
export function bestWindow(exponentBits: number): number {
  const cost = (window: number): number => (window === 1 ? 0 : 2 ** (window - 1)) + exponentBits / (window + 1);
  let best = 1;
  for (let window = 2; window <= LARGEST_WINDOW; window++) if (cost(window) < cost(best)) best = window;
  return best;
}
