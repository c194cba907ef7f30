import { expandBelow, hash } from '../bytes/hash.ts';
import { Bug, MessageFault } from '../errors.ts';
import { fromBigints, type Batch } from '../modulus/batch.ts';
import type { Read } from '../network/session.ts';
import { gcd } from '../numbers/integers.ts';
import { jacobi } from '../numbers/jacobi.ts';
import { primesBelow } from '../numbers/primes.ts';
import { BIPRIMALITY_ROUNDS } from '../params.ts';
import { agree } from './agreement.ts';
import type { CeremonyContext } from './context.ts';
import type { Candidate } from './product.ts';
import { echoOf, rounds } from './rounds.ts';

/** Among these primes, a modulus without one of Jacobi symbol 1 has probability 2^-60: it is dropped. */
const SMALL_BASES = primesBelow(300).map(BigInt);

/**
 * The distributed test of Boneh and Franklin (J. ACM 48(4), 2001, section 3.1) that N is a product of two primes: for a base
 * g with (g/N) = 1, g^{φ/4} ≡ ±1 (mod N), where the parties hold φ = N + 1 − p − q in parts. The second half of their test is
 * gcd(θ, N) = 1 (protocol.md 2.7).
 */
export async function passesFirst(
  context: CeremonyContext,
  batch: number,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const { engine, keyBits } = context;
  const tested = candidates.flatMap((candidate) => {
    const base = smallBase(candidate.n);
    return base === undefined ? [] : [{ candidate, base }];
  });
  if (tested.length === 0) return [];

  const width = keyBits / 8;
  const moduli = tested.map(({ candidate }) => candidate.n);
  const ours = await engine.powerSecretEach(
    fromBigints(moduli, width),
    fromBigints(
      tested.map(({ base }) => base),
      width,
    ),
    secretExponents(
      context,
      tested.map(({ candidate }) => candidate),
    ),
  );
  const verdicts = await exchangePowers(context, rounds.firstPowers(batch), ours, moduli);
  return tested.flatMap(({ candidate }, i) => (verdicts[i] === true ? [candidate] : []));
}

/** 64 further rounds for one candidate, with bases that nobody could choose. */
export async function passesAllRounds(context: CeremonyContext, candidate: Candidate): Promise<boolean> {
  const { n, index } = candidate;
  const modulus = context.engine.modulus(n);
  const bases = fromBigints(jointBases(context.seed, n, BIPRIMALITY_ROUNDS), modulus.width);
  const ours = await modulus.powerSecret(bases, secretExponents(context, [candidate]));
  const moduli = Array.from({ length: BIPRIMALITY_ROUNDS }, () => n);
  const verdicts = await exchangePowers(context, rounds.furtherPowers(index), ours, moduli);
  return verdicts.every(Boolean);
}

/** Our exponents: (N + 1 − p_1 − q_1)/4 for the first party, (p_i + q_i)/4 for the others; of a width that tells nothing. */
function secretExponents({ session, keyBits }: CeremonyContext, candidates: readonly Candidate[]): Batch {
  const width = session.self === 1 ? keyBits / 8 : keyBits / 16;
  const secrets = candidates.map(({ n, secretP, secretQ }) => {
    const numerator = session.self === 1 ? n + 1n - secretP - secretQ : secretP + secretQ;
    if (numerator % 4n !== 0n) throw new Bug('the shares of the factors have the wrong residue modulo 4');
    return numerator / 4n;
  });
  return fromBigints(secrets, width);
}

/** Publishes our powers v_i, one per modulus, and judges: v_1 ≡ ±Π_{i>1} v_i (mod N). */
async function exchangePowers(
  { session, keyBits }: CeremonyContext,
  round: string,
  ours: Batch,
  moduli: readonly bigint[],
): Promise<boolean[]> {
  const read: Read<bigint[]> = (reader) =>
    moduli.map((n) => {
      const v = reader.integer(keyBits / 8, n, 'v_i');
      if (v === 0n) throw new MessageFault('not-a-unit', 'v_i');
      return v;
    });
  const powers = await session.exchange(round, ours.bytes, read);
  // A bank that told its peers different powers would make them go on with different candidates.
  await agree(session, echoOf(round), hash('powers', session.id, round, ...powers.flat()));
  return moduli.map((n, i) =>
    agreeUpToSign(
      n,
      powers.map((row) => row[i] as bigint),
    ),
  );
}

/**
 * Whether v_1 ≡ ±Π_{i>1} v_i (mod N).
 * @param powers v_1 … v_n. Any of them that is no unit fails: only who knows a factor of N could send such a one, and
 *   v_1 ≡ ±Π v_i would hold for it modulo that factor alone.
 */
export function agreeUpToSign(n: bigint, powers: readonly bigint[]): boolean {
  const [first = 0n, ...others] = powers;
  const product = others.reduce((acc, v) => (acc * v) % n, 1n);
  return (first === product || first === n - product) && gcd(product, n) === 1n;
}

/** The smallest prime g with (g/N) = 1; by reciprocity (g/N) = (N/g), as N ≡ 1 (mod 4). */
function smallBase(n: bigint): bigint | undefined {
  return SMALL_BASES.find((g) => (g === 2n ? n % 8n === 1n : jacobi(n, g) === 1));
}

/** SHAKE256(σ, N, counter) of |N| + 128 bits modulo N, for the first counters that have Jacobi symbol 1. */
function jointBases(seed: Uint8Array, n: bigint, count: number): bigint[] {
  const bases: bigint[] = [];
  for (let counter = 0; bases.length < count; counter++) {
    const base = expandBelow(n, 'biprimality base', seed, n, counter);
    if (jacobi(base, n) === 1) bases.push(base);
  }
  return bases;
}
