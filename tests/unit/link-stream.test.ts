import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/environment.ts';
import { LinkError } from '../../src/core/errors.ts';
import type { Message } from '../../src/main/link/assembler.ts';
import { CHUNK_BYTES, decodeFrame, type DataFrame } from '../../src/main/link/frame.ts';
import { DEFAULT_LIMITS } from '../../src/main/link/limits.ts';
import { Stream } from '../../src/main/link/stream.ts';

const SESSION = new Uint8Array(32).fill(1);

/** Time stands still until the test lets the next timer fire. */
class ManualClock implements Clock {
  readonly #timers = new Set<() => void>();

  now(): number {
    return 0;
  }

  after(_: number, callback: () => void): () => void {
    this.#timers.add(callback);
    return () => this.#timers.delete(callback);
  }

  fireAll(): void {
    for (const timer of [...this.#timers]) {
      this.#timers.delete(timer);
      timer();
    }
  }
}

interface End {
  readonly stream: Stream;
  readonly clock: ManualClock;
  readonly received: Message[];
  /** Frames that were transmitted and not carried over yet. */
  readonly wire: Uint8Array[];
  admits: boolean;
  holds: boolean;
}

function end(windowBytes = 4 * CHUNK_BYTES): End {
  const clock = new ManualClock();
  const received: Message[] = [];
  const state = { clock, received, wire: [] as Uint8Array[], admits: true, holds: false };
  const stream = new Stream({
    self: 1,
    clock,
    limits: { ...DEFAULT_LIMITS, windowBytes },
    admit: () => state.admits,
    deliver: (message) => received.push(message),
    holdsAcknowledgements: () => state.holds,
  });
  return Object.assign(state, { stream });
}

function connect(a: End, b: End): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.wire.length = 0;
    from.stream.detach();
    from.stream.attach((frame) => from.wire.push(frame), to.stream.received);
  }
}

/** Carries at most `count` frames from one end to the other. */
function carry(from: End, to: End, count = Infinity): void {
  for (let carried = 0; carried < count; carried++) {
    const bytes = from.wire.shift();
    if (!bytes) return;
    const frame = decodeFrame(bytes);
    if (frame.type === 'data') to.stream.accept(frame, bytes.length);
    else if (frame.type === 'ack') to.stream.acknowledged(frame.received);
  }
}

const large = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

