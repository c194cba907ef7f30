import { describe, expect, it } from 'vitest';
import { precisionFor } from '../../src/core/fixed-point/precision.ts';
import type { KeyBits } from '../../src/core/params.ts';
import { totalIterations, type RunParameters } from '../../src/core/run/parameters.ts';
import { dealKey } from '../support/dealt-key.ts';
import { defaultParameters, finished, runBanks } from '../support/secure-banks.ts';
import { loadTno, tnoDataNote, tnoDataPresent, tnoNames } from '../support/tno-data.ts';

/** The reference's own datasets, run secretly, against the scores that the reference's plaintext version computes. */
describe.runIf(tnoDataPresent)('a secure run over the reference data', () => {
  const keys = new Map(([512, 1024] as readonly KeyBits[]).map((bits) => [bits, dealKey(3, bits)]));

  it.for(tnoNames)('opens the expected scores of %s to within 1e-8', async (name) => {
    const { banks, expected } = await loadTno(name);
    const graphs = banks.map((bank) => bank.graph);
    for (const expectation of expected) {
      const parameters: RunParameters = { ...defaultParameters, ...expectation };
      const results = finished(
        await runBanks({ graphs, keys: keys.get(keyBitsFor(parameters)) ?? [], parameters: expectation }),
      );
      const scores = results.flatMap((result) => result.scores);
      expect(scores).toHaveLength(expectation.scores.size);
      for (const { id, score } of scores) {
        expect(Math.abs((score as number) - (expectation.scores.get(id) as number)), expectation.label).toBeLessThan(
          1e-8,
        );
      }
    }
  });

  it('stays within 2^-13 with the product’s default precision, and hides accounts with too few contributors', async () => {
    const { banks, expected } = await loadTno('small');
    const expectation = expected.find(({ label }) => label === 'const0.5-it3');
    const graphs = banks.map((bank) => bank.graph);
    const parameters = { ...expectation, precisionBits: 16, minContributors: 3 };
    const results = finished(await runBanks({ graphs, keys: keys.get(512) ?? [], parameters }));
    const opened = results.flatMap((result) => result.scores).filter(({ score }) => score !== undefined);
    expect(opened.length).toBeGreaterThan(100);
    for (const { id, score } of opened) {
      expect(Math.abs((score as number) - (expectation?.scores.get(id) as number))).toBeLessThan(2 ** -13);
    }
  });
});

if (!tnoDataPresent) it.skip(`secure runs over the reference data are not tested${tnoDataNote}`, () => undefined);

/** The shortest key that the parameters fit. */
function keyBitsFor(parameters: RunParameters): KeyBits {
  try {
    precisionFor(parameters.precisionBits, totalIterations(parameters), 64, 512);
    return 512;
  } catch {
    return 1024;
  }
}
