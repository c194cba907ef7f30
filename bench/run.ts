import { RUN_PARAMETERS, readGraphs, type Measurement, type Setting } from './consortium.ts';
import { runMultiplications, secondsOf, type KernelTimes, type RunPurpose } from './limits.ts';
import { onThisMachine, REFERENCE } from './reference.ts';
import { growthExponent, spreadOf, type Point, type Spread } from './statistics.ts';
import { figure, medianAndRange, NOTHING, ratio, type FigureTable } from './table.ts';

/** The secure runs of one size. */
export interface RunFigures {
  readonly setting: Setting;
  /** Of all banks. */
  readonly cpuSeconds: Spread;
  readonly wallSeconds: Spread;
  readonly sentBytesPerBank: Spread;
  readonly peakMemoryBytes: Spread;
  readonly longestBlockMs: Spread;
  /** Medians. */
  readonly secondsByStage: Readonly<Record<string, number>>;
  readonly largestDifference: number;
  /** Converted to this machine; bytes and memory as they are. */
  readonly reference?: { readonly cpuSeconds: number; readonly wallSeconds: number; readonly sentBytes: number };
  /** Least cost by purpose, see limits.ts. */
  readonly limitSeconds: Readonly<Record<RunPurpose, number>>;
}

const RUN_STAGE = /^run: /;

export async function runFigures(
  measurements: readonly Measurement[],
  calibrationMs: number,
  kernel: KernelTimes,
): Promise<RunFigures[]> {
  const groups = Map.groupBy(measurements, ({ setting }) => setting.accountsPerBank);
  const figures: RunFigures[] = [];
  for (const [accountsPerBank, group] of [...groups].sort(([a], [b]) => a - b)) {
    const { setting } = group[0] as Measurement;
    const published = setting.keyBits === 2048 ? REFERENCE.secureRun[accountsPerBank] : undefined;
    const multiplications = runMultiplications(await readGraphs(setting), RUN_PARAMETERS, setting.keyBits);
    const spread = (of: (measurement: Measurement) => number): Spread => spreadOf(group.map(of));
    const stages = Object.keys(group[0]?.secondsByStage ?? {}).filter((stage) => RUN_STAGE.test(stage));
    figures.push({
      setting,
      cpuSeconds: spread(({ run }) => run.cpuSeconds),
      wallSeconds: spread(({ run }) => run.wallSeconds),
      sentBytesPerBank: spread(({ run }) => run.sentBytes),
      peakMemoryBytes: spread(({ peakMemoryBytes }) => peakMemoryBytes),
      longestBlockMs: spread(({ longestBlockMs }) => longestBlockMs),
      secondsByStage: Object.fromEntries(
        stages.map((stage) => [stage, spread(({ secondsByStage }) => secondsByStage[stage] ?? 0).median]),
      ),
      largestDifference: Math.max(...group.map(({ largestDifference }) => largestDifference)),
      ...(published && {
        reference: {
          cpuSeconds: onThisMachine(published.cpuSeconds, calibrationMs),
          wallSeconds: onThisMachine(published.wallSeconds, calibrationMs),
          sentBytes: published.sentBytes,
        },
      }),
      limitSeconds: Object.fromEntries(
        Object.entries(multiplications).map(([purpose, count]) => [purpose, secondsOf(count, kernel)]),
      ) as Record<RunPurpose, number>,
    });
  }
  return figures;
}

export function limitOf({ limitSeconds }: RunFigures): number {
  return Object.values(limitSeconds).reduce((sum, seconds) => sum + seconds, 0);
}

