import { ProtocolAbort } from '../errors.ts';

interface Slot {
  body?: Uint8Array;
  taken: boolean;
  resolve?: (body: Uint8Array) => void;
  reject?: (error: Error) => void;
}

/** What a waiting message takes besides its body (measured), so that a flood of empty ones is noticed in time. */
export const SLOT_BYTES = 1024;

/**
 * Where the messages of a session wait for the protocol. Who sends duplicates or floods is blamed and heard no more; the
 * messages of the others still arrive, because {@link conclude} goes on without one dishonest party.
 */
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

  /** Whether messages of this peer still count. */
  hears(from: number): boolean {
    return this.#failure === undefined && !this.#departed.has(from);
  }

  deliver(from: number, round: string, body: Uint8Array): void {
    if (!this.hears(from)) return;
    const slot = this.#slot(from, round);
    if (slot.body !== undefined || (slot.taken && !slot.resolve)) {
      this.depart(from, new ProtocolAbort('duplicate-message', { blame: [from], round }));
    } else if (slot.resolve) {
      slot.resolve(body);
      delete slot.resolve;
      delete slot.reject;
    } else {
      const waiting = this.waitingBytes(from) + SLOT_BYTES + body.length;
      this.#waitingBytes.set(from, waiting);
      slot.body = body;
      if (waiting > this.#maxWaitingBytes) {
        this.depart(from, new ProtocolAbort('too-large', { blame: [from], round }));
        this.#discard(from);
      }
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

  /** Nothing more will come from this peer, or be heard. What did come can still be taken. The first reason stays. */
  depart(from: number, error: Error): void {
    if (this.#departed.has(from)) return;
    this.#departed.set(from, error);
    for (const [, slot] of this.#slotsOf(from)) rejectWaiting(slot, error);
  }

  /** Rejects everything that waits now or later. The first failure stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#waitingBytes.clear();
    for (const slot of this.#slots.values()) rejectWaiting(slot, this.#failure);
    this.#slots.clear();
  }

  #discard(from: number): void {
    this.#waitingBytes.delete(from);
    for (const [key, slot] of this.#slotsOf(from)) if (!slot.taken) this.#slots.delete(key);
  }

  #slotsOf(from: number): [key: string, slot: Slot][] {
    return [...this.#slots].filter(([key]) => key.startsWith(`${String(from)} `));
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
