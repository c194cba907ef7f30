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

/** Which arrays a sum of products is made of. */
export interface ProductSum {
  /** Where the scalar arrays begin, from the first one on. */
  readonly scalarOffsets: readonly number[];
  /** Vector arrays, zeros around each. */
  readonly vectors: readonly number[];
  readonly products: readonly Product[];
}

/** Sums of products of different arrays. */
export class Products implements Operands {
  readonly prepare: () => void;
  readonly #halfBytes: number;
  readonly #rows: RowEmitter;
  readonly #scalars: I32;
  readonly #sum: ProductSum;
  readonly #first: number;
  readonly #vectorOffsets: readonly number[];

  /** @param scalars address of the first scalar array */
  constructor(layout: Layout, rows: RowEmitter, scalars: I32, sum: ProductSum, prepare = (): void => undefined) {
    const [first = 0] = sum.vectors;
    this.prepare = prepare;
    this.#halfBytes = layout.halfBytes;
    this.#rows = rows;
    this.#scalars = scalars;
    this.#sum = sum;
    this.#first = first;
    this.#vectorOffsets = sum.vectors.map((address) => address - first);
  }

  loops(c: Local<'i32'>, low: boolean): readonly RowLoop[] {
    const { scalarOffsets, products } = this.#sum;
    const last = this.#halfBytes - LIMB_BYTES;
    const lowRows = { bytes: c, scalarStart: this.#scalars, vectorStart: i32.add(c, this.#first) };
    const highRows = {
      bytes: i32.sub(i32.const(this.#halfBytes + last), c),
      scalarStart: i32.sub(i32.add(this.#scalars, c), last),
      vectorStart: i32.const(this.#first + last),
    };
    return [{ scalarOffsets, products, vectorOffsets: this.#vectorOffsets, ...(low ? lowRows : highRows) }];
  }

  /** Limb c + r of the scalars, which columns below c + r do not have. */
  remainder(tile: Tile, c: Local<'i32'>, low: boolean): void {
    if (!low) return;
    const { scalarOffsets, products } = this.#sum;
    for (let r = 0; r < tile.width; r++) {
      this.#rows.loadScalars(
        i32.add(this.#scalars, c),
        scalarOffsets.map((offset) => offset + LIMB_BYTES * r),
      );
      const pointer = i32.const(this.#first - LIMB_BYTES * r);
      this.#rows.row(tile, pointer, this.#vectorOffsets, products, firstPairOf(r));
    }
  }
}

/** a·b, or in squared form a0·b0 and a0·b1 + a1·b0 (a1·b1 is multiplied by n², which is 0). */
export function multiplication(f: FunctionBuilder, layout: Layout, rows: RowEmitter, a: I32, b: I32): Operands {
  const { form, halfBytes, multiplicand } = layout;
  const inFirst = [{ half: 0, scalar: 0, vector: 0 }];
  const inSecond = [
    { half: 1, scalar: 1, vector: 0 },
    { half: 1, scalar: 0, vector: 1 },
  ];
  const sum = {
    scalarOffsets: multiplicand.map((_, half) => half * halfBytes),
    vectors: multiplicand,
    products: form === 'plain' ? inFirst : [...inFirst, ...inSecond],
  };
  return new Products(layout, rows, a, sum, () => {
    copy(f, halfBytes, (offset) => {
      multiplicand.forEach((address, half) => {
        f.emit(v128.store(offset, v128.load(i32.add(b, offset), half * halfBytes), address));
      });
    });
  });
}

/** x·R², or in squared form x0·R² + x1·R³, where x = x0 + x1·R is any number below R². */
export function conversion(layout: Layout, rows: RowEmitter, x: I32): Operands {
  const { powersOfR, halfBytes } = layout;
  const sum = {
    scalarOffsets: powersOfR.map((_, scalar) => scalar * halfBytes),
    vectors: powersOfR.flat(),
    products: powersOfR.flatMap((halves, scalar) =>
      halves.map((_, half) => ({ half, scalar, vector: scalar * halves.length + half })),
    ),
  };
  return new Products(layout, rows, x, sum);
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
