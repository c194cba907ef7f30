import { describe, expect, it } from 'vitest';
import { precisionFor } from '../../src/core/fixed-point/precision.ts';
import { PrecisionNoise } from '../../src/core/run/noise.ts';
import type { RunParameters } from '../../src/core/run/parameters.ts';

const parameters: RunParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 3,
  periods: 1,
  unknownSenders: 'exclude',
  precisionBits: 16,
  minContributors: 3,
  masking: 'short',
};
const precision = precisionFor(16, 3, 4, 512);
const [secret, dataset] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

function noise(change: { secret?: Uint8Array; dataset?: Uint8Array; parameters?: Partial<RunParameters> } = {}) {
  return new PrecisionNoise(
    change.secret ?? secret,
    change.dataset ?? dataset,
    { ...parameters, ...change.parameters },
    precision,
  );
}

describe('the precision noise', () => {
  it('is the same for the same secret, dataset, parameters, account and iteration', () => {
    expect(noise().of('a', 2)).toBe(noise().of('a', 2));
  });

  it('is the same whatever the masks and the contributor minimum, which change nothing about the scores', () => {
    expect(noise({ parameters: { masking: 'full', minContributors: 1 } }).of('a', 2)).toBe(noise().of('a', 2));
  });

  it('is another one when any of these differs', () => {
    const other = new Uint8Array(32).fill(3);
    const values = [
      noise().of('a', 2),
      noise().of('b', 2),
      noise().of('a', 3),
      noise({ secret: other }).of('a', 2),
      noise({ dataset: other }).of('a', 2),
      noise({ parameters: { delta: { kind: 'constant', value: 0.25 } } }).of('a', 2),
      noise({ parameters: { delta: { kind: 'decay', a: 0.5, b: 0 } } }).of('a', 2),
      noise({ parameters: { iterations: 4 } }).of('a', 2),
      noise({ parameters: { periods: 2 } }).of('a', 2),
      noise({ parameters: { unknownSenders: 'zero' } }).of('a', 2),
    ];
    expect(new Set(values.map((value) => value % 2n ** 48n)).size).toBe(values.length);
  });

  it('has 2^(f + w(k−1) − P) values, and uses their whole range', () => {
    for (const iteration of [1, 2, 3]) {
      const bits = precision.scoreBits + precision.weightBits * (iteration - 1) - precision.precisionBits;
      const drawn = Array.from({ length: 400 }, (_, account) => noise().of(String(account), iteration));
      const scaled = drawn.map((value) => Number(value >> BigInt(bits - 40)) / 2 ** 40);
      expect(Math.max(...scaled)).toBeLessThan(1);
      expect(Math.max(...scaled)).toBeGreaterThan(0.97);
      expect(Math.min(...scaled)).toBeLessThan(0.03);
      expect(new Set(drawn.map((value) => value % 2n)).size).toBe(2);
      expect(Math.abs(scaled.reduce((sum, value) => sum + value, 0) / 400 - 0.5)).toBeLessThan(0.08);
    }
  });

  it('is the same fraction of a score whatever degree a peer announces, so that averaging over such runs does not help', () => {
    for (const iteration of [1, 2, 3]) {
      const relative = [1, 2, 64, 2 ** 20].map((maxDegree) => {
        const scaled = precisionFor(16, 3, maxDegree, 1024);
        const noiseAtDegree = new PrecisionNoise(secret, dataset, parameters, scaled);
        const scale = scaled.scoreBits + scaled.weightBits * (iteration - 1);
        return Number(noiseAtDegree.of('a', iteration)) / 2 ** scale;
      });
      for (const value of relative) expect(Math.abs(value - (relative[0] as number))).toBeLessThan(2 ** -40);
    }
  });
});
