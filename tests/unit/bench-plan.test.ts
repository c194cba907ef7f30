import { describe, expect, it } from 'vitest';
import type { Setting } from '../../bench/consortium.ts';
import { parseBenchOptions } from '../../bench/options.ts';
import { isForRun, planConsortia } from '../../bench/plan.ts';

const planOf = (...args: string[]): Setting[] => planConsortia(parseBenchOptions(args));

/** How often each key length and number of banks occurs. */
function ceremonies(settings: readonly Setting[]): Record<string, number> {
  const groups = Object.groupBy(settings, ({ keyBits, banks }) => `${String(keyBits)}/${String(banks)}`);
  return Object.fromEntries(Object.entries(groups).map(([key, group]) => [key, group?.length ?? 0]));
}

const allKeys = ['1024/3', '1024/5', '2048/3', '2048/5', '3072/3', '3072/5'];

describe('which consortia are measured', () => {
  it('by default makes keys of every length with three and five banks, five times at least up to 2048 bits', () => {
    const counts = ceremonies(planOf());
    expect(Object.keys(counts).sort()).toEqual(allKeys);
    for (const key of allKeys) expect(counts[key], key).toBeGreaterThanOrEqual(key.startsWith('3072') ? 1 : 5);
  });

  it('makes five keys of every kind at least with --large', () => {
    for (const args of [['--large'], ['ceremony', '--large']]) {
      const counts = ceremonies(planOf(...args));
      expect(Object.keys(counts).sort()).toEqual(allKeys);
      expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(5);
    }
  });

  it('runs with 100, 300 and 1000 accounts per bank, and 10,000 on request', () => {
    const sizes = (settings: readonly Setting[]) =>
      [...new Set(settings.filter(isForRun).map((setting) => setting.accountsPerBank))].sort((a, b) => a - b);
    expect(sizes(planOf('run'))).toEqual([100, 300, 1000]);
    expect(sizes(planOf('growth'))).toEqual([100, 300, 1000]);
    expect(sizes(planOf('run', '--large'))).toEqual([100, 300, 1000, 10_000]);
    expect(planOf('run').every(({ keyBits, banks }) => keyBits === 2048 && banks === 3)).toBe(true);
  });

  it('takes no runs where only ceremonies are asked for, and no consortium for anything else', () => {
    expect(planOf('ceremony').filter(isForRun)).toEqual([]);
    expect(planOf('kernel', 'operations', 'import')).toEqual([]);
  });

  it('is quick with short keys only', () => {
    const settings = planOf('--quick');
    expect(settings.length).toBeLessThanOrEqual(4);
    expect(settings.every(({ keyBits }) => keyBits === 1024)).toBe(true);
  });
});
