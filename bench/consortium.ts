import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BankGraph } from '../src/core/datasets/bank-graph.ts';
import type { KeyBits } from '../src/core/params.ts';
import { propagateInTheClear } from '../src/core/propagation/reference.ts';
import { DEFAULT_PRECISION_BITS, type RunParameters } from '../src/core/run/parameters.ts';
import type { EngineChoice } from '../src/main/compute/engine-choice.ts';
import { readDataFolder } from '../src/main/datasets/read-data-folder.ts';
import { runConsortium } from '../src/main/demo/consortium.ts';
import type { BankReport } from '../src/main/demo/messages.ts';
import { durationsByLabel } from '../src/main/demo/stages.ts';
import { withFolder } from './folder.ts';
import { randomGraph, writeGraph } from './random-graph.ts';

/** The parameters of the reference's measurements; for the rest the product's defaults, but every account is opened. */
export const RUN_PARAMETERS: RunParameters = {
  delta: { kind: 'decay', a: 0.3, b: 0.8 },
  iterations: 3,
  periods: 1,
  unknownSenders: 'exclude',
  precisionBits: DEFAULT_PRECISION_BITS,
  minContributors: 1,
  masking: 'short',
};

/** A larger difference from the plaintext reference is a wrong result. */
const LARGEST_DIFFERENCE = 2 ** -13;

const UNLISTED = { kind: 'fault' } as const;

/** One key ceremony and one secure run of several banks, each a process of its own. */
export interface Setting {
  readonly keyBits: KeyBits;
  readonly banks: number;
  readonly accountsPerBank: number;
}

export interface Measurement {
  readonly setting: Setting;
  readonly candidates: number;
  readonly ceremony: Cost;
  readonly run: Cost;
  /** Of the bank that used most; ceremony and run together. */
  readonly peakMemoryBytes: number;
  /** How long any bank's main thread was blocked at most. */
  readonly longestBlockMs: number;
  /** Wall time, mean over the banks. */
  readonly secondsByStage: Readonly<Record<string, number>>;
  /** From the plaintext reference, of any account of any bank. */
  readonly largestDifference: number;
}

export interface Cost {
  /** User and system time of all banks together. */
  readonly cpuSeconds: number;
  /** Of the slowest bank. */
  readonly wallSeconds: number;
  /** Mean per bank. */
  readonly sentBytes: number;
}

export interface MeasureOptions {
  readonly engine: EngineChoice;
  readonly signal: AbortSignal;
}

/** Data, graphs and expected scores of a setting are the same in every repetition. */
export async function readGraphs({ banks, accountsPerBank }: Setting): Promise<BankGraph[]> {
  return withFolder(async (folder) => {
    await writeGraph(randomGraph(banks, accountsPerBank, accountsPerBank), folder);
    return (await readDataFolder(folder, { unlisted: UNLISTED })).banks.map(({ graph }) => graph);
  });
}

/** @throws Error when a score is missing or differs from the plaintext reference */
export async function measureConsortium(setting: Setting, { engine, signal }: MeasureOptions): Promise<Measurement> {
  return withFolder(async (folder) => {
    const graph = randomGraph(setting.banks, setting.accountsPerBank, setting.accountsPerBank);
    const [data, out] = [join(folder, 'data'), join(folder, 'out')];
    await mkdir(data);
    await writeGraph(graph, data);
    const reports = await runConsortium({
      banks: graph.banks.map((name) => ({ name, out: join(out, name) })),
      task: {
        data,
        unlisted: UNLISTED,
        keyBits: setting.keyBits,
        parameters: RUN_PARAMETERS,
        threshold: 1,
        engine,
        threads: Math.max(1, Math.floor(availableParallelism() / setting.banks)),
      },
      onProgress: () => undefined,
      signal,
    });
    const { banks } = await readDataFolder(data, { unlisted: UNLISTED });
    return measurementOf(
      setting,
      reports,
      banks.map((bank) => bank.graph),
    );
  });
}

function measurementOf(setting: Setting, reports: readonly BankReport[], graphs: readonly BankGraph[]): Measurement {
  const cost = (phase: 'ceremony' | 'run'): Cost => {
    const stages = (report: BankReport) => (phase === 'ceremony' ? report.ceremonyMs : report.runMs);
    return {
      cpuSeconds: sum(reports.map(({ cpuMs }) => cpuMs[phase])) / 1000,
      wallSeconds: Math.max(...reports.map((report) => sum(stages(report).map(([, ms]) => ms)))) / 1000,
      sentBytes: sum(reports.map(({ sentBytes }) => sentBytes[phase])) / reports.length,
    };
  };
  return {
    setting,
    candidates: reports[0]?.candidates ?? 0,
    ceremony: cost('ceremony'),
    run: cost('run'),
    peakMemoryBytes: Math.max(...reports.map((report) => report.peakMemoryBytes)),
    longestBlockMs: Math.max(...reports.map((report) => report.longestBlockMs)),
    secondsByStage: meanSecondsByStage(reports),
    largestDifference: checkedDifference(reports, graphs),
  };
}

function meanSecondsByStage(reports: readonly BankReport[]): Record<string, number> {
  const ofBanks = reports.map(({ ceremonyMs, runMs }) => durationsByLabel([...ceremonyMs, ...runMs]));
  const labels = [...(ofBanks[0]?.keys() ?? [])];
  return Object.fromEntries(
    labels.map((label) => [label, sum(ofBanks.map((bank) => bank.get(label) ?? 0)) / reports.length / 1000]),
  );
}

function checkedDifference(reports: readonly BankReport[], graphs: readonly BankGraph[]): number {
  const expected = propagateInTheClear(graphs, RUN_PARAMETERS);
  let largest = 0;
  graphs.forEach((graph, bank) => {
    const scores = reports[bank]?.scores ?? [];
    if (scores.length !== graph.ids.length) throw new Error(`${graph.bank} has not the scores of all its accounts`);
    scores.forEach(({ id, score }, account) => {
      if (score === undefined) throw new Error(`${id} was not opened`);
      largest = Math.max(largest, Math.abs(score - ((expected.get(graph.bank) as Float64Array)[account] as number)));
    });
  });
  if (!(largest < LARGEST_DIFFERENCE)) {
    throw new Error(`a score differs from the plaintext reference by ${largest.toExponential(1)}`);
  }
  return largest;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
