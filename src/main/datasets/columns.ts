import { quoted } from '../../core/datasets/quoted.ts';
import type { CellFault } from './cells.ts';

/** The columns that a file must have: what each is for, and the header names that mean it, best first. */
export interface ColumnRole {
  readonly meaning: string;
  readonly names: readonly [string, ...string[]];
}

export const ACCOUNT_COLUMNS: readonly ColumnRole[] = [
  { meaning: 'account', names: ['id', 'account_id', 'account', 'id_account', 'account_number'] },
  {
    meaning: 'initial score',
    names: ['risk_score', 'score', 'initial_score', 'risk', 'initial_risk_score', 'initial_risk', 'score_initial'],
  },
];

export const TRANSFER_COLUMNS: readonly ColumnRole[] = [
  { meaning: 'sending account', names: endNames('source', 'sender', 'from') },
  { meaning: 'sending bank', names: bankNames('source', 'sender', 'from') },
  { meaning: 'receiving account', names: endNames('destination', 'receiver', 'to', 'target', 'beneficiary') },
  { meaning: 'receiving bank', names: bankNames('destination', 'receiver', 'to', 'target', 'beneficiary') },
  { meaning: 'amount', names: ['amount', 'value', 'total', 'amount_transferred', 'transfer_amount'] },
];

function endNames(...ends: [string, ...string[]]): [string, ...string[]] {
  const names = ends.flatMap((end) => [`id_${end}`, end, `account_${end}`, `id_account_${end}`, `account_id_${end}`]);
  const swapped = ends.flatMap((end) => [`${end}_id`, `${end}_account`, `${end}_account_id`, `${end}_id_account`]);
  return [...names, ...swapped] as [string, ...string[]];
}

function bankNames(...ends: [string, ...string[]]): [string, ...string[]] {
  return ends.flatMap((end) => [`bank_${end}`, `${end}_bank`]) as [string, ...string[]];
}

export interface HeaderFault extends CellFault {
  readonly column?: string;
}

/** Which column plays each role (in the order of `roles`), or everything that is wrong with the header. */
export function findColumns(
  header: readonly string[],
  roles: readonly ColumnRole[],
): { indices: number[]; faults: HeaderFault[] } {
  const written = header.map((name) => name.trim());
  const found = written.map(normalised);
  const indices: number[] = [];
  const faults: HeaderFault[] = [];
  for (const { meaning, names } of roles) {
    const known = new Set(names.map(normalised));
    const matches = found.flatMap((name, index) => (known.has(name) ? [index] : []));
    const [first, second] = matches;
    if (first === undefined) {
      const remedy = `name the column of the ${meaning} ${quoted(names[0])}; the header has ${written.map(quoted).join(', ')}`;
      faults.push({ problem: `no column for the ${meaning}`, remedy });
    } else if (second !== undefined) {
      const candidates = matches.map((index) => quoted(written[index] as string)).join(' and ');
      const problem = `${candidates} can both be the ${meaning}`;
      const remedy = `keep one of them and rename or remove the other`;
      faults.push({ column: written[second] as string, problem, remedy });
    }
    indices.push(first ?? -1);
  }
  return { indices, faults };
}

/** Case, spaces, hyphens and underscores do not count in header names. */
function normalised(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');
}
