import type { Results } from './results.ts';
import { limitOf } from './run.ts';
import { figure, NOTHING, ratio, type FigureTable } from './table.ts';

/** What is aimed at on two cores, with 2048 bits and three banks. */
const GOALS = {
  ceremonyCpuSeconds: 30,
  ceremonyWallSeconds: 20,
  runCpuSeconds: 20,
  runBytes: 3e6,
  growthExponent: 1.05,
  kernelOverOpenssl: 0.9,
};
const KEY_BITS = 2048;
const BANKS = 3;
const ACCOUNTS = 1000;

type Row = readonly [what: string, ours: string, goal: string, reference: string, gain: string, overLimit: string];

/** The figures that matter most, as far as they were measured. */
export function overviewTable(results: Results): FigureTable | undefined {
  const rows = [...ceremonyRows(results), ...runRows(results), ...growthRows(results), ...kernelRows(results)];
  if (rows.length === 0) return undefined;
  return {
    title: 'At a glance: 2048 bits, three banks',
    head: ['', 'ours', 'goal', 'reference', 'reference / ours', 'ours / limit'],
    rows,
  };
}

function ceremonyRows({ ceremony = [] }: Results): Row[] {
  const found = ceremony.find(({ keyBits, banks }) => keyBits === KEY_BITS && banks === BANKS);
  if (!found) return [];
  const { expectedCpuSeconds: cpu, expectedWallSeconds: wall, referenceCpuSeconds, limitSeconds } = found;
  const costs = referenceCpuSeconds.map(figure).join(' and ');
  const gains = referenceCpuSeconds.map((seconds) => ratio(seconds / cpu)).join(' and ');
  const goal = (seconds: number): string => `≤ ${String(seconds)}`;
  return [
    [
      'key ceremony, expected CPU s',
      figure(cpu),
      goal(GOALS.ceremonyCpuSeconds),
      costs,
      gains,
      ratio(cpu / limitSeconds),
    ],
    ['key ceremony, expected wall s', figure(wall), goal(GOALS.ceremonyWallSeconds), NOTHING, NOTHING, NOTHING],
  ];
}

function runRows({ run = [] }: Results): Row[] {
  const found = run.find(({ setting }) => setting.keyBits === KEY_BITS && setting.accountsPerBank === ACCOUNTS);
  if (!found?.reference) return [];
  const { reference } = found;
  const [cpu, bytes] = [found.cpuSeconds.median, found.sentBytesPerBank.median];
  const what = `run with ${ACCOUNTS.toLocaleString('en')} accounts per bank`;
  return [
    [
      `${what}, CPU s`,
      figure(cpu),
      `≤ ${String(GOALS.runCpuSeconds)}`,
      figure(reference.cpuSeconds),
      ratio(reference.cpuSeconds / cpu),
      ratio(cpu / limitOf(found)),
    ],
    [
      `${what}, MB sent per bank`,
      figure(bytes / 1e6),
      `≤ ${String(GOALS.runBytes / 1e6)}`,
      figure(reference.sentBytes / 1e6),
      ratio(reference.sentBytes / bytes),
      NOTHING,
    ],
  ];
}

function growthRows({ growth }: Results): Row[] {
  if (!growth) return [];
  const goal = `≤ ${String(GOALS.growthExponent)}`;
  return [
    ['growth of CPU with accounts, exponent', growth.cpu.toFixed(2), goal, NOTHING, NOTHING, NOTHING],
    ['  between the two largest sizes', growth.cpuAtTheEnd.toFixed(2), goal, NOTHING, NOTHING, NOTHING],
  ];
}

function kernelRows({ kernel }: Results): Row[] {
  const found = kernel.find(({ keyBits, modulus }) => keyBits === KEY_BITS && modulus === 'N²');
  const [engine] = found?.engines ?? [];
  if (!found || !engine?.chain) return [];
  const goal = `≤ ${String(GOALS.kernelOverOpenssl)}`;
  const row = (what: string, us: number): Row => [
    `kernel modulo N², ${what}, time / OpenSSL’s`,
    (us / found.openssl.median).toFixed(2),
    goal,
    NOTHING,
    NOTHING,
    NOTHING,
  ];
  return [row('multiply', engine.chain.product.median), row('square', engine.chain.squaring.median)];
}
