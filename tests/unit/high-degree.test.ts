import { expect, it } from 'vitest';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { fromBigints, toBigints } from '../../src/core/modulus/batch.ts';
import { initialHoldings, propagate } from '../../src/core/run/holdings.ts';

const SENDERS = 200_000;

it('an account may have more foreign senders than a function call takes arguments', { timeout: 60_000 }, async () => {
  const modulus = bigintEngine().modulus(10403n);
  const received = {
    ciphertexts: fromBigints([2n], modulus.width),
    position: new Map(Array.from({ length: SENDERS }, (_, source) => [source, 0])),
  };
  const outside = Array.from({ length: SENDERS }, (_, source) => ({ source, weight: 1n }));
  const rows = [{ ownWeight: 1n, inside: [], outside }];
  const next = await propagate(initialHoldings([0n], modulus), received, rows, modulus, () => Promise.resolve());
  let expected = 1n;
  for (let i = 0; i < SENDERS; i++) expected = (expected * 2n) % 10403n;
  expect(toBigints(next.encrypted)).toEqual([expected]);
});
