import { generatePrimeSync } from 'node:crypto';
import { bigintToBytes } from '../../src/core/bytes/integers.ts';
import { expandBelow } from '../../src/core/bytes/hash.ts';
import { mod } from '../../src/core/numbers/integers.ts';
import { powerMod } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { SecretExponent, secretExponentBytes, type KeyShare, type PublicKey } from '../../src/core/paillier/key.ts';
import type { KeyBits } from '../../src/core/params.ts';
import { inverseMod } from '../../src/core/numbers/integers.ts';
import { systemRandom } from './simulation.ts';

/** The shares of a key that a dealer made, for tests of what comes after the ceremony. */
export function dealKey(parties: number, bits: KeyBits): KeyShare[] {
  return dealKeyAndFactor(parties, bits).shares;
}

/** As {@link dealKey}, with a factor of N, which nobody is to know: for numbers that are no units. */
export function dealKeyAndFactor(parties: number, bits: KeyBits): { shares: KeyShare[]; factor: bigint } {
  const prime = (): bigint => generatePrimeSync(bits / 2, { bigint: true, add: 4n, rem: 3n });
  const [p, q] = [prime(), prime()];
  const n = p * q;
  if (n.toString(2).length !== bits || p === q) return dealKeyAndFactor(parties, bits);
  const secret = randomBelow(systemRandom, n) * (p - 1n) * (q - 1n);
  const field = 1n << BigInt(2 * bits + 128);
  const exponents = Array.from({ length: parties - 1 }, () => randomBelow(systemRandom, field));
  exponents.push(mod(secret - exponents.reduce((sum, d) => sum + d, 0n), field));
  const wraps = (exponents.reduce((sum, d) => sum + d, 0n) - secret) / field;
  const signed = exponents.map((d, i) => (BigInt(i) < wraps ? d - field : d));

  const seed = systemRandom.bytes(32);
  const x = expandBelow(n, 'verification base', seed, n);
  const squared = n * n;
  const verificationBase = (x * x) % squared;
  const power = (exponent: bigint): bigint => {
    const base = exponent < 0n ? (inverseMod(verificationBase, squared) as bigint) : verificationBase;
    return powerMod(base, exponent < 0n ? -exponent : exponent, squared);
  };
  const publicKey: PublicKey = {
    bits,
    parties,
    n,
    theta: secret % n,
    seed,
    verificationBase,
    verificationValues: signed.map(power),
  };
  const shares = signed.map((d, i) => ({
    publicKey,
    party: i + 1,
    secretExponent: new SecretExponent(bigintToBytes(d < 0n ? -d : d, secretExponentBytes(n)), d < 0n),
  }));
  return { shares, factor: p };
}
