import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quoted } from '../../core/datasets/quoted.ts';
import { FaultList } from './fault-list.ts';
import type { SourceFile } from './read-table.ts';

/** The files of one bank. */
export interface BankFiles {
  readonly bank: string;
  readonly accounts: SourceFile;
  /** One file per period, in order. */
  readonly periods: readonly SourceFile[];
  /** CSV files in the bank's folder whose names say nothing to us. */
  readonly ignored: readonly string[];
}

interface Found {
  readonly bank: string;
  /** How messages name the bank's files: its folder, or nothing in the flat layout. */
  readonly folder: string;
  readonly accounts: string[];
  /** Period number to file names; more than one is a fault. */
  readonly transfers: Map<number, string[]>;
  readonly ignored: string[];
}

interface Naming {
  accountsFile(bank: string): string;
  transfersFile(bank: string, period: number): string;
}

const FLAT: Naming = {
  accountsFile: (bank) => `nodes_${bank}.csv`,
  transfersFile: (bank, period) => `transactions_${bank}_period${String(period)}.csv`,
};

const FOLDERS: Naming = {
  accountsFile: () => 'accounts.csv',
  transfersFile: (_bank, period) => `transfers-${String(period)}.csv`,
};

/**
 * Finds each bank's files, banks in alphabetical order: one subfolder per bank (accounts.csv, transfers.csv or
 * transfers-1.csv, …), or all files in one folder (nodes_<bank>.csv, transactions_<bank>_period<z>.csv; the bank "all"
 * is their union and left out). `periods` limits how many periods are needed. Throws InputError.
 */
export async function findBanks(dir: string, periods?: number): Promise<BankFiles[]> {
  const faults = new FaultList();
  const listing = await listFolder(dir, faults);
  const flat = findFlat(listing.files);
  const nested = await findFolders(dir, listing.folders, faults);
  if (flat.length > 0 && nested.length > 0) {
    faults.add({
      file: dir,
      problem: `both layouts at once: the folder ${quoted(nested[0]?.bank ?? '')} and files of ${quoted(flat[0]?.bank ?? '')}`,
      remedy: 'keep one subfolder per bank, or all files in one folder',
    });
  }
  faults.throwIfAny();
  const found = flat.length > 0 ? flat : nested;
  const numbers = periodNumbers(dir, found, periods, faults);
  faults.throwIfAny();
  const naming = flat.length > 0 ? FLAT : FOLDERS;
  const banks = found.map((bank) => filesOf(dir, bank, numbers, naming, faults));
  faults.throwIfAny();
  return banks.sort((a, b) => (a.bank < b.bank ? -1 : 1));
}

async function listFolder(dir: string, faults: FaultList): Promise<{ files: string[]; folders: string[] }> {
  try {
    const entries = (await readdir(dir, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
    return { files: files.sort(), folders: folders.sort() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    faults.add({
      file: dir,
      problem: `this folder cannot be read (${code})`,
      remedy: 'give the folder that holds the data',
    });
    faults.throwIfAny();
    throw error;
  }
}

function findFlat(files: readonly string[]): Found[] {
  const banks = new Map<string, Found>();
  const of = (bank: string): Found => {
    let found = banks.get(bank);
    if (!found) banks.set(bank, (found = { bank, folder: '', accounts: [], transfers: new Map(), ignored: [] }));
    return found;
  };
  for (const file of files) {
    const nodes = /^nodes_(.+)\.csv$/i.exec(file);
    const transactions = /^transactions_(.+)_period(\d+)\.csv$/i.exec(file);
    if (nodes) of(nodes[1] as string).accounts.push(file);
    if (transactions) addPeriod(of(transactions[1] as string), Number(transactions[2]), file);
  }
  banks.delete('all');
  return [...banks.values()];
}

async function findFolders(dir: string, folders: readonly string[], faults: FaultList): Promise<Found[]> {
  const banks: Found[] = [];
  for (const bank of folders) {
    const found: Found = { bank, folder: `${bank}/`, accounts: [], transfers: new Map(), ignored: [] };
    for (const file of (await listFolder(join(dir, bank), faults)).files) {
      const transfers = /^transfers(?:-(\d+))?\.csv$/i.exec(file);
      if (/^accounts\.csv$/i.test(file)) found.accounts.push(file);
      else if (transfers) addPeriod(found, Number(transfers[1] ?? '1'), file);
      else if (/\.csv$/i.test(file)) found.ignored.push(file);
    }
    if (found.accounts.length > 0 || found.transfers.size > 0) banks.push(found);
  }
  return banks;
}

function addPeriod(found: Found, period: number, file: string): void {
  const files = found.transfers.get(period);
  if (files) files.push(file);
  else found.transfers.set(period, [file]);
}

/** The numbers of the periods, from the lowest that any bank has: consecutive, and the same for all banks. */
function periodNumbers(dir: string, banks: readonly Found[], limit: number | undefined, faults: FaultList): number[] {
  const all = banks.flatMap((bank) => [...bank.transfers.keys()]);
  if (all.length === 0) return [];
  const first = Math.min(1, ...all);
  const last = all.reduce((a, b) => Math.max(a, b));
  const available = last - first + 1;
  if (limit !== undefined && limit > available) {
    faults.add({
      file: dir,
      problem: `${String(limit)} periods are asked for and there are ${String(available)}`,
      remedy: `choose at most --periods ${String(available)}, or add the files of the other periods`,
    });
  }
  const needed = Math.min(limit ?? available, available, MAX_PERIODS + 1);
  if (needed > MAX_PERIODS) {
    const remedy = 'number the files of the periods 1, 2, 3, …';
    faults.add({
      file: dir,
      problem: `a period has the number ${String(last)}; at most ${String(MAX_PERIODS)} are read`,
      remedy,
    });
  }
  return Array.from({ length: needed }, (_, index) => first + index);
}

/** Far above any use; keeps a misnamed file from being taken for thousands of missing ones. */
const MAX_PERIODS = 1000;

function filesOf(dir: string, found: Found, numbers: readonly number[], naming: Naming, faults: FaultList): BankFiles {
  const { bank, folder } = found;
  const only = (
    files: readonly string[] | undefined,
    expected: string,
    missing: { problem: string; remedy: string },
  ): SourceFile => {
    const [first, second] = files ?? [];
    if (first === undefined) faults.add({ file: folder + expected, ...missing });
    if (second !== undefined) {
      const problem = `${quoted(first as string)} and ${quoted(second)} are both there`;
      faults.add({ file: folder + second, problem, remedy: 'keep one of them' });
    }
    const name = first ?? expected;
    return { path: join(dir, folder, name), name: folder + name };
  };
  const accounts = only(found.accounts, naming.accountsFile(bank), {
    problem: `the bank ${quoted(bank)} has transfers and no accounts`,
    remedy: 'add this file with the accounts of the bank and their initial scores',
  });
  if (numbers.length === 0) {
    faults.add({
      file: folder + naming.transfersFile(bank, 1),
      problem: `the bank ${quoted(bank)} has accounts and no transfers`,
      remedy: 'add this file; a header line alone will do for a period without transfers',
    });
  }
  const periods = numbers.map((number) =>
    only(found.transfers.get(number), naming.transfersFile(bank, number), {
      problem: `the file of period ${String(number)} of ${quoted(bank)} is missing`,
      remedy: 'add it; a header line alone will do for a period without transfers',
    }),
  );
  return { bank, accounts, periods, ignored: found.ignored };
}
