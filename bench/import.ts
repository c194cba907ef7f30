import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '../example_data/generator/random.ts';
import { withFolder } from './folder.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { medianAndRange, type FigureTable } from './table.ts';

const PROCESS = fileURLToPath(new URL('./import-process.ts', import.meta.url));
const BANK = 'Bank1';
const PEER = 'Bank2';
const ROWS_PER_ACCOUNT = 10;
const RUNS = 3;

export interface ImportFigures {
  readonly accounts: number;
  readonly transfers: number;
  readonly fileBytes: number;
  readonly seconds: Spread;
  readonly peakMemoryBytes: Spread;
}

interface ImportReport {
  readonly transfers: number;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/** Reads and checks one bank's accounts and a file of so many transfers, about ten per account. */
export function measureImport(transfers: number): Promise<ImportFigures> {
  return withFolder(async (folder) => {
    const accounts = transfers / ROWS_PER_ACCOUNT;
    const fileBytes = await writeBank(folder, accounts, transfers);
    const reports: ImportReport[] = [];
    for (let run = 0; run < RUNS; run++) reports.push(await importInProcess(folder));
    if (!reports.every((report) => report.transfers === transfers)) throw new Error('the import lost transfers');
    return {
      accounts,
      transfers,
      fileBytes,
      seconds: spreadOf(reports.map(({ seconds }) => seconds)),
      peakMemoryBytes: spreadOf(reports.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    };
  });
}

/** @returns bytes of the file of transfers */
async function writeBank(folder: string, accounts: number, transfers: number): Promise<number> {
  const random = new SeededRandom(transfers);
  const own = (): string => `account-${String(random.below(accounts))},${BANK}`;
  const foreign = (): string => `customer-${String(random.below(accounts))},${PEER}`;
  const row = (): string => {
    const ends = random.chance(1 / 3) ? [own(), own()] : [own(), foreign()];
    if (random.chance(1 / 2)) ends.reverse();
    return `${ends.join(',')},${random
      .logNormal(100, 2)
      .toFixed(2)
      .replace(/^0\.00$/, '0.01')}`;
  };
  const files = {
    'accounts.csv': ['id,risk_score', ...lines(accounts, (i) => `account-${String(i)},${random.uniform().toFixed(4)}`)],
    'transfers.csv': ['id_source,bank_source,id_destination,bank_destination,amount', ...lines(transfers, row)],
  };
  await mkdir(join(folder, BANK));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, BANK, name), `${content.join('\n')}\n`);
  }
  return Buffer.byteLength(files['transfers.csv'].join('\n')) + 1;
}

function lines(count: number, line: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => line(i));
}

function importInProcess(folder: string): Promise<ImportReport> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [folder, BANK], { serialization: 'advanced' });
    child.on('message', (report: ImportReport) => {
      resolve(report);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      reject(new Error(`the import ended without a report, code ${String(code)}`));
    });
  });
}

export function importTable({ accounts, transfers, fileBytes, seconds, peakMemoryBytes }: ImportFigures): FigureTable {
  return {
    title: 'Import',
    head: ['transfers', 'accounts', 'MB', 'seconds', 'peak memory, MB'],
    rows: [
      [
        transfers.toLocaleString('en'),
        accounts.toLocaleString('en'),
        (fileBytes / 1e6).toFixed(0),
        medianAndRange(seconds),
        (peakMemoryBytes.max / 1e6).toFixed(0),
      ],
    ],
  };
}
