import type { Dataset } from './dataset.ts';

const UNSEEN = /[\p{White_Space}\p{Default_Ignorable_Code_Point}]/gu;
const PLAIN = /^[!-~]*$/;

/** What is left of an id when Unicode normalisation, case, white space and invisible characters no longer count. */
function skeleton(id: string): string {
  if (PLAIN.test(id)) return id.toLowerCase();
  return id.normalize('NFKC').replace(UNSEEN, '').toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * Groups of different ids that differ only by Unicode normalisation, case or white space, in order of first
 * occurrence. Such ids are different accounts for the computation and often one account for the people who typed them.
 */
export function lookAlikes(ids: Iterable<string>): string[][] {
  const groups = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    const key = skeleton(id);
    const group = groups.get(key);
    if (group) group.push(id);
    else groups.set(key, [id]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Every id that the datasets mention, by bank: listed accounts and both ends of all transfers. */
export function idsByBank(datasets: readonly Dataset[]): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  const idsOf = (bank: string): Set<string> => {
    let set = ids.get(bank);
    if (!set) ids.set(bank, (set = new Set<string>()));
    return set;
  };
  for (const { bank, accounts, periods } of datasets) {
    const own = idsOf(bank);
    for (const account of accounts) own.add(account.id);
    for (const period of periods) {
      for (const { source, destination } of period) {
        idsOf(source.bank).add(source.id);
        idsOf(destination.bank).add(destination.id);
      }
    }
  }
  return ids;
}
