import { hash } from '../bytes/hash.ts';
import { bitLength } from '../bytes/integers.ts';
import { ProtocolAbort } from '../errors.ts';
import { additiveShares } from '../sharing/additive.ts';
import { dealShares } from '../sharing/deal.ts';
import { productField } from '../sharing/fields.ts';
import { multiplyShares } from '../sharing/multiplication.ts';
import { encodeResidues, readResidues, sumRows } from '../sharing/residues.ts';
import { agree } from './agreement.ts';
import { shamirOf, type CeremonyContext, type FactorShares } from './context.ts';
import { echoOf, rounds } from './rounds.ts';

/** One candidate for the shared key: its modulus, and our shares of the factors. */
export interface Candidate extends FactorShares {
  /** Position in the search, from 0. */
  readonly index: number;
  /** N = p·q */
  readonly n: bigint;
}

/**
 * Opens N = p·q for each candidate of a batch, and nothing else (protocol.md 2.3): shares p and q over a prime field P,
 * multiplies the shares, and publishes them additively, hidden by a zero-sharing.
 */
export async function openProducts(
  context: CeremonyContext,
  batch: number,
  factors: readonly FactorShares[],
): Promise<Candidate[]> {
  const { session, random, keyBits, pairwiseSeeds } = context;
  const count = factors.length;
  const shamir = shamirOf(session, productField(keyBits));

  const secretFactors = [...factors.map(({ secretP }) => secretP), ...factors.map(({ secretQ }) => secretQ)];
  const dealt = await dealShares(session, shamir, secretFactors, random, {
    round: rounds.factors(batch),
    field: 'p_i, q_i',
  });
  const shares = sumRows(dealt, shamir.modulus);
  const products = multiplyShares(shamir, shares.slice(0, count), shares.slice(count));

  const round = rounds.products(batch);
  const zeros = pairwiseSeeds.zeros(shamir.modulus, count, round);
  const ours = additiveShares(shamir, session.self, products, zeros);
  const published = await session.exchange(
    round,
    encodeResidues(ours, shamir.modulus),
    readResidues(count, shamir.modulus, 'share of N'),
  );
  const moduli = sumRows(published, shamir.modulus);

  // Before anything is judged by N: a bank that told its peers different shares would get an honest one blamed.
  await agree(session, echoOf(round), hash('products', session.id, ...moduli));
  if (!moduli.every((n) => bitLength(n) === keyBits && n % 4n === 1n)) {
    throw new ProtocolAbort('banks-disagree', { round, field: 'N' });
  }
  return moduli.map((n, i) => ({ ...(factors[i] as FactorShares), n, index: batch * count + i }));
}
