/** δ per iteration of a period: constant, or a / k^b for k = 1, 2, … restarting in every period (protocol.md 1). */
export type Delta =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'decay'; readonly a: number; readonly b: number };

/** What all banks of a run agree on. */
export interface RunParameters {
  readonly delta: Delta;
  /** Iterations per period. */
  readonly iterations: number;
  readonly periods: number;
  /** What happens to senders without a known score: leave the edge out of the total, or count them with score 0. */
  readonly unknownSenders: 'exclude' | 'zero';
  /** P of protocol.md 6: opened values carry about this many bits. */
  readonly precisionBits: number;
  /** Accounts with fewer distinct outside contributors are not opened. */
  readonly minContributors: number;
  /** `short`: h_N^r with |N|/2-bit r; `full`: y^N with a fresh unit y (protocol.md 3). */
  readonly masking: 'short' | 'full';
}

/** δ_k for iteration `k` (from 1) of a period, as a float64. */
export function deltaAt(delta: Delta, k: number): number {
  return delta.kind === 'constant' ? delta.value : delta.a / k ** delta.b;
}
