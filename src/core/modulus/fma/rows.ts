import type { Accumulator } from './accumulator.ts';
import { LIMB_BYTES } from './limbs.ts';
import { i32, i64, v128, type I32, type I64, type V128 } from './wasm/instructions.ts';
import type { FunctionBuilder, Local } from './wasm/module.ts';

/** Adds scalar × vector to the columns of one half of the result. */
export interface Product {
  readonly half: number;
  /** Index into the scalars of the row. */
  readonly scalar: number;
  /** Index into the vectors of the row. */
  readonly vector: number;
}

/** Rows i = 0, 1, … of products: scalars at `scalarStart` + 8i, vectors from `vectorStart` − 8i on. */
export interface RowLoop {
  /** Eight times the number of rows. */
  readonly bytes: I32;
  readonly scalarStart: I32;
  readonly scalarOffsets: readonly number[];
  readonly vectorStart: I32;
  readonly vectorOffsets: readonly number[];
  readonly products: readonly Product[];
}

/** The columns that are computed together, two to a vector register. */
export interface Tile {
  readonly width: number;
  /** One for each half. */
  readonly accumulators: readonly Accumulator[];
}

/** Emits rows of products: one limb of one operand times neighbouring limbs of the other. */
export class RowEmitter {
  readonly #f: FunctionBuilder;
  readonly #scalars: Local<'v128'>[];
  readonly #vector: Local<'v128'>;
  readonly #scalarPointer: Local<'i32'>;
  readonly #vectorPointer: Local<'i32'>;
  readonly #remaining: Local<'i32'>;

  constructor(f: FunctionBuilder, halves: number) {
    this.#f = f;
    this.#scalars = f.locals('v128', halves);
    this.#vector = f.local('v128');
    this.#scalarPointer = f.local('i32');
    this.#vectorPointer = f.local('i32');
    this.#remaining = f.local('i32');
  }

  /** Clears the accumulators of a tile for `loops` to come. */
  start(tile: Tile, loops: readonly RowLoop[]): void {
    tile.accumulators.forEach((accumulator, half) => {
      const counts = loops.flatMap(({ bytes, products }) => {
        const perRow = products.filter((product) => product.half === half).length;
        return perRow > 0 ? [i64.mul(i64.extend_i32_u(bytes), BigInt(perRow))] : [];
      });
      const bytes = counts.reduce((sum: I64, count) => i64.add(sum, count), i64.const(0n));
      accumulator.start(i64.shr_u(bytes, BigInt(Math.log2(LIMB_BYTES))));
    });
  }

  loop(tile: Tile, loop: RowLoop): void {
    const f = this.#f;
    const [scalarPointer, vectorPointer, remaining] = [this.#scalarPointer, this.#vectorPointer, this.#remaining];
    f.set(remaining, loop.bytes);
    f.if(remaining, () => {
      f.set(scalarPointer, loop.scalarStart);
      f.set(vectorPointer, loop.vectorStart);
      f.doWhile(() => {
        this.loadScalars(scalarPointer, loop.scalarOffsets);
        tile.accumulators.forEach((accumulator) => {
          accumulator.announced = true;
        });
        this.row(tile, vectorPointer, loop.vectorOffsets, loop.products);
        tile.accumulators.forEach((accumulator) => {
          accumulator.announced = false;
        });
        f.set(scalarPointer, i32.add(scalarPointer, LIMB_BYTES));
        f.set(vectorPointer, i32.sub(vectorPointer, LIMB_BYTES));
        f.set(remaining, i32.sub(remaining, LIMB_BYTES));
        return remaining;
      });
    });
  }

  loadScalars(pointer: I32, offsets: readonly number[]): void {
    offsets.forEach((offset, i) => {
      this.setScalar(i, v128.load64_splat(pointer, offset));
    });
  }

  setScalar(index: number, value: V128): void {
    this.#f.set(this.#scalars[index] as Local<'v128'>, value);
  }

  /** One row, from pair of columns `fromPair` on, with the scalars that were set. */
  row(tile: Tile, pointer: I32, offsets: readonly number[], products: readonly Product[], fromPair = 0): void {
    for (let pair = fromPair; pair < tile.width / 2; pair++) {
      offsets.forEach((offset, vector) => {
        this.#f.set(this.#vector, v128.load(pointer, offset + 2 * LIMB_BYTES * pair));
        for (const product of products) {
          if (product.vector === vector) this.add(tile, product, pair, this.#vector);
        }
      });
    }
  }

  add(tile: Tile, { half, scalar }: Product, pair: number, vector: V128): void {
    (tile.accumulators[half] as Accumulator).add(pair, this.#scalars[scalar] as Local<'v128'>, vector);
  }
}
