import { describe, expect, it } from 'vitest';
import { ceremonyFigures } from '../../bench/ceremony.ts';
import type { Cost, Measurement } from '../../bench/consortium.ts';
import { dominance } from '../../bench/dominance.ts';
import { kernelTimes, type KernelFigures } from '../../bench/kernel.ts';
import { overviewTable } from '../../bench/overview.ts';
import { onThisMachine, REFERENCE } from '../../bench/reference.ts';
import type { Results } from '../../bench/results.ts';
import { growthFigures, limitOf, runFigures } from '../../bench/run.ts';
import { spreadOf } from '../../bench/statistics.ts';

const CALIBRATION_MS = 4.8; // twice as fast as the machine of the reference

const squared: KernelFigures = {
  keyBits: 2048,
  modulus: 'N²',
  engines: [{ label: 'fma', chain: { squaring: spreadOf([2]), product: spreadOf([3]) }, power: spreadOf([2.5]) }],
  bigint: { squaring: spreadOf([10]), product: spreadOf([10]) },
  openssl: spreadOf([4]),
};

/** Costs in proportion to the accounts and the candidates, without a constant part. */
function measurement(accountsPerBank: number, candidates: number): Measurement {
  const ofCeremony: Cost = { cpuSeconds: candidates / 200, wallSeconds: candidates / 300, sentBytes: 1e4 * candidates };
  const ofRun: Cost = {
    cpuSeconds: accountsPerBank / 100,
    wallSeconds: accountsPerBank / 150,
    sentBytes: 2000 * accountsPerBank,
  };
  return {
    setting: { keyBits: 2048, banks: 3, accountsPerBank },
    candidates,
    ceremony: ofCeremony,
    run: ofRun,
    peakMemoryBytes: 3e8,
    longestBlockMs: 20,
    secondsByStage: { 'key: search for a modulus': 10, 'run: propagate': 3, 'run: open': 1 },
    largestDifference: 1e-6,
  };
}

async function resultsOf(measurements: readonly Measurement[]): Promise<Results> {
  const run = await runFigures(measurements, CALIBRATION_MS, kernelTimes(squared));
  return {
    date: '2026-01-02T03:04:05.678Z',
    software: 'test 1',
    machine: { processor: 'test', cores: 2, memoryGiB: 8, platform: 'test', node: '24', openssl: '3' },
    options: { sections: [], large: false, quick: false },
    engines: [{ label: 'fma', name: 'fma', reason: 'test' }],
    calibrationMs: spreadOf([CALIBRATION_MS]),
    kernel: [squared],
    ceremony: ceremonyFigures(measurements, CALIBRATION_MS, () => ({ squaringUs: 1, productUs: 1 })),
    run,
    growth: growthFigures(run),
    consortia: measurements,
  };
}

describe('what the figures of ceremonies and runs say', async () => {
  const results = await resultsOf([measurement(100, 2000), measurement(300, 9000), measurement(1000, 500)]);

  it('a ceremony is expected to cost what the expected candidates cost, whatever the luck of the measured ones', () => {
    const [ceremony] = results.ceremony ?? [];
    expect(ceremony?.expectedCandidates).toBeGreaterThan(3000);
    expect(ceremony?.expectedCpuSeconds).toBeCloseTo((ceremony?.expectedCandidates ?? 0) / 200, 6);
    expect(ceremony?.cpuSeconds).toMatchObject({ min: 2.5, median: 10, max: 45 });
    expect(ceremony?.referenceCpuSeconds).toEqual([7072 / 2, 1005 / 2]);
  });

  it('runs stand beside the reference of their size, its times converted and its bytes not', () => {
    const [, , largest] = results.run ?? [];
    expect(largest?.setting.accountsPerBank).toBe(1000);
    expect(largest?.reference?.cpuSeconds).toBeCloseTo(371.4 / 2, 6);
    expect(largest?.reference?.sentBytes).toBe(REFERENCE.secureRun[1000]?.sentBytes);
    expect(onThisMachine(1, CALIBRATION_MS)).toBe(0.5);
  });

  it('costs in proportion to the accounts grow linearly, and so does their limit', () => {
    expect(results.growth?.cpu).toBeCloseTo(1, 6);
    const [small, , large] = results.run ?? [];
    if (!small || !large) throw new Error('a size is missing');
    const growth = limitOf(large) / limitOf(small);
    expect(growth).toBeGreaterThan(6);
    expect(growth).toBeLessThan(11);
  });

  it('the overview compares with goal, reference and limit', () => {
    const rows = new Map(overviewTable(results)?.rows.map(([what = '', ...cells]) => [what, cells]));
    expect(rows.get('run with 1,000 accounts per bank, CPU s')?.slice(0, 4)).toEqual(['10.0', '≤ 20', '186', '× 19']);
    expect(rows.get('run with 1,000 accounts per bank, MB sent per bank')?.slice(0, 4)).toEqual([
      '2.00',
      '≤ 3',
      '8.27',
      '× 4.1',
    ]);
    expect(rows.get('key ceremony, expected CPU s')?.[2]).toBe('3,536 and 503');
    expect(rows.get('kernel modulo N², multiply, time / OpenSSL’s')?.[0]).toBe('0.75');
  });

  it('names what dominates', () => {
    const [ofCeremony = '', ofRun = ''] = dominance(results);
    expect(ofCeremony).toContain('2048 bits and three banks');
    expect(ofRun).toContain('1,000 accounts');
    expect(ofRun).toContain('“propagate” (75 %)');
  });

  it('nothing is said of what was not measured', () => {
    const { growth, ...others } = results;
    expect(growth).toBeDefined();
    expect(overviewTable({ ...others, ceremony: [], run: [], kernel: [] })).toBeUndefined();
    expect(dominance({})).toEqual([]);
  });
});

describe('the time of the kernel in limits', () => {
  it('is that of its own squarings and multiplications', () => {
    expect(kernelTimes(squared)).toEqual({ squaringUs: 2, productUs: 3 });
  });

  it('is that of secret powers where an engine has no kernel of its own', () => {
    const engines = [{ label: 'bigint', power: spreadOf([4.5]) }];
    expect(kernelTimes({ ...squared, engines })).toEqual({ squaringUs: 4.5, productUs: 4.5 });
  });
});
