import { expect, it } from 'vitest';
import type { SecureRunOptions } from '../../src/core/run/secure-run.ts';
import { dealKey } from '../support/dealt-key.ts';
import { runBanks } from '../support/secure-banks.ts';
import { vectorBanks } from '../support/vector-banks.ts';

type Member = SecureRunOptions['members'][number];

/** All banks run, of which the second thinks otherwise about the third. */
async function runWith(otherwise: (member: Member) => Member): Promise<unknown[]> {
  const { graphs } = vectorBanks('three-banks');
  const results = await runBanks({
    graphs,
    keys: dealKey(3, 512),
    alter: (options, party) =>
      party === 2 ? { ...options, members: options.members.map((m, i) => (i === 2 ? otherwise(m) : m)) } : options,
  });
  return results.map((result) => (result.status === 'rejected' ? (result.reason as unknown) : 'finished'));
}

it.each<[string, (member: Member) => Member]>([
  ['names', (member) => ({ ...member, name: 'Third Bank' })],
  ['certificates', (member) => ({ ...member, certificate: Uint8Array.of(9) })],
])('banks that have different %s for a member learn so before they run, and blame nobody', async (_, otherwise) => {
  const reasons = await runWith(otherwise);
  expect(reasons[1]).toMatchObject({ code: 'parameters-differ', blame: [] });
  for (const reason of [reasons[0], reasons[2]]) {
    expect(reason).toMatchObject({ code: 'peer-aborted', by: 2, reason: 'parameters-differ', blame: [] });
  }
});
