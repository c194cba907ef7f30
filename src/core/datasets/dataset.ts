/** An account's key is its bank and its id there; ids are compared exactly as written. */
export interface AccountKey {
  readonly bank: string;
  readonly id: string;
}

export interface Account {
  readonly id: string;
  /** Initial risk score in [0, 1]. */
  readonly score: number;
}

export interface Transfer {
  readonly source: AccountKey;
  readonly destination: AccountKey;
  /** In hundredths of the file's unit, so that decimals with two places are exact. Positive. */
  readonly amount: bigint;
}

/** What one bank brings: its accounts and, per period, the transfers that touch them. */
export interface Dataset {
  readonly bank: string;
  readonly accounts: readonly Account[];
  readonly periods: readonly (readonly Transfer[])[];
}

/** What happens to accounts of ours that occur in transfers but not in the list of accounts. */
export type UnlistedRule =
  { readonly kind: 'fault' } | { readonly kind: 'exclude' } | { readonly kind: 'score'; readonly score: number };
