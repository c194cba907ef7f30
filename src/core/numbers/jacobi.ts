import { mod } from './integers.ts';

/** The Jacobi symbol (a/n) for odd positive n (Cohen, A Course in Computational Algebraic Number Theory, 1.4.10). */
export function jacobi(a: bigint, n: bigint): -1 | 0 | 1 {
  let sign = 1;
  let [x, m] = [mod(a, n), n];
  while (x !== 0n) {
    const twos = trailingZeros(x);
    x >>= BigInt(twos);
    const m8 = Number(m & 7n);
    if (twos % 2 === 1 && (m8 === 3 || m8 === 5)) sign = -sign;
    if ((m8 & 3) === 3 && Number(x & 3n) === 3) sign = -sign;
    [x, m] = [m % x, x];
  }
  return m === 1n ? (sign as -1 | 1) : 0;
}

function trailingZeros(x: bigint): number {
  let count = 0;
  for (;;) {
    const low = Number(BigInt.asUintN(32, x));
    if (low !== 0) return count + 31 - Math.clz32(low & -low);
    x >>= 32n;
    count += 32;
  }
}
