import type { BankGraph } from '../../core/datasets/bank-graph.ts';
import { propagateInTheClear } from '../../core/propagation/reference.ts';
import type { RunParameters } from '../../core/run/parameters.ts';
import type { AccountScore } from '../../core/run/secure-run.ts';
import type { BankReport, MatchedCounts } from './messages.ts';
import type { DemoOptions } from './options.ts';
import { assessPlanted, type Planted } from './planted.ts';
import { flagged } from './result-files.ts';
import { durationsByLabel } from './stages.ts';

const TOP = 5;

/** What the demo reports at the end, to people and, as JSON, to machines. Times in seconds, sizes in bytes. */
export interface Summary {
  readonly ok: true;
  readonly keyBits: number;
  readonly parameters: RunParameters;
  readonly threshold: number;
  readonly warnings: readonly string[];
  /** Of any opened score from the plaintext reference. */
  readonly largestDifference: number;
  readonly candidates: number;
  readonly seconds: { readonly ceremony: number; readonly run: number; readonly total: number };
  readonly banks: readonly BankSummary[];
  readonly planted?: Planted;
}

export interface BankSummary {
  readonly bank: string;
  readonly accounts: number;
  readonly flagged: number;
  /** Accounts whose joint score was not opened, because too few outside accounts contributed. */
  readonly withoutJointScore: number;
  readonly top: readonly { readonly id: string; readonly before: number; readonly after: number }[];
  readonly sentBytes: { readonly ceremony: number; readonly run: number };
  readonly cpuSeconds: { readonly start: number; readonly ceremony: number; readonly run: number };
  readonly peakMemoryBytes: number;
  readonly secondsByStage: Readonly<Record<string, number>>;
  readonly matched: readonly MatchedCounts[];
}

export function summarise(
  options: DemoOptions,
  parameters: RunParameters,
  graphs: readonly BankGraph[],
  reports: readonly BankReport[],
  warnings: readonly string[],
  totalMs: number,
): Summary {
  const scores = reports.map((report) => report.scores);
  const planted = assessPlanted(options.data, graphs, scores, parameters, options.threshold);
  const longest = (of: (report: BankReport) => readonly (readonly [string, number])[]): number =>
    Math.max(...reports.map((report) => sum(of(report)))) / 1000;
  return {
    ok: true,
    keyBits: options.keyBits,
    parameters,
    threshold: options.threshold,
    warnings,
    largestDifference: largestDifference(graphs, scores, parameters),
    candidates: reports[0]?.candidates ?? 0,
    seconds: {
      ceremony: longest((report) => report.ceremonyMs),
      run: longest((report) => report.runMs),
      total: totalMs / 1000,
    },
    banks: graphs.map((graph, i) => bankSummary(graph, reports[i] as BankReport, options.threshold)),
    ...(planted ? { planted } : {}),
  };
}

function bankSummary(graph: BankGraph, report: BankReport, threshold: number): BankSummary {
  const byScore = flagged(report.scores, 0);
  const stages = durationsByLabel([...report.ceremonyMs, ...report.runMs]);
  return {
    bank: graph.bank,
    accounts: report.scores.length,
    flagged: flagged(report.scores, threshold).length,
    withoutJointScore: report.scores.filter(({ score }) => score === undefined).length,
    top: byScore
      .slice(0, TOP)
      .map(({ id, initialScore, score }) => ({ id, before: initialScore, after: score as number })),
    sentBytes: report.sentBytes,
    cpuSeconds: {
      start: report.cpuMs.start / 1000,
      ceremony: report.cpuMs.ceremony / 1000,
      run: report.cpuMs.run / 1000,
    },
    peakMemoryBytes: report.peakMemoryBytes,
    secondsByStage: Object.fromEntries([...stages].map(([stage, ms]) => [stage, ms / 1000])),
    matched: report.matched,
  };
}

function largestDifference(
  graphs: readonly BankGraph[],
  scores: readonly (readonly AccountScore[])[],
  parameters: RunParameters,
): number {
  const expected = propagateInTheClear(graphs, parameters);
  const differences = graphs.flatMap((graph, bank) =>
    (scores[bank] ?? []).flatMap(({ score }, account) =>
      score === undefined ? [] : [Math.abs(score - ((expected.get(graph.bank) as Float64Array)[account] as number))],
    ),
  );
  return differences.reduce((largest, difference) => Math.max(largest, difference), 0);
}

function sum(durations: readonly (readonly [string, number])[]): number {
  return durations.reduce((total, [, ms]) => total + ms, 0);
}
