import { describe, expect, it } from 'vitest';
import { LinkError } from '../../src/core/errors.ts';
import { Mailbox } from '../../src/core/network/mailbox.ts';

const body = (length: number, fill = 1) => new Uint8Array(length).fill(fill);

describe('a mailbox', () => {
  it('keeps a message until it is taken', async () => {
    const mailbox = new Mailbox(10_000);
    mailbox.deliver(2, 'one', body(10));
    await expect(mailbox.take(2, 'one')).resolves.toEqual(body(10));
  });

  it('hands a message over to who waits for it already', async () => {
    const mailbox = new Mailbox(10_000);
    const waiting = mailbox.take(2, 'one');
    mailbox.deliver(2, 'one', body(10));
    await expect(waiting).resolves.toEqual(body(10));
    expect(mailbox.waitingBytes(2)).toBe(0);
  });

  it('keeps the same round of different peers apart', async () => {
    const mailbox = new Mailbox(10_000);
    mailbox.deliver(1, '2 one', body(1));
    mailbox.deliver(12, 'one', body(2));
    await expect(mailbox.take(12, 'one')).resolves.toEqual(body(2));
    await expect(mailbox.take(1, '2 one')).resolves.toEqual(body(1));
  });

  it.each(['waits', 'was taken'])(
    'blames the sender of a second message for a round whose first one %s, and hears it no more',
    async (fate) => {
      const mailbox = new Mailbox(10_000);
      const [next, other] = [mailbox.take(2, 'two'), mailbox.take(3, 'one')];
      mailbox.deliver(2, 'one', body(10));
      if (fate === 'was taken') await mailbox.take(2, 'one');
      mailbox.deliver(2, 'one', body(10));
      await expect(next).rejects.toMatchObject({ code: 'duplicate-message', blame: [2], round: 'one' });
      mailbox.deliver(2, 'three', body(10));
      await expect(mailbox.take(2, 'three')).rejects.toMatchObject({ code: 'duplicate-message' });
      mailbox.deliver(3, 'one', body(5));
      await expect(other).resolves.toEqual(body(5));
    },
  );

  it('does not let the protocol receive a message twice', async () => {
    const mailbox = new Mailbox(10_000);
    mailbox.deliver(2, 'one', body(10));
    await mailbox.take(2, 'one');
    await expect(mailbox.take(2, 'one')).rejects.toMatchObject({ code: 'internal' });
  });

  it('counts per peer what waits, and no longer what was taken', async () => {
    const mailbox = new Mailbox(10_000);
    mailbox.deliver(2, 'one', body(100));
    mailbox.deliver(2, 'two', body(200));
    mailbox.deliver(3, 'one', body(50));
    const before = mailbox.waitingBytes(2);
    await mailbox.take(2, 'two');
    expect(before - mailbox.waitingBytes(2)).toBeGreaterThanOrEqual(200);
    await mailbox.take(2, 'one');
    expect(mailbox.waitingBytes(2)).toBe(0);
    expect(mailbox.waitingBytes(3)).toBeGreaterThanOrEqual(50);
  });

  it('blames a peer that leaves too many bytes here, and drops them', async () => {
    const mailbox = new Mailbox(10_000);
    mailbox.deliver(2, 'one', body(10_001));
    await expect(mailbox.take(2, 'one')).rejects.toMatchObject({ code: 'too-large', blame: [2] });
    expect(mailbox.waitingBytes(2)).toBe(0);
    mailbox.deliver(2, 'two', body(10));
    expect(mailbox.waitingBytes(2)).toBe(0);
  });

  it('blames a peer that floods it with empty messages', async () => {
    const mailbox = new Mailbox(10_000);
    for (let i = 0; i < 1000; i++) mailbox.deliver(2, String(i), body(0));
    await expect(mailbox.take(2, 'abort')).rejects.toMatchObject({ code: 'too-large', blame: [2] });
  });

  it('counts for an empty message the 600 to 900 bytes that it takes here', () => {
    const limitBytes = 1_000_000;
    const mailbox = new Mailbox(limitBytes);
    let messages = 0;
    while (mailbox.hears(2)) mailbox.deliver(2, String(messages++).padStart(200), body(0));
    expect(messages * 900).toBeLessThan(limitBytes);
  });

  it('rejects what waits for a peer that has left, and still hands out what came before', async () => {
    const mailbox = new Mailbox(10_000);
    const left = new LinkError('done', 2);
    mailbox.deliver(2, 'one', body(10));
    const fromTwo = mailbox.take(2, 'two');
    const fromTwentyTwo = mailbox.take(22, 'two');
    mailbox.depart(2, left);
    await expect(fromTwo).rejects.toBe(left);
    await expect(mailbox.take(2, 'three')).rejects.toBe(left);
    await expect(mailbox.take(2, 'one')).resolves.toEqual(body(10));
    mailbox.deliver(22, 'two', body(5));
    await expect(fromTwentyTwo).resolves.toEqual(body(5));
  });

  it('keeps the first of several failures', async () => {
    const mailbox = new Mailbox(10_000);
    const first = new LinkError('unreachable', 2);
    mailbox.fail(first);
    mailbox.fail(new LinkError('overflow', 3));
    mailbox.deliver(2, 'one', body(10));
    await expect(mailbox.take(2, 'one')).rejects.toBe(first);
  });
});
