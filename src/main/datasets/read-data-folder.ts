import type { UnlistedRule } from '../../core/datasets/dataset.ts';
import { quoted } from '../../core/datasets/quoted.ts';
import { lookAlikeWarnings, unknownBankWarnings } from '../../core/datasets/warnings.ts';
import type { DatasetWarning } from '../../core/datasets/warnings.ts';
import { InputError } from '../../core/errors.ts';
import { FaultList } from './fault-list.ts';
import { findBanks } from './layout.ts';
import type { BankFiles } from './layout.ts';
import { readBankFiles } from './read-bank.ts';
import type { BankData } from './read-bank.ts';

export interface ReadOptions {
  readonly unlisted: UnlistedRule;
  /** Read the first so many periods only. */
  readonly periods?: number;
}

const MIN_BANKS = 3;
const MAX_BANKS = 9;

/** The names of the banks whose data the folder holds, in alphabetical order. Throws InputError. */
export async function listBanks(dir: string): Promise<string[]> {
  return (await findConsortium(dir)).map((files) => files.bank);
}

/**
 * Reads the data of all banks, in alphabetical order of their names. `warnings` are those that only show when the
 * banks' data lie side by side; each bank has its own besides. Throws InputError with the faults of all files.
 */
export async function readDataFolder(
  dir: string,
  { unlisted, periods }: ReadOptions,
): Promise<{ banks: BankData[]; warnings: DatasetWarning[] }> {
  const faults = new FaultList();
  const banks: BankData[] = [];
  for (const files of await findConsortium(dir, periods)) {
    const data = await readBankFiles(files, unlisted, faults);
    if (data) banks.push(data);
  }
  faults.throwIfAny();
  const known = new Set(banks.flatMap((bank) => bank.warnings.map((warning) => warning.message)));
  const datasets = banks.map((bank) => bank.dataset);
  const across = [...lookAlikeWarnings(datasets), ...unknownBankWarnings(datasets)];
  return { banks, warnings: across.filter((warning) => !known.has(warning.message)) };
}

/** Reads one bank's data and opens no other bank's files. Throws InputError. */
export async function readBank(dir: string, bank: string, { unlisted, periods }: ReadOptions): Promise<BankData> {
  const banks = await findBanks(dir, periods);
  const files = banks.find((candidate) => candidate.bank === bank);
  if (!files) {
    const names = banks.map((candidate) => quoted(candidate.bank)).join(', ');
    const problem = `no data of the bank ${quoted(bank)}`;
    throw new InputError([{ file: dir, problem, remedy: `choose one of ${names === '' ? 'no banks' : names}` }]);
  }
  const faults = new FaultList();
  const data = await readBankFiles(files, unlisted, faults);
  faults.throwIfAny();
  return data as BankData;
}

async function findConsortium(dir: string, periods?: number): Promise<BankFiles[]> {
  const banks = await findBanks(dir, periods);
  const fault = consortiumFault(banks.length);
  if (fault) throw new InputError([{ file: dir, ...fault }]);
  return banks;
}

function consortiumFault(count: number): { problem: string; remedy: string } | undefined {
  if (count >= MIN_BANKS && count <= MAX_BANKS) return undefined;
  const remedy = `give the data of ${String(MIN_BANKS)} to ${String(MAX_BANKS)} banks`;
  if (count === 0) {
    const layouts =
      'accounts.csv and transfers.csv in one subfolder per bank, or nodes_<bank>.csv and transactions_<bank>_period<z>.csv';
    return { problem: 'no data of any bank found here', remedy: `${remedy}: ${layouts}` };
  }
  if (count > MAX_BANKS)
    return { problem: `data of ${String(count)} banks; at most ${String(MAX_BANKS)} can take part`, remedy };
  const problem =
    count === 1
      ? 'data of one bank only; there is nobody to share risk with'
      : 'data of two banks; of two nobody is an honest majority, so each could reconstruct the shared key and read the other’s scores';
  return { problem, remedy };
}
