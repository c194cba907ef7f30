import type { Layout } from './layout.ts';
import { LIMB_BYTES } from './limbs.ts';
import type { Product, RowEmitter, RowLoop, Tile } from './rows.ts';
import { f64x2, i32, v128, type I32, type V128 } from './wasm/instructions.ts';
import type { FunctionBuilder, Local } from './wasm/module.ts';

/** What a Montgomery multiplication multiplies, before any reduction: all products of the operands' limbs. */
export interface Operands {
  /** Copies operands to where the rows expect them: the result may overwrite an operand while it is being read. */
  prepare(): void;
  /** The rows that every column of the tile at byte offset `c` has; `low`: in the lower half of the double-width product. */
  loops(c: Local<'i32'>, low: boolean): readonly RowLoop[];
  /** The rows that only some columns of the tile have. */
  remainder(tile: Tile, c: Local<'i32'>, low: boolean): void;
}

const UPPER_LANE_ONLY: V128 = v128.const(0n, -1n);

function copy(f: FunctionBuilder, bytes: number, each: (offset: Local<'i32'>) => void): void {
  const offset = f.local('i32');
  f.set(offset, i32.const(0));
  f.doWhile(() => {
    each(offset);
    f.set(offset, i32.add(offset, 2 * LIMB_BYTES));
    return i32.lt_u(offset, i32.const(bytes));
  });
}

/** a·b, or in squared form a0·b0 and a0·b1 + a1·b0 (a1·b1 is multiplied by n², which is 0). */
export class Multiplication implements Operands {
  readonly #f: FunctionBuilder;
  readonly #layout: Layout;
  readonly #rows: RowEmitter;
  readonly #a: I32;
  readonly #b: I32;
  readonly #scalarOffsets: readonly number[];
  readonly #vectorOffsets: readonly number[];
  readonly #products: readonly Product[];

  constructor(f: FunctionBuilder, layout: Layout, rows: RowEmitter, a: I32, b: I32) {
    const [multiplicand = 0] = layout.multiplicand;
    this.#f = f;
    this.#layout = layout;
    this.#rows = rows;
    this.#a = a;
    this.#b = b;
    this.#scalarOffsets = layout.multiplicand.map((_, half) => half * layout.halfBytes);
    this.#vectorOffsets = layout.multiplicand.map((address) => address - multiplicand);
    const inFirst = [{ half: 0, scalar: 0, vector: 0 }];
    const inSecond = [
      { half: 1, scalar: 1, vector: 0 },
      { half: 1, scalar: 0, vector: 1 },
    ];
    this.#products = layout.form === 'plain' ? inFirst : [...inFirst, ...inSecond];
  }