export function runTables(figures: readonly RunFigures[]): FigureTable[] {
  const { keyBits = 0, banks = 0 } = figures[0]?.setting ?? {};
  const what = `${String(banks)} banks, ${String(keyBits)} bits`;
  const sizes = figures.map(({ setting }) => `${setting.accountsPerBank.toLocaleString('en')} accounts`);
  const row = (name: string, cell: (figures: RunFigures) => string): string[] => [name, ...figures.map(cell)];
  const total = (stages: RunFigures['secondsByStage']): number => Object.values(stages).reduce((a, b) => a + b, 0);
  const stages = Object.keys(figures[0]?.secondsByStage ?? {});
  const purposes = Object.keys(figures[0]?.limitSeconds ?? {}) as RunPurpose[];
  return [
    {
      title: `Secure run, ${what}, by accounts per bank`,
      head: ['', ...sizes],
      rows: [
        row('runs', ({ cpuSeconds }) => String(cpuSeconds.count)),
        row('CPU of all banks, s', ({ cpuSeconds }) => medianAndRange(cpuSeconds)),
        row('  reference', ({ reference }) => (reference ? figure(reference.cpuSeconds) : NOTHING)),
        row('  reference / ours', ({ reference, cpuSeconds }) => over(reference?.cpuSeconds, cpuSeconds.median)),
        row('  limit', (size) => figure(limitOf(size))),
        row('  ours / limit', (size) => ratio(size.cpuSeconds.median / limitOf(size))),
        row('wall, s', ({ wallSeconds }) => medianAndRange(wallSeconds)),
        row('  reference', ({ reference }) => (reference ? figure(reference.wallSeconds) : NOTHING)),
        row('  reference / ours', ({ reference, wallSeconds }) => over(reference?.wallSeconds, wallSeconds.median)),
        row('MB sent per bank', ({ sentBytesPerBank }) => figure(sentBytesPerBank.median / 1e6)),
        row('  reference', ({ reference }) => (reference ? figure(reference.sentBytes / 1e6) : NOTHING)),
        row('  reference / ours', (size) => over(size.reference?.sentBytes, size.sentBytesPerBank.median)),
        row('peak memory of a bank, MB', ({ peakMemoryBytes }) => figure(peakMemoryBytes.max / 1e6)),
        row('main thread blocked at most, ms', ({ longestBlockMs }) => figure(longestBlockMs.max)),
        row('largest difference from the plaintext', ({ largestDifference }) => largestDifference.toExponential(1)),
      ],
      notes: [
        'Medians (min–max); peak memory and blocking are the most that any bank had in ceremony and run; a thread that waits for a processor counts as blocked. The limit counts the ' +
          'squarings and multiplications modulo N² that the run cannot do without (bench/limits.ts), at the time that the kernel ' +
          'takes for them.',
      ],
    },
    {
      title: `Secure run, ${what}: seconds of wall time by stage`,
      head: ['stage', ...sizes],
      rows: stages.map((stage) =>
        row(
          stage.replace(RUN_STAGE, ''),
          ({ secondsByStage }) =>
            `${figure(secondsByStage[stage] ?? 0)} (${percent((secondsByStage[stage] ?? 0) / total(secondsByStage))})`,
        ),
      ),
    },
    {
      title: `Secure run, ${what}: what the multiplications are for`,
      head: ['CPU s at the limit', ...sizes],
      rows: purposes.map((purpose) =>
        row(
          purpose,
          (size) => `${figure(size.limitSeconds[purpose])} (${percent(size.limitSeconds[purpose] / limitOf(size))})`,
        ),
      ),
    },
  ];
}

/** How cost grows with the number of accounts: the exponent of size. */
export interface GrowthFigures {
  readonly cpu: number;
  readonly wall: number;
  readonly bytes: number;
  /** Between the two largest sizes alone, where the constant part of the cost matters least. */
  readonly cpuAtTheEnd: number;
}

export function growthFigures(figures: readonly RunFigures[]): GrowthFigures {
  const points = (of: (size: RunFigures) => Spread): Point[] =>
    figures.map((size) => ({ size: size.setting.accountsPerBank, cost: of(size).median }));
  const cpu = points(({ cpuSeconds }) => cpuSeconds);
  return {
    cpu: growthExponent(cpu),
    wall: growthExponent(points(({ wallSeconds }) => wallSeconds)),
    bytes: growthExponent(points(({ sentBytesPerBank }) => sentBytesPerBank)),
    cpuAtTheEnd: growthExponent(cpu.slice(-2)),
  };
}

export function growthTable({ cpu, wall, bytes, cpuAtTheEnd }: GrowthFigures): FigureTable {
  return {
    title: 'Growth: cost of a secure run ≈ accounts ^ exponent',
    head: ['cost', 'exponent'],
    rows: [
      ['CPU', cpu.toFixed(2)],
      ['CPU, two largest sizes', cpuAtTheEnd.toFixed(2)],
      ['wall time', wall.toFixed(2)],
      ['bytes sent', bytes.toFixed(2)],
    ],
    notes: ['Fitted by least squares over the logarithms of the medians; 1 is linear.'],
  };
}

function over(reference: number | undefined, ours: number): string {
  return reference === undefined ? NOTHING : ratio(reference / ours);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
