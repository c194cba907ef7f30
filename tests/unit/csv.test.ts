import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import type { InputFault } from '../../src/core/errors.ts';
import { readBank, readDataFolder } from '../../src/main/datasets/read-data-folder.ts';
import type { ReadOptions } from '../../src/main/datasets/read-data-folder.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const STRICT: ReadOptions = { unlisted: { kind: 'fault' } };
const HEADER = 'id_source,bank_source,id_destination,bank_destination,amount\n';
const AMOUNT_REMEDY = 'write a positive number with at most two decimal places, for example 1250 or 1250.75';
const SCORE_REMEDY = 'write a decimal number from 0 to 1, for example 0.25';

/** Three small faultless banks. */
const GOOD: Files = {
  'A/accounts.csv': 'id,risk_score\na1,0.5\na2,0\n',
  'A/transfers.csv': `${HEADER}a1,A,b1,B,100\na2,A,a1,A,0.07\n`,
  'B/accounts.csv': 'id,risk_score\nb1,1\n',
  'B/transfers.csv': `${HEADER}a1,A,b1,B,100\n`,
  'C/accounts.csv': 'id,risk_score\nc1,1e-05\n',
  'C/transfers.csv': HEADER,
};

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folderWith(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'riskweave-csv-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function bankA(files: Files, options = STRICT): Promise<Awaited<ReturnType<typeof readBank>>> {
  return readBank(await folderWith({ ...GOOD, ...files }), 'A', options);
}

/** What is reported when these files replace or join those of the good banks. */
async function faultsOf(files: Files, options = STRICT): Promise<readonly InputFault[]> {
  return (await refusalOf({ ...GOOD, ...files }, options)).faults;
}

async function refusalOf(files: Files, options = STRICT): Promise<InputError> {
  const outcome: unknown = await readDataFolder(await folderWith(files), options).catch((error: unknown) => error);
  if (outcome instanceof InputError) return outcome;
  throw new Error('the data were accepted', { cause: outcome });
}

const accounts = (rows: string): Files => ({ 'A/accounts.csv': rows });
const transfers = (rows: string): Files => ({ 'A/transfers.csv': rows });

describe('a bank’s files', () => {
  test('are read exactly: ids as written, amounts in hundredths, scores as numbers', async () => {
    const { dataset, files } = await bankA({
      'A/accounts.csv': 'id,risk_score\n" a ""1"" \nx",0.5\n ü ,1e-05\n007,0\n',
      'A/transfers.csv': `${HEADER}007,A," a ""1"" \nx",A,9007199254740991\n ü ,A,7,"B,C",0.5\n`,
    });
    expect(dataset.accounts).toEqual([
      { id: ' a "1" \nx', score: 0.5 },
      { id: ' ü ', score: 0.00001 },
      { id: '007', score: 0 },
    ]);
    expect(dataset.periods[0]?.map((row) => row.amount)).toEqual([900719925474099100n, 50n]);
    expect(dataset.periods[0]?.[1]?.destination).toEqual({ bank: 'B,C', id: '7' });
    expect(files).toEqual([
      { name: 'A/accounts.csv', rows: 3 },
      { name: 'A/transfers.csv', rows: 2 },
    ]);
  });

  test.each([
    ['commas', 'id,risk_score\na1,0.5\n'],
    ['semicolons', 'id;risk_score\na1;0.5\n'],
    ['tabs', 'id\trisk_score\na1\t0.5\n'],
    ['a byte order mark', '\ufeffid,risk_score\na1,0.5\n'],
    ['Windows line ends', 'id,risk_score\r\na1,0.5\r\n'],
    ['empty lines and no final line end', '\n\nid,risk_score\n\na1,0.5\n   \n'],
    ['quoted cells', '"id","risk_score"\n"a1","0.5"'],
    ['another order, case, spaces and further columns', 'Name, Risk Score ,ID\n"x, y",0.5,a1\n'],
    ['other names', 'Account-ID;Initial_Score\na1;0.5\n'],
    ['spaces around the score', 'id,score\na1, 0.5 \n'],
  ])('may have %s', async (_what, content) => {
    const { dataset } = await bankA({ 'A/accounts.csv': content, 'A/transfers.csv': HEADER });
    expect(dataset.accounts).toEqual([{ id: 'a1', score: 0.5 }]);
  });

  test.each([
    'source,source_bank,destination,destination_bank,amount',
    'SOURCE_ID,Bank Source,Destination Account,Bank Destination,Value',
    'id_account_source,bank_source,id_account_destination,bank_destination,amount',
    'from,from bank,to,to bank,amount',
  ])('may have the header %s', async (header) => {
    const { dataset } = await bankA(transfers(`${header}\na1,A,b1,B,12.34\n`));
    expect(dataset.periods[0]).toEqual([
      { source: { bank: 'A', id: 'a1' }, destination: { bank: 'B', id: 'b1' }, amount: 1234n },
    ]);
  });

  test('may be longer than one block of the disk, with a cell across the boundary', async () => {
    const ids = Array.from({ length: 30_000 }, (_, index) => `é-${'x'.repeat(index % 7)}${String(index)}`);
    const rows = ids.map((id) => `${id},A,b1,B,1\r\n`);
    const { dataset } = await bankA({
      'A/accounts.csv': `id,score\r\n${ids.map((id) => `${id},0\r\n`).join('')}`,
      'A/transfers.csv': `${HEADER.trim()}\r\n${rows.join('')}`,
    });
    expect(dataset.periods[0]?.map((row) => row.source.id)).toEqual(ids);
  });

  test('of other banks may be missing or broken when only ours are read', async () => {
    const folder = await folderWith({ ...GOOD, 'B/accounts.csv': 'nonsense', 'C/transfers.csv': '"' });
    expect((await readBank(folder, 'A', STRICT)).graph.ids).toEqual(['a1', 'a2']);
  });
});

