import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parseAmount, parseScore } from '../../src/main/datasets/cells.ts';
import { readBank } from '../../src/main/datasets/read-data-folder.ts';

const LARGEST = (2n ** 53n - 1n) * 100n;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riskweave-property-'));
  await mkdir(join(folder, 'A'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(accounts: string, transfers: string): ReturnType<typeof readBank> {
  await writeFile(join(folder, 'A', 'accounts.csv'), accounts);
  await writeFile(join(folder, 'A', 'transfers.csv'), transfers);
  return readBank(folder, 'A', { unlisted: { kind: 'fault' } });
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** Any 1 to 100 code points, more often than not with those that CSV gives a meaning. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('"', ',', ';', '\t', '\n', '\r', ' ', '\ufeff'),
  ),
  minLength: 1,
  maxLength: 100,
});

const style = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  newline: fc.constantFrom('\n', '\r\n'),
  byteOrderMark: fc.constantFrom('', '\ufeff'),
});

describe('CSV files', () => {
  test('any ids and bank names come back exactly as they were written, in any style', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyText, { minLength: 1, maxLength: 20 }),
        anyText,
        style,
        async (ids, bank, { delimiter, newline, byteOrderMark }) => {
          const table = (rows: string[][]): string =>
            byteOrderMark + rows.map((row) => row.map(quoted).join(delimiter) + newline).join('');
          const { dataset } = await read(
            table([['id', 'score'], ...ids.map((id) => [id, '0.5'])]),
            table([
              ['source', 'source_bank', 'destination', 'destination_bank', 'amount'],
              ...ids.map((id) => [id, 'A', id, bank, '1']),
            ]),
          );
          expect(dataset.accounts.map((account) => account.id)).toEqual(ids);
          expect(dataset.periods[0]).toEqual(
            ids.map((id) => ({ source: { bank: 'A', id }, destination: { bank, id }, amount: 100n })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a fault is found on its line, however many lines the cells before it take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyText, { maxLength: 12 }),
        fc.nat(3),
        style,
        async (ids, empty, { newline }) => {
          const rows = ids.map((id) => `${quoted(`${id}!`)},0${newline}`).join('');
          const before = `id,score${newline}${rows}${newline.repeat(empty)}`;
          const line = before.split(/\r\n|\n|\r/).length;
          const outcome: unknown = await read(`${before}faulty,2`, 'x').catch((error: unknown) => error);
          expect(outcome).toBeInstanceOf(InputError);
          expect((outcome as InputError).faults[0]).toMatchObject({ line, column: 'score' });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('any bytes at all are read or refused with faults, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await writeFile(join(folder, 'A', 'transfers.csv'), 'source,source_bank,destination,destination_bank,amount\n');
        await writeFile(join(folder, 'A', 'accounts.csv'), Buffer.concat([Buffer.from('id,score\n'), bytes]));
        const outcome: unknown = await readBank(folder, 'A', { unlisted: { kind: 'fault' } }).catch((e: unknown) => e);
        const refused = outcome instanceof InputError;
        expect(refused ? outcome.total > 0 : !(outcome instanceof Error)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('amounts', () => {
  const amount = fc.oneof(fc.bigInt(1n, LARGEST), fc.bigInt(1n, 100_000n), fc.bigInt(LARGEST - 1000n, LARGEST));

  test('are exact, with or without decimal places and leading zeros', () => {
    fc.assert(
      fc.property(amount, fc.nat(5), (hundredths, zeros) => {
        const units = '0'.repeat(zeros) + String(hundredths / 100n);
        const decimals = String(hundredths % 100n).padStart(2, '0');
        const spellings = [`${units}.${decimals}`];
        if (decimals.endsWith('0')) spellings.push(`${units}.${decimals.slice(0, 1)}`);
        if (decimals === '00') spellings.push(units);
        for (const text of spellings) expect(parseAmount(text)).toEqual({ value: hundredths });
      }),
    );
  });

  test('above 2^53 − 1 are refused', () => {
    fc.assert(
      fc.property(fc.bigInt(LARGEST + 1n, LARGEST * 1000n), (hundredths) => {
        const text = `${String(hundredths / 100n)}.${String(hundredths % 100n).padStart(2, '0')}`;
        expect(parseAmount(text)).toHaveProperty('problem');
      }),
    );
  });

  test('in any other spelling are refused', () => {
    const near = fc.stringMatching(/^[0-9.,+eE _٣-]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const plain = /^[0-9]+(\.[0-9][0-9]?)?$/.test(text.trim()) && Number(text) > 0;
        expect('value' in parseAmount(text)).toBe(plain);
      }),
    );
  });
});

describe('scores', () => {
  test('come back as the number that was written', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
        for (const text of [String(score), score.toExponential(), score.toPrecision(17)]) {
          expect(parseScore(text)).toEqual({ value: Math.abs(score) });
        }
      }),
    );
  });

  test('outside [0, 1] are refused', () => {
    const outside = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => value < 0 || value > 1);
    fc.assert(fc.property(outside, (value) => 'problem' in parseScore(String(value))));
  });
});
