import { integerRoot } from '../../numbers/integers.ts';

/** The root of an odd square, or undefined. */
export function oddSquareRoot(value: bigint): bigint | undefined {
  if (BigInt.asUintN(3, value) !== 1n) return undefined;
  const root = integerRoot(value, 2);
  return root * root === value ? root : undefined;
}
