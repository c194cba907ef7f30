/** Why a session ended early. A closed list: peers send these codes and nothing else. */
export const ABORT_CODES = [
  'cancelled', // a user of the blamed bank, or of our own, stopped the session
  'deadline', // a round did not complete in time; says who was waited for, blames nobody
  'peer-aborted', // another bank stopped the session
  'link-lost', // the connection closed for good
  'wrong-length',
  'not-canonical',
  'out-of-range',
  'not-a-unit',
  'not-in-group',
  'commitment-mismatch',
  'duplicate-message',
  'too-large',
  'broadcast-mismatch', // the banks did not all receive the same broadcasts
  'parameters-differ', // the banks do not agree on what to compute
  'banks-disagree', // an opened value fails its check
  'bad-signature',
  'key-check-failed', // the ceremony's result fails a check of protocol.md 2.7
  'refused', // a request exceeds what the protocol allows
  'internal',
] as const;
export type AbortCode = (typeof ABORT_CODES)[number];

export interface AbortDetails {
  /** Parties that are shown to have misbehaved. Empty when the cause cannot be pinned on anybody. */
  readonly blame?: readonly number[];
  readonly round?: string;
  readonly field?: string;
  /** For `deadline`: the parties that had not answered. This is no accusation: their line may be down. */
  readonly missing?: readonly number[];
  /** For `peer-aborted`: who stopped the session, and the reason that bank gave. Not verified. */
  readonly by?: number;
  readonly reason?: AbortCode;
}

/** A session ended before its result. Thrown by every protocol function, on every bank. */
export class ProtocolAbort extends Error {
  override readonly name = 'ProtocolAbort';
  readonly code: AbortCode;
  readonly blame: readonly number[];
  readonly round: string | undefined;
  readonly field: string | undefined;
  readonly missing: readonly number[];
  readonly by: number | undefined;
  readonly reason: AbortCode | undefined;

  constructor(code: AbortCode, details: AbortDetails = {}) {
    super(describe(code, details));
    this.code = code;
    this.blame = details.blame ?? [];
    this.round = details.round;
    this.field = details.field;
    this.missing = details.missing ?? [];
    this.by = details.by;
    this.reason = details.reason;
  }
}

function describe(code: AbortCode, d: AbortDetails): string {
  const parts: string[] = [code];
  if (d.round !== undefined) parts.push(`in round ${d.round}`);
  if (d.field !== undefined) parts.push(`field ${d.field}`);
  if (d.blame?.length) parts.push(`by bank ${d.blame.join(', ')}`);
  if (d.missing?.length) parts.push(`waiting for bank ${d.missing.join(', ')}`);
  if (d.by !== undefined) parts.push(`bank ${String(d.by)} stopped the session: ${d.reason ?? 'no reason given'}`);
  return parts.join(', ');
}

/** What is wrong with a message, found while reading it. The session adds who sent it and in which round. */
export class MessageFault extends Error {
  override readonly name = 'MessageFault';
  readonly code: AbortCode;
  readonly field: string;

  constructor(code: AbortCode, field: string) {
    super(`${field}: ${code}`);
    this.code = code;
    this.field = field;
  }
}

/** One fault of an input file. `line` and `column` count from 1; a fault of the whole file has neither. */
export interface InputFault {
  readonly file: string;
  readonly line?: number;
  /** The header name of the column, as written in the file. */
  readonly column?: string;
  /** What is wrong, for a person. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy: string;
}

/** Input was refused. Holds the first faults (at most 100) and how many there are in all. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly faults: readonly InputFault[];
  readonly total: number;

  constructor(faults: readonly InputFault[], total: number = faults.length) {
    const first = faults[0];
    super(first ? `${first.file}: ${first.problem}` : 'input refused');
    this.faults = faults.slice(0, 100);
    this.total = total;
  }
}

/** Parameters that cannot be computed with, found before anything runs. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/** Why a link was closed or refused. A closed list: these travel in refusals and close frames. */
export const LINK_REASONS = [
  'done',
  'no-certificate',
  'unknown-certificate', // not pinned
  'certificate-changed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-unsuitable', // unreadable, too large, or a key of the wrong kind or length
  'not-ready', // listens, but does not know its peers yet
  'unreachable',
  'tls-failed',
  'version',
  'frame-too-large',
  'malformed-frame',
  'wrong-session',
  'wrong-sender',
  'wrong-sequence',
  'heartbeat-lost',
  'overflow',
  'replaced', // a newer connection of the same peer took over
  'peer-restarted', // a new process without the memory of the old one: its sessions are gone
] as const;
export type LinkReason = (typeof LINK_REASONS)[number];

export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly reason: LinkReason;
  readonly peer: number | undefined;

  constructor(reason: LinkReason, peer?: number, detail?: string) {
    super(
      `${reason}${peer === undefined ? '' : ` (bank ${String(peer)})`}${detail === undefined ? '' : `: ${detail}`}`,
    );
    this.reason = reason;
    this.peer = peer;
  }
}

/** Our own mistake: a state that the code rules out. */
export class Bug extends Error {
  override readonly name = 'Bug';
}
