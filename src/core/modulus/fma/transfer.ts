import { MASK_BYTES, type Layout } from './layout.ts';
import { LIMB_BITS, LIMB_BYTES, LIMB_MASK } from './limbs.ts';
import { toDouble, toInteger } from './conversion.ts';
import { f64, i32, i64, i64x2, v128 } from './wasm/instructions.ts';
import type { FunctionBuilder } from './wasm/module.ts';

/** Functions of the kernel that move numbers: between bits and limbs, and out of tables. */

const VECTOR_BYTES = 16;
/** Vectors of an entry that are gathered in registers at a time. */
const GATHERED = 4;

/** Where limb i begins among packed bits. */
function position(i: number): { readonly byte: number; readonly bit: bigint } {
  const bits = LIMB_BITS * i;
  return { byte: Math.floor(bits / 8), bit: BigInt(bits % 8) };
}

/** unpack(destination): limbs of the bits at `packed`, all halves as one sequence. */
export function emitUnpack(f: FunctionBuilder, layout: Layout): void {
  for (let i = 0; i < layout.numberBytes / LIMB_BYTES; i++) {
    const { byte, bit } = position(i);
    const bits = i64.shr_u(i64.load(i32.const(layout.packed), byte), bit);
    f.emit(f64.store(f.parameter(0), toDouble(i64.and(bits, LIMB_MASK)), LIMB_BYTES * i));
  }
}

/** pack(): the bits of `joined` at `packed`, where there must be zeros. */
export function emitPack(f: FunctionBuilder, layout: Layout): void {
  const packed = i32.const(layout.packed);
  for (let i = 0; i < layout.numberBytes / LIMB_BYTES; i++) {
    const { byte, bit } = position(i);
    const limb = f64.load(i32.const(layout.joined), LIMB_BYTES * i);
    const bits = i64.shl(toInteger(limb), bit);
    f.emit(i64.store(packed, i64.or(i64.load(packed, byte), bits), byte));
  }
}

/**
 * select(destination, table, index, count): a copy of entry `index`, read in constant time: every entry is read in full, and
 * all but one are masked out. Neither addresses nor branches depend on `index`.
 */
export function emitSelect(f: FunctionBuilder, layout: Layout): void {
  const [destination, table, index, count] = [f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)];
  const entry = f.local('i32');
  const source = f.local('i32');
  const offset = f.local('i32');
  const mask = f.local('v128');
  const gathered = f.locals('v128', GATHERED);

  const masks = i32.shl(entry, Math.log2(MASK_BYTES));
  const eachEntry = (body: () => void): void => {
    f.set(entry, i32.const(0));
    f.doWhile(() => {
      body();
      f.set(entry, i32.add(entry, 1));
      return i32.lt_u(entry, count);
    });
  };
  const gather = (vectors: number): void => {
    const some = gathered.slice(0, vectors);
    for (const vector of some) f.set(vector, v128.const(0n, 0n));
    f.set(source, i32.add(table, offset));
    eachEntry(() => {
      f.set(mask, v128.load(masks, layout.masks));
      some.forEach((vector, i) => {
        f.set(vector, v128.or(vector, v128.and(mask, v128.load(source, VECTOR_BYTES * i))));
      });
      f.set(source, i32.add(source, layout.numberBytes));
    });
    some.forEach((vector, i) => {
      f.emit(v128.store(i32.add(destination, offset), vector, VECTOR_BYTES * i));
    });
    f.set(offset, i32.add(offset, VECTOR_BYTES * vectors));
  };

  eachEntry(() => {
    const allOrNothing = i64.sub(i64.const(0n), i64.extend_i32_u(i32.eq(entry, index)));
    f.emit(v128.store(masks, i64x2.splat(allOrNothing), layout.masks));
  });
  const vectors = layout.numberBytes / VECTOR_BYTES;
  const rest = vectors % GATHERED;
  f.set(offset, i32.const(0));
  f.doWhile(() => {
    gather(GATHERED);
    return i32.lt_u(offset, i32.const(layout.numberBytes - VECTOR_BYTES * rest));
  });
  if (rest > 0) gather(rest);
}
