import { SLOT_BYTES } from '../../core/network/mailbox.ts';

const MIB = 2 ** 20;
const SECOND = 1000;

/** What a link tolerates and how long it waits. */
export interface LinkLimits {
  /** Largest message of a session. */
  readonly maxMessageBytes: number;
  /** What we send ahead of the peer's acknowledgements, per peer. Then `send` waits. */
  readonly windowBytes: number;
  /**
   * Backpressure: while one peer has more than this lying unread in all mailboxes together, it gets no
   * acknowledgements, so its window fills up and its `send` waits. A protocol that waits for a later message of a peer
   * may leave this much of that peer's earlier messages unread; with more it would wait forever.
   */
  readonly unreadBytes: number;
  /** Sessions that one peer may have begun before we open them. */
  readonly maxUnopenedSessions: number;
  /** An acknowledgement is due after this time, or at once after a quarter of the window. */
  readonly ackDelayMs: number;
  /** TCP, TLS, upgrade and hello, each. */
  readonly handshakeTimeoutMs: number;
  readonly heartbeatMs: number;
  /** A connection on which nothing arrives for so long is given up and replaced. Longer than any computation that keeps a bank from answering. */
  readonly heartbeatTimeoutMs: number;
  /** First pause before dialling again; doubles up to `maxReconnectMs`, with jitter. */
  readonly reconnectMs: number;
  readonly maxReconnectMs: number;
  /** A peer that is not connected for so long is lost, and with it the sessions. */
  readonly giveUpAfterMs: number;
  /** How long `close` waits for the peers to acknowledge what was sent. */
  readonly lingerMs: number;
}

export const DEFAULT_LIMITS: LinkLimits = {
  maxMessageBytes: 256 * MIB,
  windowBytes: 8 * MIB,
  unreadBytes: 256 * MIB,
  maxUnopenedSessions: 64,
  ackDelayMs: 20,
  handshakeTimeoutMs: 30 * SECOND,
  heartbeatMs: 10 * SECOND,
  heartbeatTimeoutMs: 60 * SECOND,
  reconnectMs: 100,
  maxReconnectMs: 10 * SECOND,
  giveUpAfterMs: 600 * SECOND,
  lingerMs: 10 * SECOND,
};

/** Least that a frame of data takes of the window: all fields before the chunk, and a round of one letter. */
const LEAST_FRAME_BYTES = 52;

/**
 * What a peer that respects our acknowledgements never has lying unread here: the last message before the
 * acknowledgements stop, the one begun after it, and a window full of empty ones. More fails the session.
 */
export function maxUnreadBytes(limits: LinkLimits): number {
  const emptyMessages = Math.ceil(limits.windowBytes / LEAST_FRAME_BYTES);
  return limits.unreadBytes + 2 * limits.maxMessageBytes + emptyMessages * SLOT_BYTES;
}
