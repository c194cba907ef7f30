import { describe, expect, it } from 'vitest';
import type { KeyBits } from '../../src/core/params.ts';
import { dealKey } from '../support/dealt-key.ts';
import { finished, runBanks } from '../support/secure-banks.ts';
import { expectExact, vectorBanks, vectorNames } from '../support/vector-banks.ts';

const TOLERANCE = 1e-8;

/** Nine iterations at this precision do not fit 512 bits. */
const KEY_BITS: Readonly<Record<string, KeyBits>> = { 'four-banks-three-periods': 1024 };

describe('a secure run over the propagation vectors', () => {
  it.for(vectorNames)('opens the exact scores of %s to within 1e-8', async (name) => {
    const banks = vectorBanks(name);
    const keys = dealKey(banks.graphs.length, KEY_BITS[name] ?? 512);
    const results = finished(await runBanks({ graphs: banks.graphs, keys, parameters: banks.parameters }));
    banks.graphs.forEach(({ bank }, i) => {
      expectExact(results[i] as (typeof results)[number], bank, banks, TOLERANCE);
    });
  });

  it('opens the exact scores with full masks too', async () => {
    const banks = vectorBanks('three-banks');
    const parameters = { ...banks.parameters, masking: 'full' as const };
    const results = finished(await runBanks({ graphs: banks.graphs, keys: dealKey(3, 512), parameters }));
    banks.graphs.forEach(({ bank }, i) => {
      expectExact(results[i] as (typeof results)[number], bank, banks, TOLERANCE);
    });
    expect(results[0]?.record.record.parameters.masking).toBe('full');
  });

  it('opens the exact scores with a key of 2048 bits', async () => {
    const banks = vectorBanks('three-banks');
    const keys = dealKey(3, 2048);
    const results = finished(await runBanks({ graphs: banks.graphs, keys, parameters: banks.parameters }));
    banks.graphs.forEach(({ bank }, i) => {
      expectExact(results[i] as (typeof results)[number], bank, banks, TOLERANCE);
    });
  });
});
