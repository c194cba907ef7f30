/** What the page says about a file, in words for a person. */
export interface Verdict {
  readonly genuine: boolean;
  /** One line: what holds or what does not. */
  readonly headline: string;
  readonly checks: readonly Check[];
  /** Nothing where the file is no run record at all. */
  readonly contents?: RecordContents;
}

export interface Check {
  readonly passed: boolean;
  readonly subject: string;
  readonly finding: string;
}

export interface RecordContents {
  readonly banks: readonly BankEntry[];
  readonly parameters: readonly Fact[];
  readonly durations: readonly StageDuration[];
  readonly technical: readonly Fact[];
}

export interface BankEntry {
  readonly name: string;
  /** Whether it brought a dataset; a helper only opens. */
  readonly contributed: boolean;
  readonly accounts: number;
  /** SHA-256 of the certificate in hexadecimal, where it can be read. */
  readonly fingerprint: string | undefined;
  /** Whether its signature matches the contents. */
  readonly signed: boolean;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** In hexadecimal: compared rather than read. */
  readonly digest?: string;
}

export interface StageDuration {
  readonly stage: string;
  readonly durationMs: number;
}
