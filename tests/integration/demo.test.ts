import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/core/bytes/hex.ts';
import { recordStatement, type SignedRunRecord } from '../../src/core/run/record.ts';
import { runConsortium, type CommonTask } from '../../src/main/demo/consortium.ts';
import type { Summary } from '../../src/main/demo/summary.ts';
import { PeerCertificate } from '../../src/main/identity/certificate.ts';
import { Identity } from '../../src/main/identity/identity.ts';
import { createSigner } from '../../src/main/identity/signer.ts';
import { DemoProcess, gone } from '../support/demo-process.ts';

const work = mkdtempSync(join(tmpdir(), 'riskweave-demo-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

/** Three banks with a trail through all of them. */
const TRAIL = [
  ['Ost & Söhne', 'o1', 'Bank, West', 'w1', '100'],
  ['Bank, West', 'w1', 'Süd', 's1', '99.50'],
  ['Süd', 's1', 'Ost & Söhne', 'o2', '98'],
  ['Ost & Söhne', 'o2', 'Ost & Söhne', 'o3', '97'],
  ['Süd', 's2', 'Ost & Söhne', 'o2', '3'],
] as const;
const ACCOUNTS: Record<string, readonly (readonly [string, string])[]> = {
  'Ost & Söhne': [
    ['o1', '0.9'],
    ['o2', '0.1'],
    ['o3', '0'],
  ],
  'Bank, West': [
    ['w1', '0.2'],
    ['w2', '1'],
  ],
  Süd: [
    ['s1', '0.05'],
    ['s2', '0.5'],
  ],
};

function dataFolder(
  name: string,
  alter: (bank: string, file: string, text: string) => string = (_, __, text) => text,
): string {
  const folder = join(work, name);
  for (const [bank, accounts] of Object.entries(ACCOUNTS)) {
    mkdirSync(join(folder, bank), { recursive: true });
    const transfers = TRAIL.filter((row) => row.includes(bank as never)).map(([sb, si, db, di, a]) =>
      [si, `"${sb}"`, di, `"${db}"`, a].join(),
    );
    const files = {
      'accounts.csv': ['id,risk_score', ...accounts.map((row) => row.join())].join('\n'),
      'transfers.csv': ['id_source,bank_source,id_destination,bank_destination,amount', ...transfers].join('\n'),
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, bank, file), alter(bank, file, text));
  }
  return folder;
}

describe('the demo', () => {
  it('runs three banks from key to scores, which are the reference’s', { timeout: 240_000 }, async () => {
    const out = join(work, 'out');
    const demo = new DemoProcess([
      '--data',
      dataFolder('good'),
      '--out',
      out,
      '--key-bits',
      '1024',
      '--threshold',
      '0.3',
      '--json',
    ]);
    const { code, stdout, stderr } = await demo.ended;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('INSECURE') as string });

    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const summary = JSON.parse(stdout) as Summary;
    expect(summary.ok).toBe(true);
    expect(summary.largestDifference).toBeLessThan(1e-8);
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toEqual(summary);

    for (const [bank, accounts] of Object.entries(ACCOUNTS)) {
      const rows = parse<Record<string, string>>(readFileSync(join(out, bank, 'scores.csv')), { columns: true });
      expect(Object.keys(rows[0] ?? {})).toEqual([
        'id',
        'initial_score',
        'score',
        'from_own',
        'from_bank',
        'from_peers',
      ]);
      expect(rows.map((row) => row['id'])).toEqual(accounts.map(([id]) => id));
      for (const row of rows) {
        const parts = ['from_own', 'from_bank', 'from_peers'].map((column) => Number(row[column]));
        expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(Number(row['score']), 12);
      }
      const flagged = parse<Record<string, string>>(readFileSync(join(out, bank, 'flagged.csv')), { columns: true });
      expect(flagged.map((row) => row['id']).sort()).toEqual(
        rows.filter((row) => Number(row['score']) >= 0.3).map((row) => row['id']),
      );
    }
    await expectSignedRecord(out);
  });

  /** The same record at all banks, with everybody's valid signature. */
  async function expectSignedRecord(out: string): Promise<void> {
    const [first, ...others] = Object.keys(ACCOUNTS).map((bank) => readFileSync(join(out, bank, 'run.json'), 'utf8'));
    for (const other of others) expect(other).toBe(first);
    const { record, signatures } = JSON.parse(first as string) as SignedRunRecord;
    const certificates = record.parties.map((party) => new PeerCertificate(fromHex(party.certificate)));
    expect(record.parties.map((party) => party.name).sort()).toEqual(Object.keys(ACCOUNTS).sort());
    const signer = createSigner(undefined as unknown as Identity, certificates, 'run record');
    for (const [i, signature] of signatures.entries()) {
      expect(await signer.verify(i + 1, recordStatement(record), fromHex(signature))).toBe(true);
      expect(await signer.verify(i + 1, recordStatement({ ...record, run: 'other' }), fromHex(signature))).toBe(false);
    }
  }

  it('reports every fault of the data and runs nothing', async () => {
    const data = dataFolder('faulty', (bank, file, text) => {
      if (file === 'accounts.csv' && bank === 'Süd') return text.replace('0.05', '1.5');
      return file === 'transfers.csv' && bank === 'Bank, West' ? text.replace('99.50', '99.505') : text;
    });
    const { code, stdout, stderr } = await new DemoProcess(['--data', data, '--out', join(work, 'none'), '--json'])
      .ended;
    expect(code).toBe(3);
    const answer = JSON.parse(stdout) as { ok: boolean; error: { faults: unknown[]; total: number } };
    expect(answer).toMatchObject({ ok: false, exitCode: 3, error: { kind: 'input', total: 2 } });
    expect(answer.error.faults).toMatchObject([
      { file: 'Bank, West/transfers.csv', line: 3, column: 'amount' },
      { file: 'Süd/accounts.csv', line: 2, column: 'risk_score' },
    ]);
    expect(stderr).toContain('nothing was run');
    expect(() => readFileSync(join(work, 'none', 'summary.json'))).toThrow('ENOENT');
  });

  it.runIf(process.platform === 'linux')('gives up at once on a folder that can hold no folders', async () => {
    const { code, stderr } = await new DemoProcess(['--data', dataFolder('proc'), '--out', '/proc/riskweave/out'])
      .ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') as string });
  });

  it('says before it runs that results cannot be written', async () => {
    const out = join(work, 'a-file');
    writeFileSync(out, '');
    const { code, stderr } = await new DemoProcess(['--data', dataFolder('unwritable'), '--out', out]).ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') as string });
  });

  it('sends no control characters from names of files and headers to the terminal', async () => {
    const data = dataFolder('terminal');
    mkdirSync(join(data, 'Evil\u001b[2J'));
    writeFileSync(join(data, 'Evil\u001b[2J', 'accounts.csv'), 'id,risk_score\u009b2J\n1,0\n');
    writeFileSync(join(data, 'Evil\u001b[2J', 'transfers.csv'), 'id_source\u001b[2J\n');
    const { code, stderr } = await new DemoProcess(['--data', data]).ended;
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('Evil\ufffd[2J') as string });
    expect(stderr).not.toMatch(/[^\P{C}\n]/u);
  });

  it('refuses more periods than the data have', async () => {
    const { code, stderr } = await new DemoProcess(['--data', dataFolder('periods'), '--periods', '5']).ended;
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('5 periods are asked for') as string,
    });
  });

  it('refuses two banks with an explanation', async () => {
    const data = dataFolder('two');
    rmSync(join(data, 'Süd'), { recursive: true });
    const { code, stderr } = await new DemoProcess(['--data', data]).ended;
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('honest majority') as string });
  });

  it.each([
    [['--key-bits', '1536'], '1024, 2048 or 3072'],
    [['--delta', '1'], 'below 1'],
    [['--delta', '0.5', '--delta-decay', '0.3,0.8'], 'cannot be used with'],
    [['--threshold', '1.1'], 'from 0 to 1'],
    [['--iterations', 'three'], 'whole number'],
    [['--nonsense'], 'unknown option'],
    [['--iterations', '900'], 'do not fit'],
  ])('explains the wrong usage %j', { timeout: 60_000 }, async (args, text) => {
    const { code, stderr } = await new DemoProcess([
      ...args,
      '--data',
      dataFolder('usage'),
      '--out',
      join(work, 'usage-out'),
    ]).ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(text) as string });
  });
});

