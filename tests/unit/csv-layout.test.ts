import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { listBanks, readBank, readDataFolder } from '../../src/main/datasets/read-data-folder.ts';

const STRICT = { unlisted: { kind: 'fault' } } as const;
const ACCOUNTS = 'id,score\nx,0\n';
const TRANSFERS = 'source,source_bank,destination,destination_bank,amount\n';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'riskweave-layout-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

function inFolders(banks: readonly string[], transferFiles: readonly string[]): Record<string, string> {
  const files = banks.flatMap((bank) => [
    [`${bank}/accounts.csv`, ACCOUNTS],
    ...transferFiles.map((file) => [`${bank}/${file}`, TRANSFERS]),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}

function flat(banks: readonly string[], periods: readonly number[]): Record<string, string> {
  const files = banks.flatMap((bank) => [
    [`nodes_${bank}.csv`, ACCOUNTS],
    ...periods.map((period) => [`transactions_${bank}_period${String(period)}.csv`, TRANSFERS]),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}

async function refusalOf(reading: Promise<unknown>): Promise<InputError> {
  const outcome = await reading.catch((error: unknown) => error);
  if (outcome instanceof InputError) return outcome;
  throw new Error('the data were accepted', { cause: outcome });
}

describe('a folder of data', () => {
  test('has one subfolder per bank; other folders and files do not count', async () => {
    const folder = await folderWith({
      ...inFolders(['Zoë', 'Bank A', 'Ünï'], ['transfers.csv']),
      'generator/main.ts': '',
      'generator/table.csv': '',
      'truth.csv': 'bank,id',
      'expected.csv': '',
      'README.md': '',
      '.git/accounts.csv': '',
      'Zoë/notes.txt': '',
      'Zoë/.~lock.accounts.csv': '',
    });
    expect(await listBanks(folder)).toEqual(['Bank A', 'Zoë', 'Ünï']);
    const { banks, warnings } = await readDataFolder(folder, STRICT);
    expect(banks.map(({ name, dataset, warnings: own }) => [name, dataset.periods.length, own])).toEqual([
      ['Bank A', 1, []],
      ['Zoë', 1, []],
      ['Ünï', 1, []],
    ]);
    expect(warnings).toEqual([]);
  });

  test('or all files side by side, in which the bank "all" is the union and does not count', async () => {
    const folder = await folderWith(flat(['a_b', 'all', 'allied', 'ü'], [0, 1]));
    const { banks } = await readDataFolder(folder, STRICT);
    expect(banks.map(({ name, files }) => [name, files.map((file) => file.name)])).toEqual([
      ['a_b', ['nodes_a_b.csv', 'transactions_a_b_period0.csv', 'transactions_a_b_period1.csv']],
      ['allied', ['nodes_allied.csv', 'transactions_allied_period0.csv', 'transactions_allied_period1.csv']],
      ['ü', ['nodes_ü.csv', 'transactions_ü_period0.csv', 'transactions_ü_period1.csv']],
    ]);
  });

  test('has its periods in the order of their numbers, and no more than asked for are read', async () => {
    const numbers = Array.from({ length: 11 }, (_, index) => index + 1);
    const folder = await folderWith({
      ...inFolders(
        ['A', 'B', 'C'],
        numbers.map((number) => `transfers-${String(number)}.csv`),
      ),
      ...Object.fromEntries(numbers.map((n) => [`A/transfers-${String(n)}.csv`, `${TRANSFERS}x,A,y,Q,${String(n)}\n`])),
      'A/transfers-4.csv': 'not read',
    });
    const { dataset } = await readBank(folder, 'A', { ...STRICT, periods: 3 });
    expect(dataset.periods.map((period) => period[0]?.amount)).toEqual([100n, 200n, 300n]);
    expect((await refusalOf(readBank(folder, 'A', STRICT))).faults[0]?.file).toBe('A/transfers-4.csv');
    expect((await readBank(folder, 'B', STRICT)).dataset.periods).toHaveLength(11);
  });

  test('yields a warning for a CSV file whose name says nothing', async () => {
    const folder = await folderWith({
      ...inFolders(['A', 'B', 'C'], ['transfers.csv']),
      'A/transfer-2.csv': TRANSFERS,
    });
    const { banks } = await readDataFolder(folder, STRICT);
    expect(banks[0]?.warnings).toMatchObject([{ kind: 'ignored-file', ids: ['transfer-2.csv'] }]);
  });

  test('yields a warning where two banks write one account or a bank’s name differently', async () => {
    const folder = await folderWith({
      ...inFolders(['A', 'B', 'C'], ['transfers.csv']),
      'A/transfers.csv': `${TRANSFERS}X,B,x,A,1\nx,A,y,c,1\n`,
    });
    const { banks, warnings } = await readDataFolder(folder, STRICT);
    expect(banks.flatMap((bank) => bank.warnings)).toEqual([]);
    expect(warnings.map(({ kind, ids }) => [kind, ids])).toEqual([
      ['look-alike-banks', ['c', 'C']],
      ['look-alike-ids', ['X', 'x']],
      ['unknown-bank', ['c']],
    ]);
  });

  test('yields a warning where transfers name a bank that takes no part', async () => {
    const folder = await folderWith({
      ...inFolders(['A', 'B', 'C'], ['transfers.csv']),
      'A/transfers.csv': `${TRANSFERS}x,Bee,x,A,1\nx,A,y,Bee,2\nx,B,x,A,1\n`,
    });
    const { warnings } = await readDataFolder(folder, STRICT);
    expect(warnings).toEqual([
      {
        kind: 'unknown-bank',
        message: '"A": 2 transfers with banks that take no part, whose accounts have no known score: "Bee"',
        ids: ['Bee'],
      },
    ]);
  });
});

describe('a folder of data is refused', () => {
  test.each([
    [0, 'no data of any bank found here'],
    [1, 'data of one bank only; there is nobody to share risk with'],
    [2, 'data of two banks; of two nobody is an honest majority'],
    [10, 'data of 10 banks; at most 9 can take part'],
  ])('with %i banks', async (count, problem) => {
    const names = Array.from({ length: count }, (_, index) => `bank ${String(index)}`);
    const folder = await folderWith({ 'README.md': '', ...inFolders(names, ['transfers.csv']) });
    for (const read of [listBanks, (dir: string) => readDataFolder(dir, STRICT)]) {
      const { faults, total } = await refusalOf(read(folder));
      expect(total).toBe(1);
      expect(faults[0]?.file).toBe(folder);
      expect(faults[0]?.problem).toContain(problem);
      expect(faults[0]?.remedy).toContain('give the data of 3 to 9 banks');
    }
  });

  test('which is not there', async () => {
    const { faults } = await refusalOf(listBanks('no/such/folder'));
    expect(faults).toEqual([
      {
        file: 'no/such/folder',
        problem: 'this folder cannot be read (ENOENT)',
        remedy: 'give the folder that holds the data',
      },
    ]);
  });

  const missing = 'add it; a header line alone will do for a period without transfers';
  const both = 'keep one of them';
  test.each([
    [
      'without a period in between',
      { ...inFolders(['A', 'B', 'C'], ['transfers-1.csv', 'transfers-3.csv']), 'A/transfers-2.csv': TRANSFERS },
      [
        { file: 'B/transfers-2.csv', problem: 'the file of period 2 of "B" is missing', remedy: missing },
        { file: 'C/transfers-2.csv', problem: 'the file of period 2 of "C" is missing', remedy: missing },
      ],
    ],
    [
      'whose periods no bank starts at 1',
      inFolders(['A', 'B', 'C'], ['transfers-2.csv']),
      ['A', 'B', 'C'].map((bank) => ({ file: `${bank}/transfers-1.csv` })),
    ],
    [
      'without the last period of one bank',
      { ...flat(['a', 'b', 'c'], [0, 1]), 'transactions_b_period2.csv': TRANSFERS },
      [{ file: 'transactions_a_period2.csv' }, { file: 'transactions_c_period2.csv' }],
    ],
    [
      'with accounts and no transfers',
      inFolders(['A', 'B', 'C'], []),
      [
        {
          file: 'A/transfers-1.csv',
          problem: 'the bank "A" has accounts and no transfers',
          remedy: 'add this file; a header line alone will do for a period without transfers',
        },
        { file: 'B/transfers-1.csv' },
        { file: 'C/transfers-1.csv' },
      ],
    ],
    [
      'with transfers and no accounts',
      { ...flat(['a', 'b', 'c'], [0]), 'transactions_d_period0.csv': TRANSFERS },
      [
        {
          file: 'nodes_d.csv',
          problem: 'the bank "d" has transfers and no accounts',
          remedy: 'add this file with the accounts of the bank and their initial scores',
        },
      ],
    ],
    [
      'with a period twice',
      { ...inFolders(['A', 'B', 'C'], ['transfers.csv']), 'B/transfers-1.csv': TRANSFERS },
      [{ file: 'B/transfers.csv', problem: '"transfers-1.csv" and "transfers.csv" are both there', remedy: both }],
    ],
    [
      'in both layouts',
      { ...inFolders(['A', 'B', 'C'], ['transfers.csv']), ...flat(['d'], [0]) },
      [
        {
          problem: 'both layouts at once: the folder "A" and files of "d"',
          remedy: 'keep one subfolder per bank, or all files in one folder',
        },
      ],
    ],
    [
      'with a period of an absurd number',
      { ...inFolders(['A', 'B', 'C'], ['transfers-1.csv']), 'A/transfers-20261123.csv': TRANSFERS },
      [
        {
          problem: 'a period has the number 20261123; at most 1000 are read',
          remedy: 'number the files of the periods 1, 2, 3, …',
        },
      ],
    ],
  ])('%s', async (_what, files, expected) => {
    const { faults, total } = await refusalOf(readDataFolder(await folderWith(files), STRICT));
    expect(faults).toMatchObject(expected);
    expect(total).toBe(expected.length);
  });

  test('where more periods are asked for than there are', async () => {
    const folder = await folderWith(inFolders(['A', 'B', 'C'], ['transfers.csv']));
    expect((await refusalOf(readDataFolder(folder, { ...STRICT, periods: 2 }))).faults).toEqual([
      {
        file: folder,
        problem: '2 periods are asked for and there are 1',
        remedy: 'choose at most --periods 1, or add the files of the other periods',
      },
    ]);
  });

  test('where the bank asked for is not in it', async () => {
    const folder = await folderWith(inFolders(['A', 'B', 'C'], ['transfers.csv']));
    expect((await refusalOf(readBank(folder, 'a', STRICT))).faults).toEqual([
      { file: folder, problem: 'no data of the bank "a"', remedy: 'choose one of "A", "B", "C"' },
    ]);
  });
});
