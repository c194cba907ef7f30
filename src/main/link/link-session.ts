import { Bug, ProtocolAbort } from '../../core/errors.ts';
import type { Mailbox } from '../../core/network/mailbox.ts';
import type { Network } from '../../core/network/network.ts';
import { MAX_ROUND_BYTES } from './frame.ts';

/** Messages of a session with one peer, and the bytes of their bodies. */
export interface SessionTraffic {
  sentMessages: number;
  sentBytes: number;
  receivedMessages: number;
  receivedBytes: number;
}

export interface LinkSessionOptions {
  readonly self: number;
  readonly size: number;
  readonly mailbox: Mailbox;
  /** Per peer; the link counts into it what arrives, the session what it sends. */
  readonly traffic: ReadonlyMap<number, SessionTraffic>;
  readonly maxMessageBytes: number;
  readonly send: (to: number, round: string, body: Uint8Array) => Promise<void>;
  /** A message may have been read: its sender may go on. */
  readonly onRead: () => void;
  readonly onClose: () => void;
}

/** One session over a link, as its protocol sees it. */
export class LinkSession implements Network {
  readonly self: number;
  readonly size: number;
  readonly #options: LinkSessionOptions;

  constructor(options: LinkSessionOptions) {
    this.self = options.self;
    this.size = options.size;
    this.#options = options;
  }

  /** By peer. Also after the end, for the run record. */
  get traffic(): ReadonlyMap<number, Readonly<SessionTraffic>> {
    return this.#options.traffic;
  }

  async send(to: number, round: string, body: Uint8Array): Promise<void> {
    const traffic = this.#trafficWith(to);
    const roundBytes = Buffer.byteLength(round);
    if (roundBytes === 0 || roundBytes > MAX_ROUND_BYTES)
      throw new Bug(`the name of a round has ${String(roundBytes)} bytes`);
    if (body.length > this.#options.maxMessageBytes) throw new ProtocolAbort('too-large', { round });
    if (this.#options.mailbox.failure) throw this.#options.mailbox.failure;
    traffic.sentMessages += 1;
    traffic.sentBytes += body.length;
    await this.#options.send(to, round, body);
  }

  receive(from: number, round: string): Promise<Uint8Array> {
    this.#trafficWith(from);
    const body = this.#options.mailbox.take(from, round);
    this.#options.onRead();
    return body;
  }

  close(): void {
    this.#options.onClose();
  }

  #trafficWith(peer: number): SessionTraffic {
    const traffic = this.#options.traffic.get(peer);
    if (!traffic) throw new Bug(`bank ${String(peer)} is not a peer`);
    return traffic;
  }
}