describe('a fault in a file is reported with file, line, column, problem and remedy:', () => {
  const score = { file: 'A/accounts.csv', line: 2, column: 'risk_score', remedy: SCORE_REMEDY };
  test.each([
    ['', 'the score is empty'],
    ['abc', 'the score "abc" is not a number'],
    ['NaN', 'the score "NaN" is not a number'],
    ['0x1', 'the score "0x1" is not a number'],
    ['1.0001', 'the score "1.0001" is outside [0, 1]'],
    ['-0.1', 'the score "-0.1" is outside [0, 1]'],
    ['1e5', 'the score "1e5" is outside [0, 1]'],
    ['"0,5"', 'the score "0,5" has a decimal comma'],
  ])('the score %j', async (text, problem) => {
    expect(await faultsOf(accounts(`id,risk_score\na1,${text}\na2,0\n`))).toEqual([{ ...score, problem }]);
  });

  const amount = { file: 'A/transfers.csv', line: 3, column: 'Value', remedy: AMOUNT_REMEDY };
  test.each([
    ['', 'the amount is empty'],
    ['-5', 'the amount "-5" has a sign'],
    ['+5', 'the amount "+5" has a sign'],
    ['1e3', 'the amount "1e3" is written with an exponent'],
    ['1.234', 'the amount "1.234" has more than two decimal places'],
    ['"12,50"', 'the amount "12,50" has a decimal comma'],
    ['"1,250"', 'the amount "1,250" has thousands separators'],
    ['1 250.00', 'the amount "1 250.00" has thousands separators'],
    ['"1.250,00"', 'the amount "1.250,00" has thousands separators'],
    ['5.', 'the amount "5." is not a number'],
    ['€5', 'the amount "€5" is not a number'],
    ['٣', 'the amount "٣" is not a number'],
  ])('the amount %j', async (text, problem) => {
    const header = 'id_source,bank_source,id_destination,bank_destination,Value\na1,A,b1,B,1\n';
    expect(await faultsOf(transfers(`${header}a1,A,b1,B,${text}\n`))).toEqual([{ ...amount, problem }]);
  });

  test.each([
    ['0', 'the amount is zero', 'remove the row, or write the positive amount transferred'],
    ['0.00', 'the amount is zero', 'remove the row, or write the positive amount transferred'],
    [
      '9007199254740992',
      'the amount "9007199254740992" is above 2^53 − 1',
      'write at most 9007199254740991, or use a larger unit in all files of the consortium',
    ],
    [
      '9007199254740991.01',
      'the amount "9007199254740991.01" is above 2^53 − 1',
      'write at most 9007199254740991, or use a larger unit in all files of the consortium',
    ],
  ])('the amount %s', async (text, problem, remedy) => {
    expect(await faultsOf(transfers(`${HEADER}a1,A,b1,B,${text}\n`))).toEqual([
      { file: 'A/transfers.csv', line: 2, column: 'amount', problem, remedy },
    ]);
  });

  test('a missing column', async () => {
    expect(await faultsOf(transfers('id_source,bank_source,id_destination,amount\n'))).toEqual([
      {
        file: 'A/transfers.csv',
        line: 1,
        problem: 'no column for the receiving bank',
        remedy:
          'name the column of the receiving bank "bank_destination"; the header has "id_source", "bank_source", "id_destination", "amount"',
      },
    ]);
  });

  test('a column twice, and two columns for one purpose', async () => {
    const remedy = 'keep one of them and rename or remove the other';
    expect(await faultsOf(accounts('id,score,ID,risk_score\na1,0,a1,0\n'))).toEqual([
      { file: 'A/accounts.csv', line: 1, column: 'ID', problem: '"id" and "ID" can both be the account', remedy },
      {
        file: 'A/accounts.csv',
        line: 1,
        column: 'risk_score',
        problem: '"score" and "risk_score" can both be the initial score',
        remedy,
      },
    ]);
  });

  test('too few and too many fields', async () => {
    const remedy = 'write one field per column; put a field that holds a delimiter in quotes';
    expect(await faultsOf(accounts('id,risk_score\na1,0,5\na2\na1,0\n'))).toEqual([
      { file: 'A/accounts.csv', line: 2, problem: '3 fields, and the header has 2', remedy },
      { file: 'A/accounts.csv', line: 3, problem: '1 field, and the header has 2', remedy },
    ]);
  });

  const quotes = 'put the whole field in quotes and write each quote inside it twice: "a ""b"" c"';
  const rest = '; the rest of the file was not checked';
  test.each([
    ['a quote within a field', 'a1,0\nx"y",0\n', 3, `a quote in the middle of a field${rest}`, quotes],
    ['text after a quoted field', '"a1"x,0\n', 2, `something follows a closing quote${rest}`, quotes],
    [
      'an open quote',
      '"a\n1",0\n\n"a2,0\n',
      5,
      'a quote is opened here and never closed',
      'close it, or write it twice',
    ],
  ])('%s', async (_what, rows, line, problem, remedy) => {
    const fault = { file: 'A/accounts.csv', line, problem, remedy };
    expect(await faultsOf(accounts(`id,risk_score\n${rows}`))).toEqual([fault]);
  });

  test.each([
    ['a row', `"${'x\n'.repeat(600_000)}"`, 'a row of more than a million characters starts here'],
    ['a line', 'x'.repeat(2_000_000), 'a line of more than a million bytes'],
  ])('%s without end', async (_what, cell, problem) => {
    expect(await faultsOf(accounts(`id,risk_score\na1,0\n${cell},0\n`))).toMatchObject([
      { file: 'A/accounts.csv', line: 3, problem: `${problem}${rest}` },
    ]);
  });

  test('every line that is not UTF-8', async () => {
    const content = Buffer.from('id,risk_score\na1,0\nJosé,0\na2,0\nZoë,9\n', 'latin1');
    const fault = { file: 'A/accounts.csv', problem: 'this line is not valid UTF-8', remedy: 'save the file as UTF-8' };
    expect(await faultsOf({ 'A/accounts.csv': content })).toEqual([
      { ...fault, line: 3 },
      { ...fault, line: 5 },
    ]);
  });

  test.each([
    ['little-endian', Buffer.from('\ufeffid,risk_score\n', 'utf16le')],
    ['big-endian', Buffer.from('\ufeffid,risk_score\n', 'utf16le').swap16()],
  ])('UTF-16, %s', async (_what, content) => {
    expect(await faultsOf({ 'A/accounts.csv': content })).toEqual([
      { file: 'A/accounts.csv', problem: 'the file is encoded in UTF-16', remedy: 'save it as UTF-8' },
    ]);
  });

  test.each(['', '\ufeff', '\n \n\n'])('the empty file %j', async (content) => {
    expect(await faultsOf(transfers(content))).toEqual([
      {
        file: 'A/transfers.csv',
        problem: 'the file is empty',
        remedy: 'write at least the header line id_source,bank_source,id_destination,bank_destination,amount',
      },
    ]);
  });

  test('a list of accounts with nothing but its header, once', async () => {
    expect(await faultsOf(accounts('id,risk_score\n'))).toEqual([
      {
        file: 'A/accounts.csv',
        problem: 'lists no account',
        remedy: 'list every account with its score below the header',
      },
    ]);
  });

  test('a folder in place of a file', async () => {
    const others = Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== 'A/accounts.csv'));
    const { faults } = await refusalOf({ ...others, 'A/accounts.csv/x': '' });
    expect(faults).toMatchObject([{ file: 'A/accounts.csv', problem: 'the bank "A" has transfers and no accounts' }]);
  });

  test('a contradiction between two rows, with the line of the first', async () => {
    expect(await faultsOf(accounts('id,risk_score\n"a\n1",0.25\na1,0\na2,0\n"a\n1",0.5\n'))).toEqual([
      {
        file: 'A/accounts.csv',
        line: 6,
        column: 'risk_score',
        problem: 'account "a\\n1" is listed twice with different scores: 0.25 before, 0.5 here (first in line 2)',
        remedy: 'keep the row with the right score and remove the other',
      },
    ]);
  });

  test('a source that claims to be ours and is not listed', async () => {
    const rows = `${HEADER}a1,A,b1,B,1\nghost,A,b1,B,1\nghost,A,a1,A,1\n`;
    const fault = {
      file: 'A/transfers.csv',
      line: 3,
      column: 'id_source',
      problem: 'account "ghost" of "A" sends money but is not in the list of accounts',
      remedy:
        'list it with its score, or choose --unlisted exclude (unknown senders) or --unlisted SCORE (all of them get that score)',
    };
    expect(await faultsOf(transfers(rows))).toEqual([fault]);
    expect((await bankA(transfers(rows), { unlisted: { kind: 'exclude' } })).graph.ids).toEqual(['a1', 'a2']);
    expect((await bankA(transfers(rows), { unlisted: { kind: 'score', score: 1 } })).graph.ids).toHaveLength(3);
  });

  test('a transfer that does not touch the bank', async () => {
    const problem = 'this transfer goes from "B" to "a" and does not touch "A"';
    const remedy = 'remove the row, or write "A" exactly so as the bank of our account';
    expect(await faultsOf(transfers(`${HEADER}b1,B,a1,a,1\n`))).toEqual([
      { file: 'A/transfers.csv', line: 2, column: 'bank_source', problem, remedy },
    ]);
  });

  test('an id that is empty or too long, an empty bank name', async () => {
    const remedy = 'write 1 to 100 characters';
    const rows = `${HEADER},A,b1,B,1\na1,A,${'😀'.repeat(101)},B,1\na1,A,b1,,1\n`;
    expect(await faultsOf(transfers(rows), { unlisted: { kind: 'exclude' } })).toEqual([
      { file: 'A/transfers.csv', line: 2, column: 'id_source', problem: 'the account id is empty', remedy },
      {
        file: 'A/transfers.csv',
        line: 3,
        column: 'id_destination',
        problem: `the account id "${'😀'.repeat(40)}…" is too long`,
        remedy,
      },
      { file: 'A/transfers.csv', line: 4, column: 'bank_destination', problem: 'the bank name is empty', remedy },
    ]);
  });
});

