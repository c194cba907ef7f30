import type { Random } from '../environment.ts';
import type { Session } from '../network/session.ts';
import { dealShares } from './deal.ts';
import type { Shamir } from './shamir.ts';

/** Shares of the products, of degree 2t. They are not random polynomials yet: to be reduced or re-randomised. */
export function multiplyShares(shamir: Shamir, a: readonly bigint[], b: readonly bigint[]): bigint[] {
  return a.map((share, i) => (share * (b[i] as bigint)) % shamir.modulus);
}

/**
 * From degree 2t back to t: each party shares its share afresh, and everybody forms the sum with the Lagrange weights
 * (Ben-Or, Goldwasser, Wigderson, STOC 1988, in the version of Gennaro, Rabin, Rabin, PODC 1998).
 */
export async function reduceDegree(
  session: Session,
  shamir: Shamir,
  products: readonly bigint[],
  random: Random,
  round: string,
): Promise<bigint[]> {
  const dealt = await dealShares(session, shamir, products, random, { round, field: 'share of a product' });
  return products.map((_, position) => shamir.reconstruct(dealt.map((shares) => shares[position] as bigint)));
}
