import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LinkReason } from '../../src/core/errors.ts';
import type { Identity } from '../../src/main/identity/identity.ts';
import { encodeFrame, MAX_FRAME_BYTES } from '../../src/main/link/frame.ts';
import type { LinkLimits } from '../../src/main/link/limits.ts';
import { connecting, identitiesInOrder, listening, RawPeer, stateOf, type Bank } from '../support/tls-peers.ts';

const SESSION = new Uint8Array(32).fill(1);
const OTHER_SESSION = new Uint8Array(32).fill(2);
const ONE = Uint8Array.of(1);
const LIMITS: Partial<LinkLimits> = {
  maxMessageBytes: 1000,
  unreadBytes: 2000,
  windowBytes: 500,
  maxUnopenedSessions: 3,
};

/** Bank 1 writes its frames by hand, bank 2 is ours. */
let identities: [Identity, Identity];
let bank: Bank;
let raw: RawPeer;

beforeAll(async () => {
  identities = (await identitiesInOrder('Alba', 'Boreal')) as [Identity, Identity];
});
beforeEach(async () => {
  const [misbehaving, honest] = identities;
  bank = connecting(await listening(honest), [[misbehaving.certificate, 0]], { limits: { ...LIMITS, lingerMs: 0 } });
  raw = await RawPeer.connect(misbehaving, bank.listener.port, 1, 2);
});
afterEach(async () => {
  raw.webSocket.terminate();
  await bank.link.close();
});

/** The link is over for both, for this reason, and so is what a session waited for. */
async function expectTheEnd(reason: LinkReason): Promise<void> {
  const session = bank.link.open(SESSION);
  await expect(session.receive(1, 'never')).rejects.toMatchObject({ name: 'LinkError', reason, peer: 1 });
  expect(bank.link.state()).toMatchObject([{ phase: 'closed', reason }]);
}

describe('a link is closed for a frame', () => {
  const ack = (received: number, sender = 1) => encodeFrame({ type: 'ack', sender, received });
  it.each<[string, Uint8Array, LinkReason]>([
    ['of garbage', Uint8Array.of(1, 77, 1, 5, 5), 'malformed-frame'],
    ['without a byte', new Uint8Array(0), 'malformed-frame'],
    ['of another version', Uint8Array.of(2, 2, 1), 'version'],
    ['in the name of another bank', ack(0, 3), 'wrong-sender'],
    ['that acknowledges what was never sent', ack(5), 'wrong-sequence'],
  ])('%s', async (_, frame, reason) => {
    raw.greet();
    raw.send(frame);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason });
    await expectTheEnd(reason);
  });

  it.each([0, 2, 9])('with sequence number %i where 1 is due', async (sequence) => {
    raw.greet();
    raw.data(sequence, SESSION, 'one', ONE);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'wrong-sequence' });
    await expectTheEnd('wrong-sequence');
  });

  it('above the limit, from its length alone', async () => {
    raw.greet();
    raw.send(new Uint8Array(MAX_FRAME_BYTES + 1));
    await expect(raw.closed).resolves.toMatchObject({ status: 1009 }); // RFC 6455: message too big
    await expectTheEnd('frame-too-large');
    expect(bank.link.traffic().receivedBytes).toBeLessThan(100);
  });

  it('of text', async () => {
    raw.greet();
    raw.webSocket.send('text');
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'malformed-frame' });
    await expectTheEnd('malformed-frame');
  });

  it('before the greeting', async () => {
    raw.data(1, SESSION, 'one', ONE);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'malformed-frame' });
    await expectTheEnd('malformed-frame');
  });

  it('that greets a second time', async () => {
    raw.greet();
    raw.greet();
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'malformed-frame' });
    await expectTheEnd('malformed-frame');
  });

  it.each([
    ['from another bank', { sender: 3 }, 'wrong-sender'],
    ['to another bank', { receiver: 3 }, 'wrong-sender'],
  ] as const)('that greets %s', async (_, changes, reason) => {
    raw.greet(changes);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason });
    await expectTheEnd(reason);
  });

  it('that continues one session with another', async () => {
    raw.greet();
    const first = { type: 'data', sender: 1, totalBytes: 2 ** 20 + 1, round: 'one' } as const;
    raw.send({ ...first, sequence: 1, session: SESSION, offset: 0, chunk: new Uint8Array(2 ** 20) });
    raw.send({ ...first, sequence: 2, session: OTHER_SESSION, offset: 2 ** 20, chunk: ONE });
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'wrong-session' });
    await expectTheEnd('wrong-session');
  });

  it('that begins one session too many which nobody opens', async () => {
    raw.greet();
    for (let i = 1; i <= 4; i++) raw.data(i, new Uint8Array(32).fill(100 + i), 'one', ONE);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'overflow' });
    await expectTheEnd('overflow');
  });
});