describe.runIf(process.platform === 'linux')('the processes of the demo', () => {
  const start = async (): Promise<{ demo: DemoProcess; banks: number[] }> => {
    const demo = new DemoProcess([
      '--data',
      dataFolder('processes'),
      '--out',
      join(work, 'processes-out'),
      '--key-bits',
      '3072',
    ]);
    await demo.printed(/agree on seeds/);
    return { demo, banks: demo.bankProcesses() };
  };

  it('all stop on Ctrl-C', { timeout: 120_000 }, async () => {
    const { demo, banks } = await start();
    expect(banks).toHaveLength(3);
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(130);
    await Promise.all(banks.map(gone));
    const left = Object.keys(ACCOUNTS).flatMap((bank) => readdirSync(join(work, 'processes-out', bank)));
    expect(left).toEqual([]); // nothing of an unfinished run beside the files of one before
  });

  it('do not begin when Ctrl-C came while the data were read', async () => {
    const out = join(work, 'never');
    const task: CommonTask = {
      data: dataFolder('interrupted'),
      unlisted: { kind: 'fault' },
      keyBits: 1024,
      parameters: {
        delta: { kind: 'constant', value: 0.5 },
        iterations: 1,
        periods: 1,
        unknownSenders: 'exclude',
        precisionBits: 32,
        minContributors: 1,
        masking: 'short',
      },
      threshold: 0.5,
      engine: 'bigint',
      threads: 1,
    };
    const banks = Object.keys(ACCOUNTS).map((name) => ({ name, out: join(out, name) }));
    const signal = AbortSignal.abort();
    await expect(runConsortium({ banks, task, signal, onProgress: () => undefined })).rejects.toBe(signal.reason);
    expect(existsSync(out)).toBe(false);
  });

  it('do not outlive a demo that is killed', { timeout: 120_000 }, async () => {
    const { demo, banks } = await start();
    demo.child.kill('SIGKILL');
    await Promise.all(banks.map(gone));
  });

  it('all end when one of them dies, and the demo says so', { timeout: 120_000 }, async () => {
    const { demo, banks } = await start();
    process.kill(banks[1] as number, 'SIGKILL');
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toMatchObject({
      code: 70,
      stderr: expect.stringContaining('ended unexpectedly (SIGKILL)') as string,
    });
    await Promise.all(banks.map(gone));
  });
});
