import { describe, expect, it } from 'vitest';
import { ceremonySessionId, checkCeremonyParameters } from '../../src/core/ceremony/parameters.ts';
import { ParameterError } from '../../src/core/errors.ts';
import { ceremonyParameters } from '../support/ceremony.ts';

const parameters = ceremonyParameters(3, 512);
const [first, second, third] = parameters.members as [Uint8Array, Uint8Array, Uint8Array];

describe('the parameters of a ceremony', () => {
  it('are accepted for 3 to 9 banks', () => {
    for (let parties = 3; parties <= 9; parties++) {
      expect(() => {
        checkCeremonyParameters(ceremonyParameters(parties, 2048));
      }).not.toThrow();
    }
  });

  it('are refused for two banks, with the reason', () => {
    expect(() => {
      checkCeremonyParameters(ceremonyParameters(2, 2048));
    }).toThrow(/no honest majority/);
  });

  it.each([
    ['ten banks', ceremonyParameters(10, 2048)],
    ['a member twice', { ...parameters, members: [first, second, second] }],
    ['members in another order', { ...parameters, members: [second, first, third] }],
    ['a short fingerprint', { ...parameters, members: [first, second, third.subarray(1)] }],
    ['a short nonce', { ...parameters, nonce: new Uint8Array(31) }],
    ['empty batches', { ...parameters, tuning: { ...parameters.tuning, batchSize: 0 } }],
  ])('are refused with %s', (_, wrong) => {
    expect(() => {
      checkCeremonyParameters(wrong);
    }).toThrow(ParameterError);
  });

  it('give another session when any of them differs', () => {
    const variants = [
      parameters,
      { ...parameters, keyBits: 1024 as const },
      { ...parameters, members: ceremonyParameters(4, 512).members },
      { ...parameters, nonce: new Uint8Array(32) },
      { ...parameters, tuning: { ...parameters.tuning, batchSize: 1 } },
      { ...parameters, tuning: { ...parameters.tuning, trialBound: 1 } },
    ];
    const ids = variants.map((variant) => Buffer.from(ceremonySessionId(variant)).toString('hex'));
    expect(new Set(ids).size).toBe(variants.length);
    expect(ids[0]).toHaveLength(64);
  });
});
