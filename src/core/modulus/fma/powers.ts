import { fixedDigit, type SlidingDigit } from './digits.ts';
import type { ResidueRing } from './residue-ring.ts';

/** base^(2^bit), with the base at an address. */
export interface Factor {
  readonly address: number;
  readonly bit: number;
}

/** Π base^(2^bit), with the squarings shared (Straus, Amer. Math. Monthly 71, 1964). Variable time. */
export function productOfPowers(ring: ResidueRing, result: number, factors: readonly Factor[]): void {
  const { kernel } = ring;
  const { call } = kernel;
  const [first, ...others] = factors.toSorted((a, b) => b.bit - a.bit);
  if (!first) {
    kernel.copy(result, ring.one);
    return;
  }
  kernel.copy(result, first.address);
  let position = first.bit;
  for (const { address, bit } of others) {
    if (position > bit) call.squareTimes(result, result, position - bit);
    position = bit;
    call.multiply(result, result, address);
  }
  if (position > 0) call.squareTimes(result, result, position);
}

/** Completes a table of base, base^3, base^5, …, `count` numbers, of which the first is there. */
export function fillOddPowers(ring: ResidueRing, table: number, count: number): void {
  if (count === 1) return;
  const { kernel } = ring;
  const { call, layout } = kernel;
  const mark = kernel.mark;
  const square = kernel.allocate();
  call.square(square, table);
  for (let i = 1; i < count; i++) {
    call.multiply(table + i * layout.numberBytes, table + (i - 1) * layout.numberBytes, square);
  }
  kernel.release(mark);
}

/** Where a table of odd powers has the power of a digit. */
export function factorOf(ring: ResidueRing, table: number, { digit, bit }: SlidingDigit): Factor {
  return { address: table + (digit >> 1) * ring.kernel.layout.numberBytes, bit };
}

/** base^exponent for a public exponent. */
export function power(ring: ResidueRing, result: number, base: number, digits: readonly SlidingDigit[]): void {
  const { kernel } = ring;
  const mark = kernel.mark;
  const largest = digits.reduce((max, { digit }) => Math.max(max, digit), 1);
  const count = (largest + 1) / 2;
  const table = kernel.allocate(count);
  kernel.copy(table, base);
  fillOddPowers(ring, table, count);
  productOfPowers(
    ring,
    result,
    digits.map((digit) => factorOf(ring, table, digit)),
  );
  kernel.release(mark);
}

/** Window widths w that are best up to so many bits: 2^w powers in the table, one multiplication per w bits. */
const LONGEST_OF_WINDOW = [
  [2, 12],
  [3, 60],
  [4, 240],
] as const;
const LARGEST_SECRET_WINDOW = 5;

/**
 * base^exponent in time that depends on the exponent's length only: fixed windows (Handbook, algorithm 14.82), a multiplication for
 * every digit, 0 included, and a power that is read without telling which.
 */
export function powerSecret(ring: ResidueRing, result: number, base: number, exponent: Uint8Array): void {
  const { kernel } = ring;
  const { call, layout } = kernel;
  const bits = exponent.length * 8;
  if (bits === 0) {
    kernel.copy(result, ring.one);
    return;
  }
  const window = LONGEST_OF_WINDOW.find(([, longest]) => bits <= longest)?.[0] ?? LARGEST_SECRET_WINDOW;
  const mark = kernel.mark;
  const size = 1 << window;
  const table = kernel.allocate(size);
  const entry = (index: number): number => table + index * layout.numberBytes;
  kernel.copy(entry(0), ring.one);
  kernel.copy(entry(1), base);
  for (let i = 2; i < size; i += 2) {
    call.square(entry(i), entry(i / 2));
    call.multiply(entry(i + 1), entry(i), base);
  }
  const selected = kernel.allocate();
  const top = Math.ceil(bits / window) - 1;
  call.select(result, table, fixedDigit(exponent, top * window, window), size);
  for (let i = top - 1; i >= 0; i--) {
    call.squareTimes(result, result, window);
    call.select(selected, table, fixedDigit(exponent, i * window, window), size);
    call.multiply(result, result, selected);
  }
  kernel.release(mark);
}
