import type { BankGraph } from '../../core/datasets/bank-graph.ts';
import { graphOfChecked } from '../../core/datasets/build-bank-graph.ts';
import { checkDataset } from '../../core/datasets/check-dataset.ts';
import type { DatasetFault, DatasetPlace, TransferField } from '../../core/datasets/check-dataset.ts';
import type { Account, AccountKey, Dataset, Transfer, UnlistedRule } from '../../core/datasets/dataset.ts';
import { countOf, examples } from '../../core/datasets/warnings.ts';
import type { DatasetWarning } from '../../core/datasets/warnings.ts';
import { Bug } from '../../core/errors.ts';
import type { InputFault } from '../../core/errors.ts';
import { parseAmount, parseScore } from './cells.ts';
import type { CellFault } from './cells.ts';
import { ACCOUNT_COLUMNS, TRANSFER_COLUMNS } from './columns.ts';
import { FaultList } from './fault-list.ts';
import type { BankFiles } from './layout.ts';
import { readTable } from './read-table.ts';
import type { SourceFile, TableSummary } from './read-table.ts';

/** One bank's data, read and checked. */
export interface BankData {
  readonly name: string;
  readonly dataset: Dataset;
  readonly graph: BankGraph;
  readonly warnings: readonly DatasetWarning[];
  /** What was read: names relative to the data folder, rows without the header. */
  readonly files: readonly { readonly name: string; readonly rows: number }[];
}

/** Reads and checks one bank's files. Adds every fault to `faults` and returns nothing if there is one. */
export async function readBankFiles(
  files: BankFiles,
  unlisted: UnlistedRule,
  faults: FaultList,
): Promise<BankData | undefined> {
  const found = new FaultList();
  const accounts = await readAccounts(files.accounts, found);
  const keys = new AccountKeys();
  const periods: ReadRows<Transfer>[] = [];
  for (const file of files.periods) periods.push(await readTransfers(file, keys, found));

  const dataset = { bank: files.bank, accounts: accounts.rows, periods: periods.map((period) => period.rows) };
  // Where accounts are missing because their rows are faulty, their transfers are not faults of their own.
  const rule: UnlistedRule = accounts.summary.complete ? unlisted : { kind: 'exclude' };
  const check = checkDataset(dataset, rule);
  found.addAll(
    check.faults.map((fault) => inFile(fault, accounts, periods)),
    check.total,
  );
  const tables = [accounts, ...periods];
  faults.addList(found.inOrderOf(tables.map((table) => table.file.name)));
  if (found.total > 0) return undefined;

  const { graph, warnings } = graphOfChecked(dataset, unlisted);
  return {
    name: files.bank,
    dataset,
    graph,
    warnings: [...ignoredFiles(files), ...warnings],
    files: tables.map(({ file, rows }) => ({ name: file.name, rows: rows.length })),
  };
}

function ignoredFiles({ bank, ignored }: BankFiles): DatasetWarning[] {
  if (ignored.length === 0) return [];
  const what = countOf(ignored.length, 'CSV file was', 'CSV files were');
  const message = `${what} not read, being named neither accounts.csv nor transfers-1.csv, …: ${examples(ignored)}`;
  return [{ kind: 'ignored-file', message: `${bank}: ${message}`, ids: ignored }];
}

/** Rows of one file and the line on which each starts. */
interface ReadRows<T> {
  readonly file: SourceFile;
  readonly rows: T[];
  readonly lines: number[];
  readonly summary: TableSummary;
}

async function readAccounts(file: SourceFile, faults: FaultList): Promise<ReadRows<Account>> {
  const rows: Account[] = [];
  const lines: number[] = [];
  const withoutScore: { id: string; line: number; fault: CellFault }[] = [];
  const summary = await readTable(file, ACCOUNT_COLUMNS, faults, ({ cells: [id = '', text = ''], line }) => {
    const score = parseScore(text);
    if ('problem' in score) {
      withoutScore.push({ id, line, fault: score });
    } else {
      rows.push({ id, score: score.value });
      lines.push(line);
    }
  });
  if (summary.complete && rows.length === 0 && withoutScore.length === 0) {
    const remedy = 'list every account with its score below the header';
    faults.add({ file: file.name, problem: 'lists no account', remedy });
    return { file, rows, lines, summary: { ...summary, complete: false } };
  }
  const column = summary.columns[1] as string;
  const listed = new Set(rows.map((account) => account.id));
  for (const { id, line, fault } of withoutScore) {
    faults.add({ file: file.name, line, column, ...fault });
    if (listed.has(id)) continue;
    // Kept with any score, so that its transfers are not reported as well.
    listed.add(id);
    rows.push({ id, score: 0 });
    lines.push(line);
  }
  return { file, rows, lines, summary };
}

async function readTransfers(file: SourceFile, keys: AccountKeys, faults: FaultList): Promise<ReadRows<Transfer>> {
  const rows: Transfer[] = [];
  const lines: number[] = [];
  const summary = await readTable(file, TRANSFER_COLUMNS, faults, ({ cells, line, columns }) => {
    const [sourceId = '', sourceBank = '', destinationId = '', destinationBank = '', text = ''] = cells;
    const amount = parseAmount(text);
    if ('problem' in amount) faults.add({ file: file.name, line, column: columns[4] as string, ...amount });
    rows.push({
      source: keys.of(sourceBank, sourceId),
      destination: keys.of(destinationBank, destinationId),
      // Kept with any amount, so that the row's other faults are found.
      amount: 'problem' in amount ? 1n : amount.value,
    });
    lines.push(line);
  });
  return { file, rows, lines, summary };
}

/** One object per account, however many transfers it occurs in. */
class AccountKeys {
  readonly #keys = new Map<string, Map<string, AccountKey>>();

  of(bank: string, id: string): AccountKey {
    let ofBank = this.#keys.get(bank);
    if (!ofBank) this.#keys.set(bank, (ofBank = new Map<string, AccountKey>()));
    let key = ofBank.get(id);
    if (!key) ofBank.set(id, (key = { bank, id }));
    return key;
  }
}

const ACCOUNT_FIELDS = ['id', 'score'];
const TRANSFER_FIELDS: readonly TransferField[] = [
  'sourceId',
  'sourceBank',
  'destinationId',
  'destinationBank',
  'amount',
];

function inFile(
  { place, earlier, problem, remedy }: DatasetFault,
  accounts: ReadRows<Account>,
  periods: readonly ReadRows<Transfer>[],
): InputFault {
  const at = (where: DatasetPlace): { file: string; line: number; column: string } => {
    const table = where.kind === 'account' ? accounts : periods[where.period];
    const fields: readonly string[] = where.kind === 'account' ? ACCOUNT_FIELDS : TRANSFER_FIELDS;
    const line = table?.lines[where.index];
    const column = table?.summary.columns[fields.indexOf(where.field)];
    if (!table || line === undefined || column === undefined) throw new Bug('a fault in a row that was not read');
    return { file: table.file.name, line, column };
  };
  const first = earlier ? ` (first in line ${String(at(earlier).line)})` : '';
  return { ...at(place), problem: problem + first, remedy };
}
