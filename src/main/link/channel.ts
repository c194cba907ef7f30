import { LinkError } from '../../core/errors.ts';

/** The sending half of a channel: what was sent is kept until the peer has acknowledged it, across connections. */
export class SendWindow {
  readonly #limitBytes: number;
  readonly #unacknowledged = new Map<number, Uint8Array>();
  #bytes = 0;
  #lastSent = 0;
  #acknowledged = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Whether one more frame may be sent. A frame that begins below the limit may end above it. */
  get hasRoom(): boolean {
    return this.#bytes < this.#limitBytes;
  }

  get isEmpty(): boolean {
    return this.#unacknowledged.size === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get nextSequence(): number {
    return this.#lastSent + 1;
  }

  /** Keeps the frame that was encoded with {@link nextSequence}. */
  keep(frame: Uint8Array): void {
    this.#lastSent += 1;
    this.#unacknowledged.set(this.#lastSent, frame);
    this.#bytes += frame.length;
  }

  /** The peer has everything up to `sequence`. Throws {@link LinkError} `wrong-sequence` where that cannot be. */
  acknowledge(sequence: number): void {
    if (sequence < this.#acknowledged || sequence > this.#lastSent) throw new LinkError('wrong-sequence');
    while (this.#acknowledged < sequence) {
      this.#acknowledged += 1;
      this.#bytes -= this.#unacknowledged.get(this.#acknowledged)?.length ?? 0;
      this.#unacknowledged.delete(this.#acknowledged);
    }
  }

  /** After a reconnect: the frames to send again, in order, when the peer has received everything up to `received`. */
  resumeAfter(received: number): Uint8Array[] {
    this.acknowledge(received);
    return [...this.#unacknowledged.values()];
  }
}

/** The receiving half: each frame once and in order; and how much of that the peer has not been told yet. */
export class ReceiveSequence {
  #received = 0;
  #acknowledged = 0;
  #unacknowledgedBytes = 0;

  /** Sequence number of the last frame received. */
  get received(): number {
    return this.#received;
  }

  get owesAcknowledgement(): boolean {
    return this.#acknowledged < this.#received;
  }

  /** Bytes of new frames since the last acknowledgement. */
  get unacknowledgedBytes(): number {
    return this.#unacknowledgedBytes;
  }

  /** Whether the frame is new; an old one was sent again and is dropped. Throws {@link LinkError} `wrong-sequence` at a gap. */
  accept(sequence: number, bytes: number): boolean {
    if (sequence === 0 || sequence > this.#received + 1) throw new LinkError('wrong-sequence');
    if (sequence <= this.#received) return false;
    this.#received = sequence;
    this.#unacknowledgedBytes += bytes;
    return true;
  }

  /** The number to acknowledge now. */
  acknowledge(): number {
    this.#acknowledged = this.#received;
    this.#unacknowledgedBytes = 0;
    return this.#received;
  }
}
