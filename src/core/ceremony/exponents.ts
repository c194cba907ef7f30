import { bigintToBytes, bitLength } from '../bytes/integers.ts';
import { mod } from '../numbers/integers.ts';
import { randomBelow } from '../numbers/random.ts';
import { SecretExponent, secretExponentBytes } from '../paillier/key.ts';
import { CARRY_BITS } from '../params.ts';
import { additiveShares } from '../sharing/additive.ts';
import { dealShares } from '../sharing/deal.ts';
import { exponentField } from '../sharing/fields.ts';
import { multiplyShares } from '../sharing/multiplication.ts';
import { encodeResidues, readResidues, sumRows } from '../sharing/residues.ts';
import { shamirOf, type CeremonyContext } from './context.ts';
import type { Candidate } from './product.ts';
import { rounds } from './rounds.ts';

export interface Exponents {
  readonly secretExponent: SecretExponent;
  /** θ = βφ mod N */
  readonly theta: bigint;
}

/**
 * Shares d_i of βφ over the integers, for φ = N + 1 − p − q and a random β that nobody knows; opens θ = βφ mod N
 * (protocol.md 2.6). The multiple hides φ: βφ mod N is uniform.
 */
export async function shareExponents(context: CeremonyContext, candidate: Candidate): Promise<Exponents> {
  const secretD = await integerShare(context, await fieldShare(context, candidate));
  const theta = await openTheta(context, candidate.n, secretD);
  const magnitude = bigintToBytes(secretD < 0n ? -secretD : secretD, secretExponentBytes(candidate.n));
  return { secretExponent: new SecretExponent(magnitude, secretD < 0n), theta };
}

/** Our additive share of βφ over F: one multiplication of Shamir sharings, re-randomised. */
async function fieldShare(context: CeremonyContext, candidate: Candidate): Promise<bigint> {
  const { session, random, keyBits, pairwiseSeeds } = context;
  const { n, secretP, secretQ } = candidate;
  const shamir = shamirOf(session, exponentField(keyBits));
  const secretPhi = session.self === 1 ? n + 1n - secretP - secretQ : -(secretP + secretQ);
  const secretBeta = randomBelow(random, n);
  const dealt = await dealShares(session, shamir, [secretPhi, secretBeta], random, {
    round: rounds.exponentShares,
    field: 'φ_i, β_i',
  });
  const [phi, beta] = sumRows(dealt, shamir.modulus) as [bigint, bigint];
  const zeros = pairwiseSeeds.zeros(shamir.modulus, 1, rounds.exponentShares);
  const [share] = additiveShares(shamir, session.self, multiplyShares(shamir, [phi], [beta]), zeros);
  return share as bigint;
}

/** From shares that sum to βφ + kF to shares d_i that sum to βφ: the top bits tell k, parties 1 … k subtract F. */
async function integerShare({ session, keyBits }: CeremonyContext, share: bigint): Promise<bigint> {
  const field = exponentField(keyBits);
  const hiddenBits = BigInt(bitLength(field) - CARRY_BITS);
  const topLimit = (field >> hiddenBits) + 1n;
  const tops = await session.exchange(
    rounds.topBits,
    encodeResidues([share >> hiddenBits], topLimit),
    readResidues(1, topLimit, 'top bits'),
  );
  const k = carry(
    tops.map(([top]) => top as bigint),
    hiddenBits,
    field,
  );
  return BigInt(session.self) <= k ? share - field : share;
}

/**
 * k = ⌊(Σ tops + n)·2^s / F⌋. The hidden parts add less than n·2^s to the tops, so the quotient lies between k and
 * k + (βφ + n·2^s)/F < k + 1.
 */
export function carry(tops: readonly bigint[], hiddenBits: bigint, field: bigint): bigint {
  return ((tops.reduce((sum, top) => sum + top, 0n) + BigInt(tops.length)) << hiddenBits) / field;
}

async function openTheta({ session, pairwiseSeeds }: CeremonyContext, n: bigint, secretD: bigint): Promise<bigint> {
  const [zero] = pairwiseSeeds.zeros(n, 1, rounds.theta);
  const ours = mod(secretD + (zero as bigint), n);
  const opened = await session.exchange(rounds.theta, encodeResidues([ours], n), readResidues(1, n, 'θ_i'));
  return sumRows(opened, n)[0] as bigint;
}
