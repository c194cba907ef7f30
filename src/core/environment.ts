/** What the core needs from its surroundings. Passed in, so that the core knows no runtime and tests can fix it. */

/** A cryptographically secure source; in the host `node:crypto`. */
export interface Random {
  bytes(length: number): Uint8Array;
}

export interface Clock {
  /** Milliseconds on a clock that never runs backwards. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The part of `AbortSignal` that protocols use. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signature under the bank's identity key, and the check of a peer's. Parties are numbered from 1. */
export interface Signer {
  sign(message: Uint8Array): Promise<Uint8Array>;
  verify(party: number, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
