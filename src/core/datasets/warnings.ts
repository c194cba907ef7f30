import type { Dataset } from './dataset.ts';
import { idsByBank, lookAlikes } from './look-alikes.ts';
import { quoted } from './quoted.ts';

/** Something that does not stop a run and that a person should look at. */
export interface DatasetWarning {
  readonly kind:
    'repeated-account' | 'unlisted' | 'look-alike-ids' | 'look-alike-banks' | 'unknown-bank' | 'ignored-file';
  /** For a person; names the first few examples. */
  readonly message: string;
  /** All ids (or names) that the warning is about. */
  readonly ids: readonly string[];
}

/** The first few of `ids`, in quotes. */
export function examples(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map(quoted).join(', ');
  return ids.length > 5 ? `${shown} and ${String(ids.length - 5)} more` : shown;
}

export function countOf(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** Ids of one bank, and names of banks, that differ only by normalisation, case or spaces. */
export function lookAlikeWarnings(datasets: readonly Dataset[]): DatasetWarning[] {
  const ids = idsByBank(datasets);
  const warnings: DatasetWarning[] = [];
  const names = lookAlikes(ids.keys());
  if (names.length > 0) warnings.push(lookAlikeWarning('look-alike-banks', 'Names of banks', names));
  for (const [bank, set] of ids) {
    const groups = lookAlikes(set);
    if (groups.length > 0) warnings.push(lookAlikeWarning('look-alike-ids', `Accounts of ${quoted(bank)}`, groups));
  }
  return warnings;
}

function lookAlikeWarning(kind: DatasetWarning['kind'], what: string, groups: readonly string[][]): DatasetWarning {
  const shown = groups.slice(0, 3).map(examples).join('; ');
  const more = groups.length > 3 ? `; and ${String(groups.length - 3)} more such groups` : '';
  return {
    kind,
    message: `${what} differ only by spaces, case or Unicode normalisation and count as different: ${shown}${more}`,
    ids: groups.flat(),
  };
}

/** Banks that transfers name and that take no part, a slip of the pen perhaps: their accounts have no known score. */
export function unknownBankWarnings(datasets: readonly Dataset[]): DatasetWarning[] {
  const known = new Set(datasets.map((dataset) => dataset.bank));
  return datasets.flatMap(({ bank, periods }) => {
    const counts = new Map<string, number>();
    for (const { source, destination } of periods.flat()) {
      const other = source.bank === bank ? destination.bank : source.bank;
      if (!known.has(other)) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    if (counts.size === 0) return [];
    const names = [...counts.keys()];
    const transfers = countOf(
      [...counts.values()].reduce((sum, n) => sum + n, 0),
      'transfer',
      'transfers',
    );
    const message = `${quoted(bank)}: ${transfers} with banks that take no part, whose accounts have no known score: ${examples(names)}`;
    return [{ kind: 'unknown-bank' as const, message, ids: names }];
  });
}
