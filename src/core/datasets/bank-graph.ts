import type { AccountKey } from './dataset.ts';

/**
 * One bank's part of the transfer graph, ready for propagation: accounts by index, repeated transfers of a period
 * summed, only what its own accounts receive (edges) or what it has to serve to peers.
 */
export interface BankGraph {
  readonly bank: string;
  readonly ids: readonly string[];
  /** Initial scores in [0, 1], by account index. */
  readonly scores: Float64Array;
  readonly periods: readonly PeriodGraph[];
}

export interface PeriodGraph {
  /** Incoming edges of our listed accounts, by account index. An account without any has an empty list. */
  readonly incoming: readonly (readonly Edge[])[];
  /** The distinct accounts of other banks that send to ours, each once, in order of first occurrence. */
  readonly foreignSources: readonly AccountKey[];
  /** Per other bank: which of our listed accounts send to accounts of that bank (indices, ascending, distinct). */
  readonly serves: ReadonlyMap<string, readonly number[]>;
}

/** Sum of all transfers of the period from one sender to one account of ours. */
export interface Edge {
  /** `own`: index into `ids`; `foreign`: index into `foreignSources`; `unknown`: an account of ours without a score. */
  readonly kind: 'own' | 'foreign' | 'unknown';
  /** -1 for `unknown`. */
  readonly source: number;
  /** In hundredths, positive. */
  readonly amount: bigint;
}
