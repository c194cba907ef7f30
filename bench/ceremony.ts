import { chanceWithin, expectedCandidates } from '../src/core/ceremony/chances.ts';
import { DEFAULT_TUNING } from '../src/core/ceremony/parameters.ts';
import type { KeyBits } from '../src/core/params.ts';
import type { Measurement } from './consortium.ts';
import { searchMultiplications, secondsOf, type KernelTimes } from './limits.ts';
import { onThisMachine, REFERENCE } from './reference.ts';
import { costAt, spreadOf, type Spread } from './statistics.ts';
import { figure, medianAndRange, NOTHING, ratio, type FigureTable } from './table.ts';

const REFERENCE_BANKS = 3;

/** The ceremonies of one key length and number of banks. */
export interface CeremonyFigures {
  readonly keyBits: KeyBits;
  readonly banks: number;
  /** Of all banks. */
  readonly cpuSeconds: Spread;
  readonly wallSeconds: Spread;
  readonly candidates: Spread;
  readonly sentBytesPerBank: Spread;
  /** Until a ceremony ends, on average: the rest of the last batch included. */
  readonly expectedCandidates: number;
  /** What a ceremony costs on average: the cost at the expected number of candidates. */
  readonly expectedCpuSeconds: number;
  readonly expectedWallSeconds: number;
  readonly referenceCandidates?: number;
  /** Of the reference on this machine; for 2048 bits also with its worst defect mended. */
  readonly referenceCpuSeconds: readonly number[];
  /** Least mean cost of the search, see limits.ts. */
  readonly limitSeconds: number;
}

export function ceremonyFigures(
  measurements: readonly Measurement[],
  calibrationMs: number,
  kernelOf: (keyBits: KeyBits) => KernelTimes,
): CeremonyFigures[] {
  const groups = Map.groupBy(
    measurements,
    ({ setting: { keyBits, banks } }) => `${String(keyBits).padStart(4)} ${String(banks)}`,
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const { keyBits, banks } = (group[0] as Measurement).setting;
      const expected = expectedTried(keyBits, banks);
      // the reference was measured with three banks only
      const published = banks === REFERENCE_BANKS ? REFERENCE.keyGeneration[keyBits] : undefined;
      const cost = (of: (measurement: Measurement) => number): number =>
        costAt(
          expected,
          group.map((measurement) => ({ size: measurement.candidates, cost: of(measurement) })),
        );
      return {
        keyBits,
        banks,
        cpuSeconds: spreadOf(group.map(({ ceremony }) => ceremony.cpuSeconds)),
        wallSeconds: spreadOf(group.map(({ ceremony }) => ceremony.wallSeconds)),
        candidates: spreadOf(group.map(({ candidates }) => candidates)),
        sentBytesPerBank: spreadOf(group.map(({ ceremony }) => ceremony.sentBytes)),
        expectedCandidates: expected,
        expectedCpuSeconds: cost(({ ceremony }) => ceremony.cpuSeconds),
        expectedWallSeconds: cost(({ ceremony }) => ceremony.wallSeconds),
        ...(published && { referenceCandidates: published.candidates }),
        referenceCpuSeconds: (published?.cpuSeconds ?? []).map((seconds) => onThisMachine(seconds, calibrationMs)),
        limitSeconds: secondsOf(searchMultiplications(keyBits, banks), kernelOf(keyBits)),
      };
    });
}

/** A batch is tried to its end, so the expected number of batches counts. */
export function expectedTried(keyBits: KeyBits, banks: number): number {
  const { batchSize } = DEFAULT_TUNING[keyBits];
  return batchSize / chanceWithin(batchSize, expectedCandidates(keyBits, banks));
}

export function ceremonyTables(figures: readonly CeremonyFigures[]): FigureTable[] {
  const head = ['', ...figures.map(({ keyBits, banks }) => `${String(keyBits)} bits, ${String(banks)} banks`)];
  const row = (name: string, cell: (figures: CeremonyFigures) => string): string[] => [name, ...figures.map(cell)];
  const quartiles = ({ count, quartiles: [first, third] }: Spread): string =>
    count < 3 ? NOTHING : `${figure(first)}–${figure(third)}`;
  const scatter = (name: string, of: (figures: CeremonyFigures) => Spread): string[][] => [
    row(`${name}: mean`, (size) => figure(of(size).mean)),
    row('  median (min–max)', (size) => medianAndRange(of(size))),
    row('  quartiles', (size) => quartiles(of(size))),
  ];
  return [
    {
      title: 'Key ceremony: what was measured',
      head,
      rows: [
        row('ceremonies', ({ cpuSeconds }) => String(cpuSeconds.count)),
        ...scatter('CPU of all banks, s', ({ cpuSeconds }) => cpuSeconds),
        ...scatter('wall, s', ({ wallSeconds }) => wallSeconds),
        ...scatter('candidates', ({ candidates }) => candidates),
        row('MB sent per bank: mean', ({ sentBytesPerBank }) => figure(sentBytesPerBank.mean / 1e6)),
      ],
      notes: [
        'From the moment when all banks are connected. The search has no memory: single ceremonies scatter by as much as their ' +
          'mean, and the mean of a few is little surer. Those with 3072 bits take longest and are repeated five times with --large only.',
      ],
    },
    {
      title: 'Key ceremony: what is to be expected',
      head,
      rows: [
        row('expected candidates', (size) => figure(size.expectedCandidates)),
        row('  reference', ({ referenceCandidates }) =>
          referenceCandidates === undefined ? NOTHING : figure(referenceCandidates),
        ),
        row('CPU of all banks, ms per candidate', (size) =>
          figure((1000 * size.expectedCpuSeconds) / size.expectedCandidates),
        ),
        row('expected CPU of all banks, s', (size) => figure(size.expectedCpuSeconds)),
        row('  reference', (size) => each(size.referenceCpuSeconds, figure)),
        row('  reference / ours', (size) =>
          each(size.referenceCpuSeconds, (seconds) => ratio(seconds / size.expectedCpuSeconds)),
        ),
        row('  limit', (size) => figure(size.limitSeconds)),
        row('  ours / limit', (size) => ratio(size.expectedCpuSeconds / size.limitSeconds)),
        row('expected wall, s', (size) => figure(size.expectedWallSeconds)),
      ],
      notes: [
        'The expected cost is that of the expected number of candidates, from the costs and candidates of the ceremonies above, ' +
          'so that it depends little on their luck. The reference’s figures are expected costs as well; at 2048 bits the second ' +
          'is that of the reference with its worst defect mended (a primality test of a constant at every multiplication). The ' +
          'limit counts the squarings and multiplications modulo N that the search cannot do without (bench/limits.ts), at the ' +
          'time that the kernel takes for them.',
      ],
    },
  ];
}

function each(values: readonly number[], text: (value: number) => string): string {
  return values.length === 0 ? NOTHING : values.map(text).join(' and ');
}
