import type { BankGraph, Edge, PeriodGraph } from '../datasets/bank-graph.ts';
import { Bug, ParameterError } from '../errors.ts';
import { deltaAt } from '../run/parameters.ts';
import type { RunParameters } from '../run/parameters.ts';

/** What propagation in the clear depends on. */
export type PropagationParameters = Pick<RunParameters, 'delta' | 'iterations' | 'periods' | 'unknownSenders'>;

/**
 * Risk propagation in the clear, in float64 (protocol.md 1): what a secure run of the same banks must find.
 * Returns each bank's final scores, by account index of its graph. Banks that occur in transfers only do not
 * contribute: their accounts have no known score.
 */
export function propagateInTheClear(
  graphs: readonly BankGraph[],
  parameters: PropagationParameters,
): Map<string, Float64Array> {
  const banks = new Map(graphs.map((graph) => [graph.bank, graph]));
  if (banks.size !== graphs.length) throw new Bug('two graphs of one bank');
  let scores: Map<string, Float64Array> = new Map(graphs.map((graph) => [graph.bank, graph.scores.slice()]));
  for (let period = 0; period < parameters.periods; period++) {
    const inflows = graphs.map((graph) => inflowOf(graph, period, banks, parameters.unknownSenders));
    for (let k = 1; k <= parameters.iterations; k++) {
      const delta = deltaAt(parameters.delta, k);
      scores = new Map(graphs.map((graph, b) => [graph.bank, step(graph.bank, inflows[b] as Inflow, scores, delta)]));
    }
  }
  return scores;
}

/** Who sends how much to each account of one bank in one period; unknown senders that count have no source. */
type Inflow = readonly (readonly KnownEdge[])[];

interface KnownEdge {
  readonly from: { readonly bank: string; readonly index: number } | undefined;
  readonly amount: number;
}

function inflowOf(
  graph: BankGraph,
  period: number,
  banks: ReadonlyMap<string, BankGraph>,
  unknownSenders: RunParameters['unknownSenders'],
): Inflow {
  const { incoming, foreignSources } = periodOf(graph, period);
  const foreign = foreignIndices(foreignSources, graph.bank, period, banks);
  const resolve = (edge: Edge): KnownEdge['from'] => {
    if (edge.kind === 'own') return { bank: graph.bank, index: edge.source };
    return edge.kind === 'foreign' ? foreign[edge.source] : undefined;
  };
  return incoming.map((edges) => {
    const known = edges.map((edge) => ({ from: resolve(edge), amount: Number(edge.amount) }));
    return unknownSenders === 'zero' ? known : known.filter((edge) => edge.from !== undefined);
  });
}

/** Where the foreign sources' scores are found: only what the other bank lists and serves to this one in the period. */
function foreignIndices(
  sources: PeriodGraph['foreignSources'],
  receiver: string,
  period: number,
  banks: ReadonlyMap<string, BankGraph>,
): KnownEdge['from'][] {
  const served = new Map<string, Map<string, number>>();
  for (const [bank, graph] of banks) {
    const indices = periodOf(graph, period).serves.get(receiver) ?? [];
    served.set(bank, new Map(indices.map((index) => [graph.ids[index] as string, index])));
  }
  return sources.map(({ bank, id }) => {
    const index = served.get(bank)?.get(id);
    return index === undefined ? undefined : { bank, index };
  });
}

function periodOf(graph: BankGraph, period: number): PeriodGraph {
  const found = graph.periods[period];
  if (found) return found;
  throw new ParameterError(`${graph.bank} has ${String(graph.periods.length)} periods, not ${String(period + 1)}`);
}

/** One iteration for one bank. The total is summed like the weighted scores, so rounding cannot leave [0, 1]. */
function step(bank: string, inflow: Inflow, scores: ReadonlyMap<string, Float64Array>, delta: number): Float64Array {
  const own = scores.get(bank) as Float64Array;
  return own.map((score, j) => {
    let total = 0;
    let weighted = 0;
    for (const { from, amount } of inflow[j] as readonly KnownEdge[]) {
      total += amount;
      if (from) weighted += amount * (scores.get(from.bank)?.[from.index] as number);
    }
    return total === 0 ? (1 - delta) * score : (1 - delta) * score + delta * (weighted / total);
  });
}
