import type { Clock } from '../../core/environment.ts';
import { Assembler, type Message } from './assembler.ts';
import { ReceiveSequence, SendWindow } from './channel.ts';
import { chunkLength, encodeFrame, type DataFrame } from './frame.ts';
import type { LinkLimits } from './limits.ts';

export interface StreamOptions {
  /** Our party number, which goes into every frame. */
  readonly self: number;
  readonly clock: Clock;
  readonly limits: LinkLimits;
  /** Whether a message that begins with this chunk is wanted; false drops it without storing it. */
  readonly admit: (first: DataFrame) => boolean;
  readonly deliver: (message: Message) => void;
  /** Whether the peer has so much lying unread that its acknowledgements have to wait. */
  readonly holdsAcknowledgements: () => boolean;
}

interface Outgoing extends Message {
  offset: number;
  readonly accepted: () => void;
  readonly refused: (error: Error) => void;
}

/** Messages to and from one process of one peer, exactly once and in order, over any number of connections. */
export class Stream {
  readonly #options: StreamOptions;
  readonly #window: SendWindow;
  readonly #sequence = new ReceiveSequence();
  readonly #assembler = new Assembler();
  readonly #drained: (() => void)[] = [];
  #queue: Outgoing[] = [];
  #transmit: ((frame: Uint8Array) => void) | undefined;
  #cancelAckTimer: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#window = new SendWindow(options.limits.windowBytes);
  }

  /** Sequence number of the last frame received. */
  get received(): number {
    return this.#sequence.received;
  }

  /** Sent, and not acknowledged by the peer. */
  get unacknowledgedBytes(): number {
    return this.#window.bytes;
  }

  /** Resolves when the whole message fits into the window. It is copied then, and the caller's again. */
  send(session: Uint8Array, round: string, body: Uint8Array): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((accepted, refused) => {
      this.#queue.push({ session, round, body, offset: 0, accepted, refused });
      this.#fillWindow();
    });
  }

  /** Refuses what a session still wanted to send. A message of which the peer has a part is sent to its end. */
  cancel(session: Uint8Array, error: Error): void {
    this.#queue = this.#queue.filter((outgoing) => {
      if (outgoing.session !== session) return true;
      outgoing.refused(error);
      return outgoing.offset > 0;
    });
  }

  /** A connection is up, whose other side has received everything up to `receivedByPeer`. */
  attach(transmit: (frame: Uint8Array) => void, receivedByPeer: number): void {
    const missing = this.#window.resumeAfter(receivedByPeer);
    this.#transmit = transmit;
    missing.forEach(transmit);
    this.#fillWindow();
    this.#settleDrained();
    this.acknowledgeSoon();
  }

  detach(): void {
    this.#transmit = undefined;
    this.#stopAckTimer();
  }

  /** A data frame of `bytes` bytes arrived. Throws LinkError when it cannot be the next one. */
  accept(frame: DataFrame, bytes: number): void {
    if (!this.#sequence.accept(frame.sequence, bytes)) return;
    const message = this.#assembler.accept(frame, this.#options.admit);
    if (message) this.#options.deliver(message);
    this.acknowledgeSoon();
  }

  /** The peer has received everything up to `sequence`. Throws LinkError when that cannot be. */
  acknowledged(sequence: number): void {
    this.#window.acknowledge(sequence);
    this.#fillWindow();
    this.#settleDrained();
  }

  /** To be called also when the peer's messages were read: acknowledgements that were held back may now go out. */
  acknowledgeSoon(): void {
    if (!this.#transmit || !this.#sequence.owesAcknowledgement || this.#options.holdsAcknowledgements()) return;
    const { clock, limits } = this.#options;
    if (this.#sequence.unacknowledgedBytes * 4 >= limits.windowBytes) this.#acknowledge();
    else
      this.#cancelAckTimer ??= clock.after(limits.ackDelayMs, () => {
        this.#cancelAckTimer = undefined;
        if (!this.#options.holdsAcknowledgements()) this.#acknowledge();
      });
  }

  /** Resolves when the peer has acknowledged everything, or never will. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#settleDrained();
    });
  }

  /** Ends the stream: what waits to be sent is refused. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.detach();
    for (const outgoing of this.#queue.splice(0)) outgoing.refused(this.#failure);
    this.#settleDrained();
  }

  #acknowledge(): void {
    this.#stopAckTimer();
    this.#transmit?.(encodeFrame({ type: 'ack', sender: this.#options.self, received: this.#sequence.acknowledge() }));
  }

  #stopAckTimer(): void {
    this.#cancelAckTimer?.();
    this.#cancelAckTimer = undefined;
  }

  #fillWindow(): void {
    for (let first = this.#queue[0]; first && this.#window.hasRoom; first = this.#queue[0]) {
      const end = first.offset + chunkLength(first.body.length, first.offset);
      const frame = encodeFrame({
        type: 'data',
        sender: this.#options.self,
        sequence: this.#window.nextSequence,
        session: first.session,
        totalBytes: first.body.length,
        offset: first.offset,
        round: first.round,
        chunk: first.body.subarray(first.offset, end),
      });
      this.#window.keep(frame);
      this.#transmit?.(frame);
      first.offset = end;
      if (end < first.body.length) continue;
      this.#queue.shift();
      first.accepted();
    }
  }

  #settleDrained(): void {
    const settled = this.#failure !== undefined || (this.#window.isEmpty && this.#queue.length === 0);
    if (settled) for (const resolve of this.#drained.splice(0)) resolve();
  }
}
