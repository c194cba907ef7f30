import { widthOf } from '../bytes/integers.ts';
import { bytesAt, concat, fromBigints, select, type Batch } from '../modulus/batch.ts';
import type { Modulus, WeightedRows } from '../modulus/modulus.ts';
import type { AccountRow } from './period-plan.ts';

/**
 * What a bank holds of its own accounts between two iterations: a plain part each, what follows from its own scores and
 * transfers alone, and an encrypted part for those that something foreign has reached (protocol.md 4). Both at the same scale.
 */
export interface Holdings {
  /** By account. */
  readonly plain: readonly bigint[];
  /** Of the plain part: what the account kept or sent itself of its own initial score. */
  readonly kept: readonly bigint[];
  /** By account: position in `encrypted`, or -1. */
  readonly position: Int32Array;
  readonly encrypted: Batch;
}

export function initialHoldings(scores: readonly bigint[], modulus: Modulus): Holdings {
  return {
    plain: scores,
    kept: scores,
    position: new Int32Array(scores.length).fill(-1),
    encrypted: fromBigints([], modulus.width),
  };
}

/** The encrypted parts of `accounts`; 1, a ciphertext of 0, for those without one. */
export function encryptedPartsOf(holdings: Holdings, accounts: readonly number[], modulus: Modulus): Batch {
  const parts = fromBigints(
    accounts.map(() => 1n),
    modulus.width,
  );
  accounts.forEach((account, i) => {
    const position = holdings.position[account] as number;
    if (position >= 0) parts.bytes.set(bytesAt(holdings.encrypted, position), i * modulus.width);
  });
  return parts;
}

/** Foreign ciphertexts of one iteration, and where each foreign source's is. */
export interface ReceivedScores {
  readonly ciphertexts: Batch;
  /** By index into the period's foreign sources: position in `ciphertexts`. */
  readonly position: ReadonlyMap<number, number>;
}

/** s'_j = w_jj·s_j + Σ w_ij·s_i on both parts; only accounts that something foreign reaches cost big-number work. */
export async function propagate(
  holdings: Holdings,
  received: ReceivedScores,
  rows: readonly AccountRow[],
  modulus: Modulus,
  onRows: (done: number, total: number) => Promise<void>,
): Promise<Holdings> {
  const next = rows.map((row, account) => plainParts(holdings, row, account));
  const terms = rows.map((row, account) => encryptedTerms(holdings, received, row, account));
  const reached = [...terms.keys()].filter((account) => terms[account]?.length);
  const position = new Int32Array(rows.length).fill(-1);
  reached.forEach((account, i) => (position[account] = i));

  const bases = concat([holdings.encrypted, received.ciphertexts], modulus.width);
  const parts: Batch[] = [];
  for (let from = 0; from < reached.length; from += ROWS_AT_ONCE) {
    const accounts = reached.slice(from, from + ROWS_AT_ONCE);
    parts.push(
      await combineRows(
        accounts.map((account) => terms[account] as Term[]),
        bases,
        modulus,
      ),
    );
    await onRows(from + accounts.length, reached.length);
  }
  return {
    plain: next.map(({ plain }) => plain),
    kept: next.map(({ kept }) => kept),
    position,
    encrypted: concat(parts, modulus.width),
  };
}

const ROWS_AT_ONCE = 256;

interface Term {
  readonly base: number;
  readonly weight: bigint;
}

function plainParts({ plain, kept }: Holdings, row: AccountRow, account: number): { plain: bigint; kept: bigint } {
  let own = row.ownWeight;
  let sum = 0n;
  for (const { source, weight } of row.inside) {
    if (source === account) own += weight;
    else sum += weight * (plain[source] as bigint);
  }
  return { plain: own * (plain[account] as bigint) + sum, kept: own * (kept[account] as bigint) };
}

function encryptedTerms(holdings: Holdings, received: ReceivedScores, row: AccountRow, account: number): Term[] {
  const terms: Term[] = [];
  const add = (base: number | undefined, weight: bigint): void => {
    if (base !== undefined && base >= 0 && weight > 0n) terms.push({ base, weight });
  };
  add(holdings.position[account], row.ownWeight);
  for (const { source, weight } of row.inside) add(holdings.position[source], weight);
  for (const { source, weight } of row.outside) {
    const position = received.position.get(source);
    add(position === undefined ? undefined : holdings.encrypted.count + position, weight);
  }
  return terms;
}

/** One multi-exponentiation per row, over just the bases that the rows use. */
function combineRows(rows: readonly (readonly Term[])[], bases: Batch, modulus: Modulus): Promise<Batch> {
  const terms = rows.flat();
  const used = [...new Set(terms.map(({ base }) => base))];
  const indexOf = new Map(used.map((base, i) => [base, i]));
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => (starts[i + 1] = (starts[i] as number) + row.length));
  const largest = terms.reduce((most, { weight }) => (weight > most ? weight : most), 1n);
  const weightedRows: WeightedRows = {
    starts,
    bases: Uint32Array.from(terms, ({ base }) => indexOf.get(base) as number),
    weights: fromBigints(
      terms.map(({ weight }) => weight),
      widthOf(largest + 1n),
    ),
  };
  return modulus.multiPower(select(bases, used), weightedRows);
}
