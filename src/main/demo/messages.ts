import type { AbortCode, InputFault, LinkReason } from '../../core/errors.ts';
import type { UnlistedRule } from '../../core/datasets/dataset.ts';
import type { Progress } from '../../core/network/session.ts';
import type { KeyBits } from '../../core/params.ts';
import type { RunParameters } from '../../core/run/parameters.ts';
import type { AccountScore } from '../../core/run/secure-run.ts';
import type { EngineChoice } from '../compute/engine-choice.ts';

/** What the demo tells the process of one bank, and what that process reports. Never anything secret. */
export type ToBank =
  | { readonly kind: 'start'; readonly task: BankTask }
  | { readonly kind: 'peers'; readonly peers: readonly PeerAddress[] }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'leave' };

export type FromBank =
  | { readonly kind: 'listening'; readonly address: PeerAddress }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'finished'; readonly report: BankReport }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface BankTask {
  readonly bank: string;
  /** Folder with all banks' data, of which this process reads its own files only. */
  readonly data: string;
  readonly unlisted: UnlistedRule;
  /** Results of this bank. */
  readonly out: string;
  readonly keyBits: KeyBits;
  readonly parameters: RunParameters;
  readonly threshold: number;
  readonly engine: EngineChoice;
  /** For long computations, beside the threads of ceremony and run. */
  readonly threads: number;
  /** Name ceremony and run; 32 bytes each. */
  readonly ceremonyNonce: Uint8Array;
  readonly runNonce: Uint8Array;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly certificatePem: string;
}

export interface BankReport {
  readonly party: number;
  readonly scores: readonly AccountScore[];
  readonly candidates: number;
  /** Wall time by stage, in the order of the stages; milliseconds. */
  readonly ceremonyMs: readonly (readonly [string, number])[];
  readonly runMs: readonly (readonly [string, number])[];
  readonly sentBytes: { readonly ceremony: number; readonly run: number };
  /** User and system time of the process, milliseconds; until the banks are connected, then by protocol. */
  readonly cpuMs: { readonly start: number; readonly ceremony: number; readonly run: number };
  /** How long the main thread was kept from its messages and timers at most, while ceremony and run went on. */
  readonly longestBlockMs: number;
  readonly peakMemoryBytes: number;
  /** Per peer: common senders over all periods, and how many on either side had no counterpart. */
  readonly matched: readonly MatchedCounts[];
  readonly run: string;
}

export interface MatchedCounts {
  readonly bank: string;
  readonly served: number;
  readonly servedUnmatched: number;
  readonly expected: number;
  readonly expectedUnmatched: number;
}

/** An error that crossed a process boundary. */
export type Failure =
  | { readonly kind: 'input'; readonly faults: readonly InputFault[]; readonly total: number }
  | { readonly kind: 'parameters'; readonly message: string }
  | { readonly kind: 'abort'; readonly code: AbortCode; readonly message: string; readonly blame: readonly number[] }
  | { readonly kind: 'link'; readonly reason: LinkReason; readonly message: string }
  /** A process that did not end by itself. */
  | { readonly kind: 'killed'; readonly bank: string; readonly how: string }
  | { readonly kind: 'bug'; readonly message: string };
