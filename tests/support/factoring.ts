import type { Random } from '../../src/core/environment.ts';
import { gcd } from '../../src/core/numbers/integers.ts';
import { powerMod } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';

/**
 * The factors of N from a multiple of φ(N), as all exponent shares together are one (Miller, 1976; Boneh, Twenty years of
 * attacks on the RSA cryptosystem, 1999, fact 1).
 */
export function factorsFromMultiple(n: bigint, multipleOfPhi: bigint, random: Random): [bigint, bigint] {
  let odd = multipleOfPhi < 0n ? -multipleOfPhi : multipleOfPhi;
  while (odd % 2n === 0n) odd /= 2n;
  for (;;) {
    let root = powerMod(randomBelow(random, n), odd, n);
    for (let square = (root * root) % n; square !== 1n && root !== 0n; square = (root * root) % n) root = square;
    const factor = gcd(root - 1n, n);
    if (factor !== 1n && factor !== n) return [factor, n / factor];
  }
}
