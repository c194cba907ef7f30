import { ParameterError } from '../errors.ts';
import type { AccountKey, Dataset, UnlistedRule } from './dataset.ts';
import { quoted } from './quoted.ts';

/** Where in a dataset something is. Indices count from 0. */
export type DatasetPlace =
  | { readonly kind: 'account'; readonly index: number; readonly field: 'id' | 'score' }
  | { readonly kind: 'transfer'; readonly period: number; readonly index: number; readonly field: TransferField };

export type TransferField = 'sourceId' | 'sourceBank' | 'destinationId' | 'destinationBank' | 'amount';

/** A rule that the dataset breaks. */
export interface DatasetFault {
  readonly place: DatasetPlace;
  /** The place that this one contradicts. */
  readonly earlier?: DatasetPlace;
  readonly problem: string;
  readonly remedy: string;
}

const MAX_ID_CODE_POINTS = 100;

/** Faults beyond these are counted only. */
const MAX_FAULTS = 100;

export const SCORE_REMEDY = 'write a decimal number from 0 to 1, for example 0.25';
const LENGTH_REMEDY = `write 1 to ${String(MAX_ID_CODE_POINTS)} characters`;

/**
 * Every rule of protocol.md 1 that one bank's data can break by itself: ids of 1 to 100 code points, scores in [0, 1],
 * positive amounts, one score per account, transfers that touch the bank, sources of ours that are listed.
 * Returns the first 100 faults and how many there are.
 */
export function checkDataset(dataset: Dataset, unlisted: UnlistedRule): { faults: DatasetFault[]; total: number } {
  checkUnlistedRule(unlisted);
  const check = new DatasetCheck(dataset, unlisted);
  check.accounts();
  check.transfers();
  return { faults: check.faults, total: check.total };
}

function checkUnlistedRule(rule: UnlistedRule): void {
  if (rule.kind === 'score' && !isScore(rule.score)) {
    throw new ParameterError(`the score of unlisted accounts must lie in [0, 1], not ${String(rule.score)}`);
  }
}

export function isScore(value: number): boolean {
  return value >= 0 && value <= 1;
}

function hasValidLength(text: string): boolean {
  if (text.length === 0) return false;
  if (text.length <= MAX_ID_CODE_POINTS) return true;
  return text.length <= 2 * MAX_ID_CODE_POINTS && Array.from(text).length <= MAX_ID_CODE_POINTS;
}

class DatasetCheck {
  readonly faults: DatasetFault[] = [];
  total = 0;
  readonly #dataset: Dataset;
  readonly #unlisted: UnlistedRule;
  /** Listed id to the index of its first row. */
  readonly #listed = new Map<string, number>();
  /** Reports each unlisted source once, at its first transfer. */
  readonly #reported = new Set<string>();

  constructor(dataset: Dataset, unlisted: UnlistedRule) {
    this.#dataset = dataset;
    this.#unlisted = unlisted;
  }

  accounts(): void {
    const { accounts } = this.#dataset;
    for (const [index, { id, score }] of accounts.entries()) {
      const place = { kind: 'account', index } as const;
      if (!hasValidLength(id)) this.#length({ ...place, field: 'id' }, id, 'account id');
      if (!isScore(score)) {
        this.#add({ ...place, field: 'score' }, `the score ${String(score)} is outside [0, 1]`, SCORE_REMEDY);
      }
      const first = this.#listed.get(id);
      if (first === undefined) {
        this.#listed.set(id, index);
      } else if (accounts[first]?.score !== score) {
        const scores = `${String(accounts[first]?.score)} before, ${String(score)} here`;
        this.#add(
          { ...place, field: 'score' },
          `account ${quoted(id)} is listed twice with different scores: ${scores}`,
          'keep the row with the right score and remove the other',
          { kind: 'account', index: first, field: 'score' },
        );
      }
    }
  }

  transfers(): void {
    const { bank, periods } = this.#dataset;
    for (const [period, transfers] of periods.entries()) {
      for (const [index, { source, destination, amount }] of transfers.entries()) {
        const at = (field: TransferField): DatasetPlace => ({ kind: 'transfer', period, index, field });
        this.#key(source, at, 'sourceId', 'sourceBank');
        this.#key(destination, at, 'destinationId', 'destinationBank');
        if (amount <= 0n) {
          this.#add(at('amount'), 'the amount is not positive', 'write the positive amount transferred');
        }
        if (source.bank === bank) {
          this.#ownSource(source.id, at);
        } else if (destination.bank !== bank) {
          this.#add(
            at('sourceBank'),
            `this transfer goes from ${quoted(source.bank)} to ${quoted(destination.bank)} and does not touch ${quoted(bank)}`,
            `remove the row, or write ${quoted(bank)} exactly so as the bank of our account`,
          );
        }
      }
    }
  }

  #key(key: AccountKey, at: (field: TransferField) => DatasetPlace, id: TransferField, bank: TransferField): void {
    if (!hasValidLength(key.id)) this.#length(at(id), key.id, 'account id');
    if (!hasValidLength(key.bank)) this.#length(at(bank), key.bank, 'bank name');
  }

  #ownSource(id: string, at: (field: TransferField) => DatasetPlace): void {
    if (this.#unlisted.kind !== 'fault' || this.#listed.has(id) || this.#reported.has(id)) return;
    this.#reported.add(id);
    this.#add(
      at('sourceId'),
      `account ${quoted(id)} of ${quoted(this.#dataset.bank)} sends money but is not in the list of accounts`,
      'list it with its score, or choose --unlisted exclude (unknown senders) or --unlisted SCORE (all of them get that score)',
    );
  }

  #length(place: DatasetPlace, text: string, what: string): void {
    const problem = text === '' ? `the ${what} is empty` : `the ${what} ${quoted(text)} is too long`;
    this.#add(place, problem, LENGTH_REMEDY);
  }

  #add(place: DatasetPlace, problem: string, remedy: string, earlier?: DatasetPlace): void {
    this.total++;
    if (this.faults.length < MAX_FAULTS) this.faults.push({ place, problem, remedy, ...(earlier && { earlier }) });
  }
}
