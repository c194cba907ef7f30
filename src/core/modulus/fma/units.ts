import { bytesToBigint } from '../../bytes/integers.ts';
import { gcd, inverseMod } from '../../numbers/integers.ts';
import { bytesAt, type Batch } from '../batch.ts';
import type { ResidueRing } from './residue-ring.ts';

/**
 * The index of the first element that has a factor in common with `root`, or -1: one gcd with the product, and when that is not 1,
 * of one half after the other.
 */
export function firstNonUnit(ring: ResidueRing, a: Batch, root: bigint): number {
  const { kernel } = ring;
  const mark = kernel.mark;
  const element = kernel.allocate();
  const product = kernel.allocate();
  const allUnits = (from: number, to: number): boolean => {
    if (to - from === 1) return gcd(bytesToBigint(bytesAt(a, from)), root) === 1n;
    kernel.copy(product, ring.one);
    for (let i = from; i < to; i++) {
      ring.import(element, bytesAt(a, i));
      kernel.call.multiply(product, product, element);
    }
    return gcd(ring.toBigint(product), root) === 1n;
  };
  let [from, to] = [0, a.count];
  if (from === to || allUnits(from, to)) {
    from = -1;
  } else {
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (allUnits(from, middle)) from = middle;
      else to = middle;
    }
  }
  kernel.release(mark);
  return from;
}

/**
 * All inverses by one inversion (Montgomery, Math. Comp. 48, 1987).
 * @param write takes the inverse of element `index` from `address`, from the last to the first
 * @returns false when some element has no inverse; then nothing is written
 */
export function invertAll(ring: ResidueRing, a: Batch, write: (index: number, address: number) => void): boolean {
  const { kernel } = ring;
  const { call, layout } = kernel;
  const mark = kernel.mark;
  // element i, then the product of those before it
  const elements = kernel.allocate(a.count);
  const before = kernel.allocate(a.count);
  const product = kernel.allocate();
  kernel.copy(product, ring.one);
  for (let i = 0; i < a.count; i++) {
    const element = elements + i * layout.numberBytes;
    ring.import(element, bytesAt(a, i));
    kernel.copy(before + i * layout.numberBytes, product);
    call.multiply(product, product, element);
  }
  const inverse = inverseMod(ring.toBigint(product), ring.value);
  if (inverse !== undefined) {
    ring.fromBigint(product, inverse);
    for (let i = a.count - 1; i >= 0; i--) {
      const offset = i * layout.numberBytes;
      call.multiply(before + offset, before + offset, product);
      call.multiply(product, product, elements + offset);
      write(i, before + offset);
    }
  }
  kernel.release(mark);
  return inverse !== undefined;
}
