import { expect, it } from 'vitest';
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

it('is the same fraction of a score whatever degree a peer announces, so that averaging over such runs does not help', () => {
  for (const iteration of [1, 2, 3]) {
    const relative = [1, 2, 64, 2 ** 20].map((maxDegree) => {
      const precision = precisionFor(16, 3, maxDegree, 1024);
      const noise = new PrecisionNoise(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2), parameters, precision);
      const scale = precision.scoreBits + precision.weightBits * (iteration - 1);
      return Number(noise.of('a', iteration)) / 2 ** scale;
    });
    for (const value of relative) expect(Math.abs(value - (relative[0] as number))).toBeLessThan(2 ** -40);
  }
});