describe('a link tells nobody more than the reason', () => {
  it('and lets the peer not in again', async () => {
    raw.greet();
    raw.send(Uint8Array.of(9));
    await raw.closed;
    await expect(RawPeer.connect(identities[0], bank.listener.port, 1, 2)).rejects.toThrow('403');
    expect(bank.refusals).toMatchObject([{ reason: 'version', peer: 1 }]);
  });
});

describe('a session', () => {
  it('drops a frame that is sent again under its old number', async () => {
    raw.greet();
    const session = bank.link.open(SESSION);
    raw.data(1, SESSION, 'one', ONE);
    raw.data(1, SESSION, 'one', ONE);
    raw.data(2, SESSION, 'two', ONE);
    await expect(session.receive(1, 'two')).resolves.toEqual(ONE);
    expect(session.traffic.get(1)?.receivedMessages).toBe(2);
  });

  it('drops a frame that replays another session under its old number', async () => {
    raw.greet();
    const old = bank.link.open(OTHER_SESSION);
    raw.data(1, OTHER_SESSION, 'one', Uint8Array.of(66));
    await old.receive(1, 'one');
    const session = bank.link.open(SESSION);
    raw.data(1, SESSION, 'one', Uint8Array.of(66));
    raw.data(2, SESSION, 'one', ONE);
    await expect(session.receive(1, 'one')).resolves.toEqual(ONE);
  });

  it('that has ended swallows what is replayed into it under a new number', async () => {
    raw.greet();
    const old = bank.link.open(OTHER_SESSION);
    raw.data(1, OTHER_SESSION, 'one', ONE);
    await old.receive(1, 'one');
    old.close();
    const session = bank.link.open(SESSION);
    raw.data(2, OTHER_SESSION, 'one', ONE);
    raw.data(3, SESSION, 'one', ONE);
    await expect(session.receive(1, 'one')).resolves.toEqual(ONE);
    await expect(old.receive(1, 'two')).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('blames the sender of a message that comes twice under new numbers, and hears it no more', async () => {
    raw.greet();
    const session = bank.link.open(SESSION);
    const waiting = session.receive(1, 'other');
    raw.data(1, SESSION, 'one', ONE);
    raw.data(2, SESSION, 'one', ONE);
    await expect(waiting).rejects.toMatchObject({ code: 'duplicate-message', blame: [1], round: 'one' });
  });

  it('blames the sender of a message that is announced to exceed the limit; other sessions go on', async () => {
    raw.greet();
    const session = bank.link.open(SESSION);
    const other = bank.link.open(OTHER_SESSION);
    raw.data(1, SESSION, 'large', new Uint8Array(1001));
    raw.data(2, OTHER_SESSION, 'one', ONE);
    await expect(session.receive(1, 'large')).rejects.toMatchObject({ code: 'too-large', blame: [1], round: 'large' });
    await expect(other.receive(1, 'one')).resolves.toEqual(ONE);
  });

  it('blames a peer that goes on without our acknowledgements', async () => {
    raw.greet();
    const session = bank.link.open(SESSION);
    const waiting = session.receive(1, 'other');
    for (let i = 1; i <= 10; i++) raw.data(i, SESSION, String(i), new Uint8Array(1000));
    await expect(waiting).rejects.toMatchObject({ code: 'too-large', blame: [1] });
  });

  it('survives when a newer connection of the same process takes over', async () => {
    raw.greet();
    const session = bank.link.open(SESSION);
    raw.data(1, SESSION, 'one', ONE);
    await session.receive(1, 'one');
    const newer = await RawPeer.connect(identities[0], bank.listener.port, 1, 2);
    await expect(raw.closed).resolves.toEqual({ status: 4000, reason: 'replaced' });
    newer.greet();
    newer.data(2, SESSION, 'two', ONE);
    await expect(session.receive(1, 'two')).resolves.toEqual(ONE);
    newer.webSocket.terminate();
    await stateOf(bank.link, 1, (state) => state.phase === 'connecting');
  });
});