  prepare(): void {
    const { multiplicand, halfBytes } = this.#layout;
    copy(this.#f, halfBytes, (offset) => {
      multiplicand.forEach((address, half) => {
        const limbs = v128.load(i32.add(this.#b, offset), half * halfBytes);
        this.#f.emit(v128.store(offset, limbs, address));
      });
    });
  }

  loops(c: Local<'i32'>, low: boolean): readonly RowLoop[] {
    const { halfBytes, multiplicand } = this.#layout;
    const [address = 0] = multiplicand;
    const common = {
      scalarOffsets: this.#scalarOffsets,
      vectorOffsets: this.#vectorOffsets,
      products: this.#products,
    };
    const lowRows = { bytes: c, scalarStart: this.#a, vectorStart: i32.add(c, address) };
    const highRows = {
      bytes: i32.sub(i32.const(2 * halfBytes - LIMB_BYTES), c),
      scalarStart: i32.sub(i32.add(this.#a, c), halfBytes - LIMB_BYTES),
      vectorStart: i32.const(address + halfBytes - LIMB_BYTES),
    };
    return [{ ...common, ...(low ? lowRows : highRows) }];
  }

  /** Limb c + r of a, which columns below c + r do not have. */
  remainder(tile: Tile, c: Local<'i32'>, low: boolean): void {
    if (!low) return;
    const [address = 0] = this.#layout.multiplicand;
    for (let r = 0; r < tile.width; r++) {
      const offsets = this.#scalarOffsets.map((offset) => offset + LIMB_BYTES * r);
      this.#rows.loadScalars(i32.add(this.#a, c), offsets);
      const pointer = i32.const(address - LIMB_BYTES * r);
      this.#rows.row(tile, pointer, this.#vectorOffsets, this.#products, firstPairOf(r));
    }
  }
}

/** a², or in squared form a0² and 2·a0·a1; pairs of different limbs of a0 once, doubled. */
export class Squaring implements Operands {
  readonly #f: FunctionBuilder;
  readonly #layout: Layout;
  readonly #rows: RowEmitter;
  readonly #a: I32;
  /** Products of the first half, of which only rows up to half the column are needed. */
  readonly #inFirst: readonly Product[] = [{ half: 0, scalar: 0, vector: 0 }];
  readonly #inBoth: readonly Product[];
  readonly #vectorOffsets: readonly number[];

  constructor(f: FunctionBuilder, layout: Layout, rows: RowEmitter, a: I32) {
    const [multiplicand = 0] = layout.multiplicand;
    this.#f = f;
    this.#layout = layout;
    this.#rows = rows;
    this.#a = a;
    this.#vectorOffsets = layout.multiplicand.map((address) => address - multiplicand);
    this.#inBoth = layout.multiplicand.map((_, half) => ({ half, scalar: 0, vector: half }));
  }

  prepare(): void {
    const { multiplicand, halfBytes, doubled } = this.#layout;
    copy(this.#f, halfBytes, (offset) => {
      multiplicand.forEach((address, half) => {
        const limbs = v128.load(i32.add(this.#a, offset), half * halfBytes);
        this.#f.emit(v128.store(offset, limbs, address));
        if (half === 0) this.#f.emit(v128.store(offset, f64x2.add(limbs, limbs), doubled));
      });
    });
  }

  loops(c: Local<'i32'>, low: boolean): readonly RowLoop[] {
    const { form, doubled, multiplicand, halfBytes } = this.#layout;
    const [first = 0] = multiplicand;
    const middle = i32.shr_u(c, 1); // c is a whole number of pairs of limbs
    const common = { scalarOffsets: [0], vectorOffsets: this.#vectorOffsets, products: this.#inBoth };
    // limbs i < c/2 of the doubled a0, which meet limbs c − i > i only
    const below: RowLoop = low
      ? { ...common, bytes: middle, scalarStart: i32.const(doubled), vectorStart: i32.add(c, first) }
      : {
          ...common,
          bytes: i32.sub(i32.const(halfBytes - LIMB_BYTES), middle),
          scalarStart: i32.add(c, doubled - halfBytes + LIMB_BYTES),
          vectorStart: i32.const(first + halfBytes - LIMB_BYTES),
        };
    if (form === 'plain') return [below];
    // limbs i ≥ c/2 of the doubled a0, with a1
    const above: RowLoop = {
      bytes: low ? middle : i32.sub(i32.const(halfBytes), middle),
      scalarStart: i32.add(middle, doubled),
      scalarOffsets: [0],
      vectorStart: i32.add(middle, multiplicand[1] as number),
      vectorOffsets: [0],
      products: [{ half: 1, scalar: 0, vector: 0 }],
    };
    return [below, above];
  }

  remainder(tile: Tile, c: Local<'i32'>, low: boolean): void {
    this.#square(tile, c);
    const { form, doubled, multiplicand } = this.#layout;
    if (form === 'plain' || !low) return;
    for (let r = 0; r < tile.width; r++) {
      this.#rows.loadScalars(i32.add(c, doubled), [LIMB_BYTES * r]);
      const pointer = i32.const((multiplicand[1] as number) - LIMB_BYTES * r);
      this.#rows.row(tile, pointer, [0], [{ half: 1, scalar: 0, vector: 0 }], firstPairOf(r));
    }
  }

  /** Limbs c/2, c/2 + 1, … of a0 with each other: a small square, each product as often as it occurs. */
  #square(tile: Tile, c: Local<'i32'>): void {
    const [first = 0] = this.#layout.multiplicand;
    const middle = i32.shr_u(c, 1);
    for (let r = 0; r < tile.width; r++) {
      this.#rows.loadScalars(middle, [first + LIMB_BYTES * r]);
      if (r % 2 === 1) {
        const limbs = v128.and(UPPER_LANE_ONLY, v128.load(middle, first - LIMB_BYTES));
        this.#rows.add(tile, this.#inFirst[0] as Product, (r - 1) / 2, limbs);
      }
      const from = Math.ceil(r / 2);
      this.#rows.row(tile, middle, [first - LIMB_BYTES * r], this.#inFirst, from);
    }
  }
}

/** The pair of columns in which row r of a triangle begins; its first lane may meet a zero before the array. */
function firstPairOf(r: number): number {
  return Math.ceil((r - 1) / 2);
}
