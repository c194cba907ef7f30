import { Bug } from '../../errors.ts';
import { fixedDigit } from './digits.ts';
import type { ResidueRing } from './residue-ring.ts';

/** Teeth and blocks for exponents of at least so many bits: tables that stay in the second-level cache. */
const SHAPES = [
  { leastBits: 512, teeth: 6, blocks: 8 },
  { leastBits: 64, teeth: 4, blocks: 4 },
  { leastBits: 0, teeth: 2, blocks: 1 },
] as const;

/**
 * Powers of one base by the comb of Lim and Lee (Crypto '94): the exponent is cut into `teeth` rows of `columns` bits, of which one
 * column is one index into a table of 2^teeth products; `blocks` tables share the squarings. Tables are read in constant time.
 */
export class Comb {
  readonly #bits: number;
  readonly #teeth: number;
  readonly #columns: number;
  readonly #blocks: number;
  readonly #columnsPerBlock: number;
  /** The tables, one after the other, in Montgomery form. */
  readonly #tables: Float64Array;

  /** @param base address of the base, in Montgomery form */
  constructor(ring: ResidueRing, base: number, exponentBits: number) {
    const shape = SHAPES.find(({ leastBits }) => exponentBits >= leastBits) ?? SHAPES[2];
    this.#bits = exponentBits;
    this.#teeth = shape.teeth;
    this.#columns = Math.max(1, Math.ceil(exponentBits / this.#teeth));
    this.#columnsPerBlock = Math.ceil(this.#columns / shape.blocks);
    this.#blocks = Math.ceil(this.#columns / this.#columnsPerBlock);
    const size = this.#blocks << this.#teeth;
    const { kernel } = ring;
    const tables = kernel.allocate(size);
    this.#fill(ring, tables, base);
    this.#tables = kernel.save(tables, size);
  }

  /** Entry `index` of a block's table: the product of base^(2^(tooth · columns + first column of the block)) over its bits. */
  #fill(ring: ResidueRing, tables: number, base: number): void {
    const { kernel } = ring;
    const { call } = kernel;
    const entry = (block: number, index: number): number =>
      tables + ((block << this.#teeth) + index) * kernel.layout.numberBytes;
    const power = kernel.allocate();
    kernel.copy(power, base);
    let exponent = 0;
    for (let tooth = 0; tooth < this.#teeth; tooth++) {
      for (let block = 0; block < this.#blocks; block++) {
        const wanted = tooth * this.#columns + block * this.#columnsPerBlock;
        if (wanted > exponent) call.squareTimes(power, power, wanted - exponent);
        exponent = wanted;
        kernel.copy(entry(block, 1 << tooth), power);
      }
    }
    for (let block = 0; block < this.#blocks; block++) {
      kernel.copy(entry(block, 0), ring.one);
      for (let index = 1; index < 1 << this.#teeth; index++) {
        const highest = 1 << (31 - Math.clz32(index));
        if (index !== highest) call.multiply(entry(block, index), entry(block, highest), entry(block, index - highest));
      }
    }
  }

  /** Puts the tables into the ring's kernel. */
  load(ring: ResidueRing): LoadedComb {
    const tables = ring.kernel.restore(this.#tables);
    const selected = ring.kernel.allocate();
    return (result, exponent) => {
      this.#power(ring, tables, selected, result, exponent);
    };
  }

  #power(ring: ResidueRing, tables: number, selected: number, result: number, exponent: Uint8Array): void {
    const { call, layout } = ring.kernel;
    this.#requireRange(exponent);
    ring.kernel.copy(result, ring.one);
    for (let step = this.#columnsPerBlock - 1; step >= 0; step--) {
      call.square(result, result);
      for (let block = 0; block < this.#blocks; block++) {
        const column = block * this.#columnsPerBlock + step;
        if (column >= this.#columns) continue;
        const table = tables + (block << this.#teeth) * layout.numberBytes;
        call.select(selected, table, this.#index(exponent, column), 1 << this.#teeth);
        call.multiply(result, result, selected);
      }
    }
  }

  #index(exponent: Uint8Array, column: number): number {
    let index = 0;
    for (let tooth = this.#teeth - 1; tooth >= 0; tooth--) {
      index = (index << 1) | fixedDigit(exponent, tooth * this.#columns + column, 1);
    }
    return index;
  }

  /** The comb has no teeth for bits beyond those announced. */
  #requireRange(exponent: Uint8Array): void {
    let beyond = 0;
    for (let bit = this.#bits; bit < exponent.length * 8; bit++) beyond |= fixedDigit(exponent, bit, 1);
    if (beyond !== 0) throw new Bug('an exponent longer than announced');
  }
}

/** result ← base^exponent */
export type LoadedComb = (result: number, exponent: Uint8Array) => void;
