import type { BankGraph, Edge } from '../datasets/bank-graph.ts';
import { largestRemainderWeights } from '../fixed-point/weights.ts';
import type { Iteration, RunContext } from './context.ts';
import { deltaAt } from './parameters.ts';

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

/** The rows of one iteration after the other. Those of a period with a constant δ are computed once. */
export class RowPlan {
  readonly #context: Pick<RunContext, 'run' | 'graph' | 'matchings' | 'precision'>;
  #last: { period: number; delta: number; rows: readonly AccountRow[] } | undefined;

  constructor(context: Pick<RunContext, 'run' | 'graph' | 'matchings' | 'precision'>) {
    this.#context = context;
  }

  rowsFor({ period, k }: Iteration): readonly AccountRow[] {
    const { run, graph, matchings, precision } = this.#context;
    const { parameters } = run.proposal;
    const delta = deltaAt(parameters.delta, k);
    if (this.#last?.period !== period || this.#last.delta !== delta) {
      const known = new Set((matchings[period] ?? []).flatMap((matching) => matching.expected));
      const rows = accountRows(graph, period, known, parameters.unknownSenders, delta, precision.weightBits);
      this.#last = { period, delta, rows };
    }
    return this.#last.rows;
  }
}

/**
 * The rows of all accounts for one δ of one period (protocol.md 1 and 3).
 * @param known the foreign sources of the period that their banks serve, by index
 */
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
