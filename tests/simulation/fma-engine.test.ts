import { describe, expect, it } from 'vitest';

import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fmaEngine } from '../../src/core/modulus/fma/fma-engine.ts';
import { Kernels } from '../../src/core/modulus/fma/kernels.ts';
import type { Engine } from '../../src/core/modulus/modulus.ts';
import { signedExponent, successfulCeremony } from '../support/ceremony.ts';
import { dealKey } from '../support/dealt-key.ts';
import { finished, runBanks } from '../support/secure-banks.ts';
import { expectExact, vectorBanks } from '../support/vector-banks.ts';

const newEngine = (): Engine => fmaEngine({ kernels: new Kernels(WebAssembly) });

describe('on the WebAssembly engine', () => {
  it.for([
    ['three-banks', 512, 'short'],
    ['four-banks-three-periods', 1024, 'short'],
    ['three-banks', 2048, 'full'],
  ] as const)(
    'a secure run over %s opens the exact scores (key of %i bits, %s masks)',
    async ([name, bits, masking]) => {
      const banks = vectorBanks(name);
      const keys = dealKey(banks.graphs.length, bits);
      const parameters = { ...banks.parameters, masking };
      const results = finished(await runBanks({ graphs: banks.graphs, keys, parameters, engine: newEngine() }));
      banks.graphs.forEach(({ bank }, i) => {
        expectExact(results[i] as (typeof results)[number], bank, banks, 1e-8);
      });
    },
  );

  it('banks agree with banks on BigInt', async () => {
    const banks = vectorBanks('three-banks');
    const engines = [newEngine(), bigintEngine(), newEngine()];
    const results = finished(
      await runBanks({
        graphs: banks.graphs,
        keys: dealKey(3, 512),
        parameters: banks.parameters,
        alter: (options, party) => ({ ...options, engine: engines[party - 1] as Engine }),
      }),
    );
    banks.graphs.forEach(({ bank }, i) => {
      expectExact(results[i] as (typeof results)[number], bank, banks, 1e-8);
    });
  });

  it('a ceremony ends with the same key and shares as on BigInt', async () => {
    const ceremony = { parties: 3, seed: 'engines' };
    const [onBigint, onFma] = [
      await successfulCeremony(ceremony),
      await successfulCeremony({ ...ceremony, options: () => ({ engine: newEngine() }) }),
    ];
    expect(onFma.map(({ share }) => share.publicKey)).toEqual(onBigint.map(({ share }) => share.publicKey));
    expect(onFma.map(({ share }) => signedExponent(share))).toEqual(onBigint.map(({ share }) => signedExponent(share)));
  });
});
