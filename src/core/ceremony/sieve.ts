import { bitLength } from '../bytes/integers.ts';
import type { Random } from '../environment.ts';
import { Bug } from '../errors.ts';
import { divideRoundingUp, gcd, inverseMod, mod } from '../numbers/integers.ts';
import { primesBelow } from '../numbers/primes.ts';
import { randomBelow } from '../numbers/random.ts';
import { SIEVE_GAP_BITS, type KeyBits } from '../params.ts';

/** Enough for M at every key length. */
const SIEVE_LIMIT = 2000;

/** The numbers behind the sampling of a factor that has no small factors itself (protocol.md 2.2). */
export interface Sieve {
  /** The primes above n that M is made of, ascending. */
  readonly primes: readonly number[];
  /** M, their product. */
  readonly m: bigint;
  /** W = 4·Πℓ over the odd primes ℓ ≤ n. */
  readonly w: bigint;
  /** M^{-1} mod W */
  readonly mInverse: bigint;
  /** The units modulo W that are 3 modulo 4: the choices for p_1 mod W. */
  readonly residues: readonly bigint[];
  /** By party: base_i, a multiple of MW. */
  readonly bases: readonly bigint[];
  /** By party: r_i is drawn below this. */
  readonly multiples: readonly bigint[];
}

export function sieveFor(keyBits: KeyBits, parties: number): Sieve {
  const factorBits = keyBits / 2;
  const [primes, m] = primesUpToBits(parties, factorBits - SIEVE_GAP_BITS);
  const w = primesBelow(parties + 1).reduce((product, prime) => (prime === 2 ? product : product * BigInt(prime)), 4n);
  const mInverse = inverseMod(m, w);
  if (mInverse === undefined) throw new Bug('M and W share a prime');

  const top = 1n << BigInt(factorBits);
  const step = m * w;
  const isFirst = (index: number) => index === 0;
  const indices = Array.from({ length: parties }, (_, i) => i);
  const widths = indices.map((i) => (isFirst(i) ? top / 8n : top / (8n * BigInt(parties - 1))));
  return {
    primes,
    m,
    w,
    mInverse,
    residues: Array.from({ length: Number(w) }, (_, r) => BigInt(r)).filter((r) => r % 4n === 3n && gcd(r, w) === 1n),
    bases: indices.map((i) => (isFirst(i) ? divideRoundingUp(3n * top, 4n * step) * step : 0n)),
    multiples: widths.map((width) => width / step - 2n),
  };
}

/**
 * p_i = base_i + b_i + M·(k_i + W·r_i), where k_i makes p_1 a random unit ≡ 3 (mod 4) modulo W and the other p_i ≡ 0. So
 * p = Σ p_i ≡ Σ b_i modulo M, p ≡ p_1 modulo W, and ¾·2^h ≤ p < 2^h.
 * @param b our additive share modulo M of a unit of Z_M
 */
export function placeFactorShare(sieve: Sieve, party: number, b: bigint, random: Random): bigint {
  const { m, w, mInverse, residues } = sieve;
  const residue = party === 1 ? (residues[Number(randomBelow(random, BigInt(residues.length)))] as bigint) : 0n;
  const k = mod((residue - b) * mInverse, w);
  const r = randomBelow(random, sieve.multiples[party - 1] as bigint);
  return (sieve.bases[party - 1] as bigint) + b + m * (k + w * r);
}

/** As many primes above `parties`, one after the other, as have a product of at most `bits` bits; and the product. */
function primesUpToBits(parties: number, bits: number): [number[], bigint] {
  const primes: number[] = [];
  let m = 1n;
  for (const prime of primesBelow(SIEVE_LIMIT)) {
    if (prime <= parties) continue;
    if (bitLength(m * BigInt(prime)) > bits) return [primes, m];
    primes.push(prime);
    m *= BigInt(prime);
  }
  throw new Bug('the list of primes is too short for M');
}