describe('faults', () => {
  test('of all files of all banks are reported together, file by file and line by line', async () => {
    const faults = await faultsOf({
      'A/accounts.csv': 'id,risk_score\na1,x\na2,2\n',
      'A/transfers.csv': `${HEADER}ghost,A,b1,B,1\na1,A,b1,B,-1\n`,
      'C/transfers.csv': 'id\n',
    });
    expect(faults.map(({ file, line }) => [file, line])).toEqual([
      ['A/accounts.csv', 2],
      ['A/accounts.csv', 3],
      ['A/transfers.csv', 2],
      ['A/transfers.csv', 3],
      ...Array.from({ length: 5 }, () => ['C/transfers.csv', 1]),
    ]);
  });

  test('of an account’s row do not make faults of its transfers', async () => {
    expect(await faultsOf(accounts('id,risk_score\na1,\na2,0\n'))).toHaveLength(1);
    expect(await faultsOf(accounts('id,risk_score\na1,0,0\na2,0\n'))).toHaveLength(1);
    expect(await faultsOf(accounts('id\na1\na2\n'))).toHaveLength(1);
  });

  test('beyond a hundred are counted', async () => {
    const rows = Array.from({ length: 321 }, (_, index) => `x${String(index)},2\n`).join('');
    const { faults, total } = await refusalOf({ ...GOOD, 'B/accounts.csv': `id,score\nb1,0\n${rows}` });
    expect(faults).toHaveLength(100);
    expect(faults[99]?.line).toBe(102);
    expect(total).toBe(321);
  });
});
