import { ProtocolAbort } from '../errors.ts';

interface Slot {
  body?: Uint8Array;
  taken: boolean;
  resolve?: (body: Uint8Array) => void;
  reject?: (error: Error) => void;
}

/** What a waiting message is counted for besides its body, so that a flood of empty ones is noticed too. */
const SLOT_BYTES = 64;

/** Where the messages of a session wait for the protocol. Duplicates and floods end the session and blame their sender. */
export class Mailbox {
  readonly #slots = new Map<string, Slot>();
  readonly #waitingBytes = new Map<number, number>();
  readonly #departed = new Map<number, Error>();
  readonly #maxWaitingBytes: number;
  #failure: Error | undefined;

  /** @param maxWaitingBytes how much one peer may have lying here unread */
  constructor(maxWaitingBytes: number) {
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  /** Why everything here rejects, once it does. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Bytes of this peer's messages that nobody has taken yet. */
  waitingBytes(from: number): number {
    return this.#waitingBytes.get(from) ?? 0;
  }

  deliver(from: number, round: string, body: Uint8Array): void {
    if (this.#failure) return;
    const slot = this.#slot(from, round);
    if (slot.body !== undefined || (slot.taken && !slot.resolve)) {
      this.fail(new ProtocolAbort('duplicate-message', { blame: [from], round }));
    } else if (slot.resolve) {
      slot.resolve(body);
      delete slot.resolve;
      delete slot.reject;
    } else {
      const waiting = this.waitingBytes(from) + SLOT_BYTES + body.length;
      this.#waitingBytes.set(from, waiting);
      slot.body = body;
      if (waiting > this.#maxWaitingBytes) this.fail(new ProtocolAbort('too-large', { blame: [from], round }));
    }
  }

  take(from: number, round: string): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    const slot = this.#slot(from, round);
    if (slot.taken) return Promise.reject(new ProtocolAbort('internal', { round }));
    slot.taken = true;
    if (slot.body !== undefined) {
      const body = slot.body;
      delete slot.body;
      this.#waitingBytes.set(from, this.waitingBytes(from) - SLOT_BYTES - body.length);
      return Promise.resolve(body);
    }
    const departed = this.#departed.get(from);
    if (departed) return Promise.reject(departed);
    return new Promise((resolve, reject) => {
      slot.resolve = resolve;
      slot.reject = reject;
    });
  }

  /** Nothing more will come from this peer. What did come can still be taken. */
  depart(from: number, error: Error): void {
    this.#departed.set(from, error);
    for (const [key, slot] of this.#slots) if (key.startsWith(`${String(from)} `)) rejectWaiting(slot, error);
  }

  /** Rejects everything that waits now or later. The first failure stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#waitingBytes.clear();
    for (const slot of this.#slots.values()) {
      rejectWaiting(slot, this.#failure);
      delete slot.body;
    }
  }

  #slot(from: number, round: string): Slot {
    const key = `${String(from)} ${round}`;
    let slot = this.#slots.get(key);
    if (!slot) this.#slots.set(key, (slot = { taken: false }));
    return slot;
  }
}

function rejectWaiting(slot: Slot, error: Error): void {
  slot.reject?.(error);
  delete slot.resolve;
  delete slot.reject;
}
