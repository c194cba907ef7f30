import { InputError } from '../errors.ts';
import type { BankGraph, Edge, PeriodGraph } from './bank-graph.ts';
import { checkDataset } from './check-dataset.ts';
import type { DatasetFault } from './check-dataset.ts';
import type { AccountKey, Dataset, Transfer, UnlistedRule } from './dataset.ts';
import { countOf, examples, lookAlikeWarnings } from './warnings.ts';
import type { DatasetWarning } from './warnings.ts';

/**
 * One bank's part of the transfer graph. Throws {@link InputError} when the dataset breaks a rule; its places are rows
 * counted from 1 without a header, for want of files.
 */
export function buildBankGraph(
  dataset: Dataset,
  unlisted: UnlistedRule,
): { graph: BankGraph; warnings: DatasetWarning[] } {
  const { faults, total } = checkDataset(dataset, unlisted);
  if (total > 0) {
    throw new InputError(
      faults.map((fault) => withoutFile(dataset.bank, fault)),
      total,
    );
  }
  return graphOfChecked(dataset, unlisted);
}

function withoutFile(bank: string, { place, problem, remedy }: DatasetFault): InputError['faults'][number] {
  const file = place.kind === 'account' ? `${bank}: accounts` : `${bank}: transfers ${String(place.period + 1)}`;
  return { file, line: place.index + 1, column: place.field, problem, remedy };
}

/** As {@link buildBankGraph}, for a dataset in which `checkDataset` found no fault under the same rule. */
export function graphOfChecked(
  dataset: Dataset,
  unlisted: UnlistedRule,
): { graph: BankGraph; warnings: DatasetWarning[] } {
  const { bank } = dataset;
  const warnings: DatasetWarning[] = [];
  const accounts = new Map<string, number>();
  const scores: number[] = [];
  const repeated = new Set<string>();
  for (const { id, score } of dataset.accounts) {
    if (accounts.has(id)) {
      repeated.add(id);
    } else {
      accounts.set(id, scores.length);
      scores.push(score);
    }
  }
  if (repeated.size > 0) warnings.push(repeatedWarning([...repeated]));

  const notListed = unlistedAccounts(dataset, accounts);
  if (unlisted.kind === 'score') {
    for (const id of notListed) {
      accounts.set(id, scores.length);
      scores.push(unlisted.score);
    }
  }
  if (notListed.length > 0) warnings.push(unlistedWarning(notListed, unlisted));
  warnings.push(...lookAlikeWarnings([dataset]));

  const periods = dataset.periods.map((transfers) => periodGraph(bank, accounts, transfers));
  return { graph: { bank, ids: [...accounts.keys()], scores: Float64Array.from(scores), periods }, warnings };
}

/** Ids of ours that occur in transfers only, in order of first occurrence. */
function unlistedAccounts({ bank, periods }: Dataset, accounts: ReadonlyMap<string, number>): string[] {
  const found = new Set<string>();
  for (const transfers of periods) {
    for (const { source, destination } of transfers) {
      if (source.bank === bank && !accounts.has(source.id)) found.add(source.id);
      if (destination.bank === bank && !accounts.has(destination.id)) found.add(destination.id);
    }
  }
  return [...found];
}

function repeatedWarning(ids: readonly string[]): DatasetWarning {
  const what = countOf(ids.length, 'account is', 'accounts are');
  const message = `${what} listed more than once with the same score, counted once: ${examples(ids)}`;
  return { kind: 'repeated-account', message, ids };
}

function unlistedWarning(ids: readonly string[], rule: UnlistedRule): DatasetWarning {
  const what = countOf(ids.length, 'account occurs', 'accounts occur');
  const outcome = rule.kind === 'score' ? `given the score ${String(rule.score)}` : 'left out of the result';
  const message = `${what} in transfers but not in the list of accounts, ${outcome}: ${examples(ids)}`;
  return { kind: 'unlisted', message, ids };
}

interface Sender {
  readonly kind: Edge['kind'];
  readonly source: number;
  /** Distinguishes the senders of a period. */
  readonly number: number;
}

/** Numbers the senders of one period: our listed accounts, accounts of other banks, our accounts without a score. */
class Senders {
  readonly foreign: AccountKey[] = [];
  readonly #senders = new Map<string, Map<string, Sender>>();
  readonly #bank: string;
  readonly #accounts: ReadonlyMap<string, number>;
  #count = 0;

  constructor(bank: string, accounts: ReadonlyMap<string, number>) {
    this.#bank = bank;
    this.#accounts = accounts;
  }

  of(key: AccountKey): Sender {
    let ofBank = this.#senders.get(key.bank);
    if (!ofBank) this.#senders.set(key.bank, (ofBank = new Map<string, Sender>()));
    let sender = ofBank.get(key.id);
    if (!sender) ofBank.set(key.id, (sender = this.#add(key)));
    return sender;
  }

  #add(key: AccountKey): Sender {
    const number = this.#count++;
    if (key.bank !== this.#bank) return { kind: 'foreign', source: this.foreign.push(key) - 1, number };
    const index = this.#accounts.get(key.id);
    return index === undefined ? { kind: 'unknown', source: -1, number } : { kind: 'own', source: index, number };
  }
}

type Sum = { -readonly [K in keyof Edge]: Edge[K] };

function periodGraph(bank: string, accounts: ReadonlyMap<string, number>, transfers: readonly Transfer[]): PeriodGraph {
  const incoming = Array.from({ length: accounts.size }, (): Sum[] => []);
  const served = new Map<string, Set<number>>();
  const senders = new Senders(bank, accounts);
  const sums = new Map<number, Sum>();
  for (const { source, destination, amount } of transfers) {
    if (destination.bank !== bank) {
      const index = accounts.get(source.id);
      if (index === undefined) continue;
      const toBank = served.get(destination.bank);
      if (toBank) toBank.add(index);
      else served.set(destination.bank, new Set([index]));
      continue;
    }
    const receiver = accounts.get(destination.id);
    if (receiver === undefined) continue;
    const sender = senders.of(source);
    const pair = sender.number * accounts.size + receiver;
    const sum = sums.get(pair);
    if (sum) {
      sum.amount += amount;
    } else {
      const edge = { kind: sender.kind, source: sender.source, amount };
      sums.set(pair, edge);
      incoming[receiver]?.push(edge);
    }
  }
  const serves = new Map([...served].map(([peer, indices]) => [peer, [...indices].sort((a, b) => a - b)]));
  return { incoming, foreignSources: senders.foreign, serves };
}
