/**
 * Messages between the parties of one session, as protocols see them. Parties are numbered 1 … `size` in the order of
 * their certificate fingerprints. Delivery is exactly once and in order per peer while both processes live.
 */
export interface Network {
  readonly self: number;
  readonly size: number;
  /** Resolves when flow control has accepted the message. Rejects with LinkError or ProtocolAbort. */
  send(to: number, round: string, body: Uint8Array): Promise<void>;
  /**
   * The message of `from` for `round`, which may come before or after this call; each can be received once. Rejects with
   * ProtocolAbort when the peer sent one twice or exceeded a limit, with LinkError when the link is gone for good.
   */
  receive(from: number, round: string): Promise<Uint8Array>;
  /** Ends the session on this side: what is pending rejects, what still arrives is dropped. */
  close(): void;
}

/** A bank's connections to all peers, over which any number of sessions run one after the other or together. */
export interface Link {
  readonly self: number;
  readonly size: number;
  /** The session with this identifier of 32 bytes. A peer's messages that came before are kept for it. */
  open(session: Uint8Array): Network;
}
