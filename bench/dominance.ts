import type { Results } from './results.ts';
import { limitOf } from './run.ts';

/** Sentences on what the time of ceremonies and runs goes into, from the figures themselves. */
export function dominance({ ceremony = [], run = [] }: Pick<Results, 'ceremony' | 'run'>): string[] {
  return [...ceremonySentences(ceremony), ...runSentences(run)];
}

function ceremonySentences(ceremony: NonNullable<Results['ceremony']>): string[] {
  const figures = ceremony.find(({ keyBits, banks }) => keyBits === 2048 && banks === 3);
  if (!figures) return [];
  const share = figures.limitSeconds / figures.expectedCpuSeconds;
  return [
    `Of a key ceremony with 2048 bits and three banks, the squarings of the biprimality tests are ${percent(share)} of the ` +
      'expected processor time; the rest is sharing and multiplying the factors, trial division, hashing and messages.',
  ];
}

function runSentences(run: NonNullable<Results['run']>): string[] {
  const largest = run.at(-1);
  if (!largest) return [];
  const [stage, seconds] = most(largest.secondsByStage);
  const [purpose, least] = most(largest.limitSeconds);
  const wall = Object.values(largest.secondsByStage).reduce((a, b) => a + b, 0);
  const accounts = largest.setting.accountsPerBank.toLocaleString('en');
  return [
    `A secure run with ${accounts} accounts per bank spends most of its time in the stage “${stage.replace(/^run: /, '')}” ` +
      `(${percent(seconds / wall)}). Of the multiplications that it cannot do without, ${percent(least / limitOf(largest))} are for ` +
      `${purpose}; all of them together are ${percent(limitOf(largest) / largest.cpuSeconds.median)} of the processor time.`,
  ];
}

function most(costs: Readonly<Record<string, number>>): [string, number] {
  return Object.entries(costs).reduce((a, b) => (b[1] > a[1] ? b : a), ['nothing', 0]);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
