import type { KeyBits } from '../src/core/params.ts';
import type { Setting } from './consortium.ts';
import type { BenchOptions } from './options.ts';

/** Enough for a run that takes no time: where only the ceremony matters. */
const FEW_ACCOUNTS = 5;

const RUN_KEY_BITS = 2048;
const RUN_BANKS = 3;

interface Repeated {
  readonly setting: Setting;
  readonly repetitions: number;
}

/**
 * Which consortia are measured, how often. Every one makes a key first, so the runs at 2048 bits with three banks are that
 * many ceremonies as well. Ceremonies scatter by their mean; those with 3072 bits take minutes and are repeated five times with
 * `--large` only.
 * @returns round by round, so that what changes on the machine in the meantime touches all settings alike
 */
export function planConsortia({ sections, large, quick }: BenchOptions): Setting[] {
  const runs = sections.has('run') || sections.has('growth');
  const repeated = [
    ...(runs ? runSettings(large, quick) : []),
    ...(sections.has('ceremony') ? ceremonySettings(large, quick, runs) : []),
  ];
  const rounds = Math.max(0, ...repeated.map(({ repetitions }) => repetitions));
  return Array.from({ length: rounds }, (_, round) =>
    repeated.filter(({ repetitions }) => round < repetitions).map(({ setting }) => setting),
  ).flat();
}

function runSettings(large: boolean, quick: boolean): Repeated[] {
  const keyBits: KeyBits = quick ? 1024 : RUN_KEY_BITS;
  const ofSize = (accountsPerBank: number, repetitions: number): Repeated => ({
    setting: { keyBits, banks: RUN_BANKS, accountsPerBank },
    repetitions,
  });
  if (quick) return [ofSize(30, 1), ofSize(100, 1)];
  return [ofSize(100, 3), ofSize(300, 3), ofSize(1000, 3), ...(large ? [ofSize(10_000, 1)] : [])];
}

function ceremonySettings(large: boolean, quick: boolean, withRuns: boolean): Repeated[] {
  const of = (keyBits: KeyBits, banks: number, repetitions: number): Repeated => ({
    setting: { keyBits, banks, accountsPerBank: FEW_ACCOUNTS },
    repetitions,
  });
  if (quick) return withRuns ? [of(1024, 5, 1)] : [of(1024, 3, 1), of(1024, 5, 1)];
  return [
    of(1024, 3, 5),
    of(1024, 5, 5),
    ...(withRuns ? [] : [of(2048, 3, 5)]),
    of(2048, 5, 5),
    of(3072, 3, large ? 5 : 3),
    of(3072, 5, large ? 5 : 2),
  ];
}

/** Whether the secure run of a setting is of interest, not only its ceremony. */
export function isForRun({ accountsPerBank }: Setting): boolean {
  return accountsPerBank !== FEW_ACCOUNTS;
}
