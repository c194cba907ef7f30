import type { Random } from '../environment.ts';
import type { Session } from '../network/session.ts';
import { encodeResidues, readResidues } from './residues.ts';
import type { Shamir } from './shamir.ts';

export interface Dealing {
  readonly round: string;
  /** What is dealt, by its symbol in protocol.md; named in aborts. */
  readonly field: string;
  /** How many secrets `party` deals; ours unless said otherwise. */
  readonly countOf?: (party: number) => number;
}

/**
 * Every party deals Shamir shares of its secrets to all.
 * @returns by dealer: our share of each of its secrets
 */
export function dealShares(
  session: Session,
  shamir: Shamir,
  secrets: readonly bigint[],
  random: Random,
  { round, field, countOf = () => secrets.length }: Dealing,
): Promise<bigint[][]> {
  const shares = secrets.map((secret) => shamir.share(secret, random));
  const rowFor = (party: number) => shares.map((ofSecret) => ofSecret[party - 1] as bigint);
  return session.scatter(
    round,
    (to) => encodeResidues(rowFor(to), shamir.modulus),
    (reader, from) => readResidues(countOf(from), shamir.modulus, field)(reader, from),
  );
}
