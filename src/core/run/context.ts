import type { BankGraph } from '../datasets/bank-graph.ts';
import type { Precision } from '../fixed-point/precision.ts';
import type { Session } from '../network/session.ts';
import type { KeyShare } from '../paillier/key.ts';
import type { MaskStock } from '../paillier/masks.ts';
import type { Paillier } from '../paillier/paillier.ts';
import type { Matching } from '../reconciliation/reconcile.ts';
import type { PrecisionNoise } from './noise.ts';
import type { RunParameters } from './parameters.ts';
import type { AgreedRun } from './proposal.ts';

/** What every step of a run works with. */
export interface RunContext {
  readonly session: Session;
  readonly run: AgreedRun;
  readonly graph: BankGraph;
  /** By period and party. */
  readonly matchings: readonly (readonly Matching[])[];
  readonly precision: Precision;
  readonly paillier: Paillier;
  readonly masks: MaskStock;
  readonly noise: PrecisionNoise;
  readonly share: KeyShare;
}

export interface Iteration {
  /** From 1, over all periods. */
  readonly index: number;
  /** From 0. */
  readonly period: number;
  /** From 1, within the period. */
  readonly k: number;
}

/** All iterations of a run, in order. */
export function iterationsOf({ periods, iterations }: RunParameters): Iteration[] {
  return Array.from({ length: periods * iterations }, (_, i) => ({
    index: i + 1,
    period: Math.floor(i / iterations),
    k: (i % iterations) + 1,
  }));
}
