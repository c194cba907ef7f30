import type { Shamir } from './shamir.ts';

/**
 * Additive shares of what Shamir shares of any degree below n hold: λ_i·f(i) + z_i, which sum to f(0) modulo the ring.
 * @param zeros our part of a zero-sharing; makes the shares uniform, so that nothing but their sum is told by them
 */
export function additiveShares(
  shamir: Shamir,
  party: number,
  shares: readonly bigint[],
  zeros: readonly bigint[],
): bigint[] {
  const weight = shamir.weights[party - 1] as bigint;
  return shares.map((share, i) => (weight * share + (zeros[i] as bigint)) % shamir.modulus);
}
