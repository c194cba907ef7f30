import { describe, expect, it } from 'vitest';
import { ReceiveSequence, SendWindow } from '../../src/main/link/channel.ts';

const frame = (length: number, fill = 0) => new Uint8Array(length).fill(fill);

describe('a send window', () => {
  it('has room until its limit is reached, and again after an acknowledgement', () => {
    const window = new SendWindow(100);
    window.keep(frame(60));
    expect(window.hasRoom).toBe(true);
    window.keep(frame(60));
    expect(window.hasRoom).toBe(false);
    window.acknowledge(1);
    expect(window.hasRoom).toBe(true);
    expect(window.bytes).toBe(60);
  });

  it('resends in order exactly what the peer has not received', () => {
    const window = new SendWindow(100);
    [1, 2, 3, 4].forEach((fill) => {
      window.keep(frame(10, fill));
    });
    window.acknowledge(1);
    expect(window.resumeAfter(2)).toEqual([frame(10, 3), frame(10, 4)]);
    expect(window.resumeAfter(4)).toEqual([]);
    expect(window.isEmpty).toBe(true);
    expect(window.nextSequence).toBe(5);
  });

  it('refuses an acknowledgement of what was never sent', () => {
    const window = new SendWindow(100);
    window.keep(frame(10));
    expect(() => {
      window.acknowledge(2);
    }).toThrow(expect.objectContaining({ reason: 'wrong-sequence' }));
  });

  it('refuses a peer that takes an acknowledgement back', () => {
    const window = new SendWindow(100);
    window.keep(frame(10));
    window.acknowledge(1);
    expect(() => window.resumeAfter(0)).toThrow(expect.objectContaining({ reason: 'wrong-sequence' }));
  });
});

describe('a receive sequence', () => {
  it('accepts every frame once', () => {
    const sequence = new ReceiveSequence();
    expect([1, 2, 1, 2, 3].map((number) => sequence.accept(number, 10))).toEqual([true, true, false, false, true]);
    expect(sequence.received).toBe(3);
  });

  it.each([0, 3, 4])('refuses number %i after the first', (number) => {
    const sequence = new ReceiveSequence();
    sequence.accept(1, 10);
    expect(() => sequence.accept(number, 10)).toThrow(expect.objectContaining({ reason: 'wrong-sequence' }));
  });

  it('owes an acknowledgement for new frames only', () => {
    const sequence = new ReceiveSequence();
    sequence.accept(1, 10);
    sequence.accept(1, 10);
    expect(sequence.unacknowledgedBytes).toBe(10);
    expect(sequence.acknowledge()).toBe(1);
    sequence.accept(1, 10);
    expect(sequence.owesAcknowledgement).toBe(false);
  });
});
