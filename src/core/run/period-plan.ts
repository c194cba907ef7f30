import type { BankGraph, Edge } from '../datasets/bank-graph.ts';
import { largestRemainderWeights } from '../fixed-point/weights.ts';
import type { Matching } from '../reconciliation/reconcile.ts';

/** A sender with a known score and its integer weight. */
export interface WeightedSource {
  /** Index into our accounts, or into the period's foreign sources. */
  readonly source: number;
  readonly weight: bigint;
}

/** One account's row of the propagation of one iteration, scaled by 2^w. Weights of 0 are left out. */
export interface AccountRow {
  readonly ownWeight: bigint;
  readonly inside: readonly WeightedSource[];
  readonly outside: readonly WeightedSource[];
}

/** The foreign sources of a period that their banks serve, by index. */
export function knownForeignSources(matchings: readonly Matching[]): ReadonlySet<number> {
  return new Set(matchings.flatMap((matching) => matching.expected));
}

/** The rows of all accounts for one δ of one period (protocol.md 1 and 3). */
export function accountRows(
  graph: BankGraph,
  period: number,
  known: ReadonlySet<number>,
  rule: 'exclude' | 'zero',
  delta: number,
  weightBits: number,
): AccountRow[] {
  const hasScore = (edge: Edge): boolean => edge.kind === 'own' || (edge.kind === 'foreign' && known.has(edge.source));
  return graph.ids.map((_, account) => {
    const edges = graph.periods[period]?.incoming[account] ?? [];
    const counted = rule === 'zero' ? edges : edges.filter(hasScore);
    const weights = largestRemainderWeights(
      delta,
      counted.map((edge) => edge.amount),
      weightBits,
    );
    const of = (kind: Edge['kind']): WeightedSource[] =>
      counted.flatMap((edge, i) => {
        const weight = weights.incoming[i] as bigint;
        return edge.kind === kind && hasScore(edge) && weight > 0n ? [{ source: edge.source, weight }] : [];
      });
    return { ownWeight: weights.own, inside: of('own'), outside: of('foreign') };
  });
}
