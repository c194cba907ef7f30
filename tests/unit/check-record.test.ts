import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, type RunRecord, type SignedRunRecord } from '../../src/core/run/record.ts';
import type { Identity } from '../../src/main/identity/identity.ts';
import { checkRecord } from '../../src/renderer/features/record/check-record.ts';
import { exampleBanks, exampleRecord, signRecord } from '../support/signed-record.ts';

let banks: Identity[];
let signed: SignedRunRecord;
beforeAll(async () => {
  banks = await exampleBanks();
  signed = await signRecord(exampleRecord(banks), banks);
});

const check = (value: unknown) => checkRecord(JSON.stringify(value));
const failed = (verdict: Awaited<ReturnType<typeof checkRecord>>) => verdict.checks.filter(({ passed }) => !passed);

function changed(change: Partial<RunRecord>): SignedRunRecord {
  return { ...signed, record: { ...signed.record, ...change } };
}

describe('a record that all banks have signed', () => {
  it('is genuine', async () => {
    const verdict = await check(signed);
    expect(verdict).toMatchObject({
      genuine: true,
      headline: 'All 3 banks have signed this record, and it is unchanged',
    });
    expect(failed(verdict)).toEqual([]);
    expect(verdict.contents?.banks.map(({ name, signed: ok, fingerprint }) => [name, ok, fingerprint])).toEqual(
      banks.map(({ name, certificate }) => [name, true, certificate.fingerprint]),
    );
  });

  it('stays genuine when its fields are written in another order', async () => {
    const reordered: unknown = JSON.parse(canonicalJson(signed));
    expect(JSON.stringify(reordered)).not.toBe(JSON.stringify(signed));
    expect(await check(reordered)).toMatchObject({ genuine: true });
  });

  it('shows what was agreed and how long the slowest bank took', async () => {
    const { contents } = await check(signed);
    expect(contents?.parameters).toContainEqual({ name: 'Rounds', value: '4 periods, 3 iterations in each' });
    expect(contents?.durations).toEqual([
      { stage: 'find common accounts', durationMs: 2600 },
      { stage: 'iterations: encrypt', durationMs: 36_240 },
      { stage: 'iterations: propagate', durationMs: 25_200 },
      { stage: 'decrypt in part', durationMs: 8300 },
      { stage: 'close', durationMs: 640 },
    ]);
  });
});

describe('a record is not to be relied on when', () => {
  it('a parameter was changed afterwards', async () => {
    const parameters = { ...signed.record.parameters, minContributors: 1 };
    const verdict = await check(changed({ parameters }));
    expect(verdict).toMatchObject({ genuine: false, headline: 'Do not rely on this record' });
    expect(failed(verdict).map(({ finding }) => finding)).toEqual([
      'No signature matches: the contents were changed after the banks had signed.',
    ]);
  });

  it('its key was too short to protect anything, all signatures notwithstanding', async () => {
    const record = { ...signed.record, key: { ...signed.record.key, bits: 1024 } };
    const verdict = await check(await signRecord(record, banks));
    expect(verdict.genuine).toBe(false);
    expect(failed(verdict)).toEqual([
      {
        passed: false,
        subject: 'Shared key',
        finding: 'The shared key has 1024 bits, which is insecure: for demonstrations only.',
      },
    ]);
  });

  it('one signature is another bank’s, and the bank is named', async () => {
    const [first, second] = signed.signatures as [string, string];
    const verdict = await check({ ...signed, signatures: [first, second, first] });
    expect(failed(verdict)[0]?.finding).toContain(`The signature of ${(banks[2] as Identity).name} does not match`);
  });

  it('a bank goes by a name that is not in its certificate', async () => {
    const parties = signed.record.parties.map((party, i) => (i === 0 ? { ...party, name: 'Somebody' } : party));
    const verdict = await check(await signRecord({ ...signed.record, parties }, banks));
    expect(failed(verdict)).toMatchObject([{ finding: 'The certificate of Somebody is made out to another name.' }]);
  });

  it('a certificate cannot be read', async () => {
    const parties = signed.record.parties.map((party, i) => (i === 0 ? { ...party, certificate: '3000' } : party));
    const verdict = await check(changed({ parties }));
    expect(failed(verdict).map(({ subject }) => subject)).toEqual(['Banks', 'Signatures']);
    expect(verdict.contents?.banks[0]).toMatchObject({ fingerprint: undefined, signed: false });
  });

  it('one bank stands in it twice', async () => {
    const [a, b] = [banks[0] as Identity, banks[1] as Identity];
    const twice = [a, b, b];
    const verdict = await check(await signRecord(exampleRecord(twice), twice));
    expect(failed(verdict).map(({ finding }) => finding)).toEqual([
      'The banks are not in the order of their fingerprints, or one occurs twice.',
    ]);
  });
});

describe('a file is no run record when', () => {
  it.each([
    ['it is not JSON', () => '{"record":', /not JSON/],
    ['it is other JSON', () => '42', /another kind/],
    [
      'it has another format',
      () => JSON.stringify(changed({ format: 'other' as RunRecord['format'] })),
      /“record.format” is not as it should be/,
    ],
    [
      'a field is missing',
      () => JSON.stringify(changed({ broadcasts: undefined as unknown as string })),
      /“record.broadcasts” is missing/,
    ],
    ['it has a field too many', () => JSON.stringify({ ...signed, extra: 1 }), /“extra” is unknown/],
    [
      'a signature is missing',
      () => JSON.stringify({ ...signed, signatures: signed.signatures.slice(1) }),
      /2 signatures/,
    ],
    [
      'a pair of banks is missing',
      () => JSON.stringify(changed({ pairs: signed.record.pairs.slice(1) })),
      /between every two/,
    ],
    [
      'banks are misnumbered',
      () => JSON.stringify(changed({ parties: [...signed.record.parties].reverse() })),
      /numbered/,
    ],
    ['a digest is cut off', () => JSON.stringify(changed({ run: '1234' })), /“record.run” is not as it should be/],
  ])('%s', async (_, text, finding) => {
    const verdict = await checkRecord(text());
    expect(verdict).toMatchObject({ genuine: false, headline: 'This is not a run record' });
    expect(verdict.contents).toBeUndefined();
    expect(verdict.checks[0]?.finding).toMatch(finding);
  });

  it('many fields are wrong: the first five problems are listed and the others counted', async () => {
    const pairs = Array.from({ length: 9 }, () => ({ between: [0, 0] as const, digest: '', messages: 1 }));
    const verdict = await check(changed({ pairs }));
    expect(verdict.checks).toHaveLength(6);
    expect(verdict.checks[5]?.finding).toBe('4 more of this kind.');
  });
});