describe('a stream', () => {
  it('delivers messages of any length whole and in order', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    const bodies = [large(0), large(5), large(CHUNK_BYTES), large(CHUNK_BYTES + 1)];
    await Promise.all(bodies.map((body, i) => a.stream.send(SESSION, String(i), body)));
    carry(a, b);
    expect(b.received.map((message) => message.round)).toEqual(['0', '1', '2', '3']);
    b.received.forEach((message, i) => {
      expect(Buffer.compare(message.body, bodies[i] as Uint8Array)).toBe(0);
    });
  });

  it('keeps the bytes that it accepted, whatever the caller does with them afterwards', async () => {
    const [a, b] = [end(), end()];
    const body = Uint8Array.of(1, 2, 3);
    await a.stream.send(SESSION, 'one', body);
    body.fill(0);
    connect(a, b);
    carry(a, b);
    expect(b.received[0]?.body).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('stops at the window and goes on as the peer acknowledges', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    const sending = a.stream.send(SESSION, 'one', large(10 * CHUNK_BYTES));
    let turns = 0;
    for (; b.received.length === 0; turns++) {
      expect(a.wire.length).toBeGreaterThan(0);
      expect(a.stream.unacknowledgedBytes).toBeLessThan(5 * CHUNK_BYTES);
      carry(a, b);
      carry(b, a);
    }
    await sending;
    expect(turns).toBeGreaterThan(1);
    expect(b.received[0]?.body.length).toBe(10 * CHUNK_BYTES);
  });

  it('resumes at any cut without losing or repeating anything', async () => {
    const [a, b] = [end(), end()];
    const body = large(9 * CHUNK_BYTES + 77);
    const sending = Promise.all([a.stream.send(SESSION, 'one', body), a.stream.send(SESSION, 'two', large(9))]);
    for (let cut = 0; b.received.length < 2; cut++) {
      connect(a, b);
      carry(a, b, cut % 3);
      carry(b, a, cut % 2);
    }
    await sending;
    expect(b.received.map((message) => message.round)).toEqual(['one', 'two']);
    expect(Buffer.compare(b.received[0]?.body as Uint8Array, body)).toBe(0);
  });

  it('drops frames that it has received before', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    await a.stream.send(SESSION, 'one', large(5));
    a.wire.push(...a.wire);
    carry(a, b);
    expect(b.received.length).toBe(1);
  });

  it('acknowledges after a delay, or at once after a quarter of the window', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    await a.stream.send(SESSION, 'one', large(5));
    carry(a, b);
    expect(b.wire.length).toBe(0);
    b.clock.fireAll();
    expect(b.wire.length).toBe(1);
    await a.stream.send(SESSION, 'two', large(CHUNK_BYTES));
    carry(a, b);
    expect(b.wire.length).toBe(2);
  });

  it('holds acknowledgements back while too much lies unread, so that the sender stalls', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    b.holds = true;
    const sending = Promise.all(
      ['1', '2', '3', '4', '5', '6'].map((round) => a.stream.send(SESSION, round, large(CHUNK_BYTES))),
    );
    carry(a, b);
    b.clock.fireAll();
    carry(b, a);
    expect(b.received.length).toBe(4);
    b.holds = false;
    b.stream.acknowledgeSoon();
    carry(b, a);
    carry(a, b);
    await sending;
    expect(b.received.length).toBe(6);
  });

  it('forgets what a session has not begun to send, and finishes what it has begun', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    const other = new Uint8Array(32).fill(2);
    const error = new LinkError('done');
    const begun = a.stream.send(SESSION, 'begun', large(5 * CHUNK_BYTES));
    const waiting = a.stream.send(SESSION, 'waiting', large(1));
    const unconcerned = a.stream.send(other, 'other', large(1));
    a.stream.cancel(SESSION, error);
    await expect(begun).rejects.toBe(error);
    await expect(waiting).rejects.toBe(error);
    for (let turn = 0; turn < 10; turn++) {
      carry(a, b);
      carry(b, a);
    }
    await unconcerned;
    expect(b.received.map((message) => message.round)).toEqual(['begun', 'other']);
  });

  it('counts and drops a message that is not wanted', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    b.admits = false;
    await a.stream.send(SESSION, 'unwanted', large(2 * CHUNK_BYTES));
    carry(a, b);
    b.admits = true;
    carry(b, a);
    await a.stream.send(SESSION, 'wanted', large(1));
    carry(a, b);
    expect(b.received.map((message) => message.round)).toEqual(['wanted']);
  });

  it('is drained when the peer has acknowledged everything', async () => {
    const [a, b] = [end(), end()];
    connect(a, b);
    await a.stream.send(SESSION, 'one', large(5));
    let isDrained = false;
    const drained = a.stream.drained().then(() => (isDrained = true));
    carry(a, b);
    await Promise.resolve();
    expect(isDrained).toBe(false);
    b.clock.fireAll();
    carry(b, a);
    await drained;
  });

  it('refuses what waits and whatever comes when it has failed', async () => {
    const a = end();
    const error = new LinkError('unreachable', 2);
    const waiting = a.stream.send(SESSION, 'one', large(10 * CHUNK_BYTES));
    a.stream.fail(error);
    await expect(waiting).rejects.toBe(error);
    await expect(a.stream.send(SESSION, 'two', large(1))).rejects.toBe(error);
    await a.stream.drained();
  });

  describe('refuses a chunk', () => {
    const first: DataFrame = {
      type: 'data',
      sender: 2,
      sequence: 1,
      session: SESSION,
      totalBytes: 3 * CHUNK_BYTES,
      offset: 0,
      round: 'one',
      chunk: new Uint8Array(CHUNK_BYTES),
    };
    const next = { ...first, sequence: 2, offset: CHUNK_BYTES };
    it.each([
      ['of another session', { ...next, session: new Uint8Array(32) }, 'wrong-session'],
      ['of another round', { ...next, round: 'two' }, 'malformed-frame'],
      ['of a message of another length', { ...next, totalBytes: 4 * CHUNK_BYTES }, 'malformed-frame'],
      ['that skips one', { ...next, offset: 2 * CHUNK_BYTES }, 'malformed-frame'],
      ['that begins another message', { ...first, sequence: 2 }, 'malformed-frame'],
      ['with a gap in the numbers', { ...next, sequence: 3 }, 'wrong-sequence'],
    ])('%s', (_, frame, reason) => {
      const { stream } = end();
      stream.accept(first, CHUNK_BYTES);
      expect(() => {
        stream.accept(frame, CHUNK_BYTES);
      }).toThrow(expect.objectContaining({ reason }));
    });

    it('without a beginning', () => {
      expect(() => {
        end().stream.accept({ ...next, sequence: 1 }, CHUNK_BYTES);
      }).toThrow(expect.objectContaining({ reason: 'malformed-frame' }));
    });
  });
});
