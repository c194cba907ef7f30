import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Writer } from '../../src/core/bytes/encoding.ts';
import { runSession } from '../../src/core/network/session.ts';
import type { Identity } from '../../src/main/identity/identity.ts';
import { CHUNK_BYTES } from '../../src/main/link/frame.ts';
import { hostClock, hostRandom } from '../../src/main/runtime.ts';
import { connectedBanks, identitiesInOrder, type Bank, type BankOptions, PATIENTLY } from '../support/tls-peers.ts';

const MIB = 2 ** 20;
const session = (number: number) => new Uint8Array(32).fill(number);

type Three = [Bank, Bank, Bank];
let identities: Identity[];
let banks: Three;

beforeAll(async () => {
  identities = await identitiesInOrder('Alba', 'Boreal', 'Čáslav 銀行');
});
beforeEach(async () => {
  banks = await connect();
});
afterEach(async () => {
  await Promise.all(banks.map((bank) => bank.link.close()));
});

const connect = async (options: BankOptions = {}) => (await connectedBanks(identities, options)) as Three;
async function reconnectWith(limits: BankOptions['limits']): Promise<void> {
  await Promise.all(banks.map((bank) => bank.link.close()));
  banks = await connect(limits ? { limits } : {});
}

describe('three banks', () => {
  it('agree on who is who, and see each other connected', () => {
    expect(banks.map((bank) => [bank.link.self, bank.link.size])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const fingerprints = banks.map((bank) => bank.link.parties.map((party) => party.fingerprint));
    expect(fingerprints[1]).toEqual(fingerprints[0]);
    expect(fingerprints[0]).toEqual([...(fingerprints[0] ?? [])].sort());
    expect(banks[0].link.state()).toMatchObject([
      { party: 2, phase: 'connected', reconnects: 0 },
      { party: 3, phase: 'connected', reconnects: 0 },
    ]);
  });

  it('exchange messages in several sessions at the same time', async () => {
    const run = async (number: number) => {
      const networks = banks.map((bank) => bank.link.open(session(number)));
      const received = await Promise.all(
        networks.map(async (network) => {
          const others = [1, 2, 3].filter((party) => party !== network.self);
          const message = (from: number, to: number) => new Uint8Array(3 * MIB + 7).fill(number * 9 + from * 3 + to);
          await Promise.all(others.map((to) => network.send(to, 'vector', message(network.self, to))));
          const bodies = await Promise.all(others.map((from) => network.receive(from, 'vector')));
          return bodies.every((body, i) => Buffer.compare(body, message(others[i] as number, network.self)) === 0);
        }),
      );
      expect(received).toEqual([true, true, true]);
      networks.forEach((network) => {
        network.close();
      });
    };
    await Promise.all([1, 2, 3, 4].map(run));
  });

  it('count what they exchanged, each the same', async () => {
    const [a, b] = banks.map((bank) => bank.link.open(session(1)));
    await a?.send(2, 'one', new Uint8Array(1000));
    await b?.receive(1, 'one');
    const sent = { sentMessages: 1, sentBytes: 1000, receivedMessages: 0, receivedBytes: 0 };
    expect(a?.traffic.get(2)).toEqual(sent);
    expect(b?.traffic.get(1)).toEqual({ sentMessages: 0, sentBytes: 0, receivedMessages: 1, receivedBytes: 1000 });
    expect(banks[0].link.traffic(2).sentBytes).toBeGreaterThan(1000);
    await expect.poll(() => banks[1].link.traffic(1).receivedBytes, PATIENTLY).toBe(banks[0].link.traffic(2).sentBytes);
  });
});

describe('a session', () => {
  it('finds what came before it was opened, and gets what comes after', async () => {
    const first = banks[0].link.open(session(1));
    const marker = banks[0].link.open(session(2));
    await first.send(2, 'early', Uint8Array.of(1));
    await marker.send(2, 'marker', Uint8Array.of(2));
    await banks[1].link.open(session(2)).receive(1, 'marker');
    const second = banks[1].link.open(session(1));
    await expect(second.receive(1, 'early')).resolves.toEqual(Uint8Array.of(1));
    const late = second.receive(1, 'late');
    await first.send(2, 'late', Uint8Array.of(3));
    await expect(late).resolves.toEqual(Uint8Array.of(3));
  });

  it('rejects what is pending when it is closed, and everything later', async () => {
    const network = banks[0].link.open(session(1));
    const waiting = network.receive(2, 'never');
    network.close();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(network.send(2, 'late', new Uint8Array(1))).rejects.toMatchObject({ code: 'cancelled' });
    expect(() => banks[0].link.open(session(1))).toThrow('fresh identifier');
  });

  it('cannot be opened twice, nor with an identifier of another length', () => {
    banks[0].link.open(session(1));
    expect(() => banks[0].link.open(session(1))).toThrow('fresh identifier');
    expect(() => banks[0].link.open(new Uint8Array(31))).toThrow('fresh identifier');
  });

  it('refuses to send what is larger than the limit, to itself, or in a round without a name', async () => {
    await reconnectWith({ maxMessageBytes: 100 });
    const network = banks[0].link.open(session(1));
    await expect(network.send(2, 'one', new Uint8Array(101))).rejects.toMatchObject({ code: 'too-large', blame: [] });
    await expect(network.send(1, 'one', new Uint8Array(1))).rejects.toThrow('not a peer');
    await expect(network.send(2, '', new Uint8Array(1))).rejects.toThrow('name of a round');
  });
});

describe('flow control', () => {
  const MESSAGES = 24;

  it('stalls a sender whose messages nobody reads, and lets it go on when they are read', async () => {
    await reconnectWith({ windowBytes: 4 * MIB, unreadBytes: 4 * MIB });
    const [a, b] = [banks[0].link.open(session(1)), banks[1].link.open(session(1))];
    let accepted = 0;
    const bodies = Array.from({ length: MESSAGES }, () => hostRandom.bytes(CHUNK_BYTES));
    const sending = bodies.map((body, i) => a.send(2, String(i), body).then(() => (accepted += 1)));

    // The receiver acknowledges the first three, the fourth exceeds its limit; then the window fills up with four more.
    await expect.poll(() => accepted, PATIENTLY).toBeGreaterThanOrEqual(7);
    await expect.poll(() => banks[1].link.traffic(1).receivedBytes, PATIENTLY).toBeGreaterThanOrEqual(7 * MIB);
    await answered(banks[0], banks[1]);
    expect(accepted).toBeLessThan(10);

    for (const [i, body] of bodies.entries()) expect(Buffer.compare(await b.receive(1, String(i)), body)).toBe(0);
    await Promise.all(sending);
  });

  it('does not stand in the way of a later message while earlier ones below the limit lie unread', async () => {
    await reconnectWith({ windowBytes: 2 * MIB, unreadBytes: 32 * MIB });
    const [a, b] = [banks[0].link.open(session(1)), banks[1].link.open(session(1))];
    const later = b.receive(1, 'later');
    const sending = Array.from({ length: MESSAGES }, (_, i) => a.send(2, String(i), new Uint8Array(CHUNK_BYTES)));
    await Promise.all([...sending, a.send(2, 'later', Uint8Array.of(1))]);
    await expect(later).resolves.toEqual(Uint8Array.of(1));
  });

  it('does not stand in the way of a long message that is waited for', async () => {
    await reconnectWith({ windowBytes: 2 * MIB, unreadBytes: MIB });
    const [a, b] = [banks[0].link.open(session(1)), banks[1].link.open(session(1))];
    const body = hostRandom.bytes(MESSAGES * MIB);
    const [received] = await Promise.all([b.receive(1, 'long'), a.send(2, 'long', body)]);
    expect(Buffer.compare(received, body)).toBe(0);
  });

  /** A full exchange in another direction: whatever was on its way before has arrived. */
  async function answered(from: Bank, to: Bank): Promise<void> {
    const [b, a] = [to.link.open(session(9)), from.link.open(session(9))];
    await b.send(from.link.self, 'marker', new Uint8Array(1));
    await a.receive(to.link.self, 'marker');
  }
});

describe('a bank that leaves', () => {
  it('has delivered everything before, and does not disturb the others', async () => {
    const networks = banks.map((bank) => bank.link.open(session(1))) as [Network, Network, Network];
    await networks[0].send(2, 'last', new Uint8Array(5 * MIB));
    await banks[0].link.close();
    await expect(networks[1].receive(1, 'last')).resolves.toHaveLength(5 * MIB);
    await expect(networks[1].receive(1, 'more')).rejects.toMatchObject({ reason: 'done', peer: 1 });
    await expect(networks[1].send(1, 'more', new Uint8Array(1))).rejects.toMatchObject({ reason: 'done', peer: 1 });
    await networks[2].send(2, 'still here', Uint8Array.of(1));
    await expect(networks[1].receive(3, 'still here')).resolves.toEqual(Uint8Array.of(1));
    expect(banks[1].link.state()).toMatchObject([
      { party: 1, phase: 'closed', reason: 'done' },
      { party: 3, phase: 'connected' },
    ]);
  });

  it('ends its own sessions', async () => {
    const waiting = banks[0].link.open(session(1)).receive(2, 'never');
    const rejected = expect(waiting).rejects.toMatchObject({ reason: 'done' });
    await banks[0].link.close();
    await rejected;
  });
});

type Network = ReturnType<Bank['link']['open']>;

describe('a protocol of the core', () => {
  it('runs over the link, and ends well although every bank leaves as soon as it has finished', async () => {
    const sums = await Promise.all(
      banks.map(async (bank) => {
        const options = { id: session(1), clock: hostClock, roundMs: 20_000 };
        const sum = await runSession(bank.link.open(session(1)), options, async (protocol) => {
          let total = 0;
          for (let round = 1; round <= 20; round++) {
            const own = new Writer().u32(round * bank.link.self).done();
            const numbers = await protocol.exchange(`round ${String(round)}`, own, (reader) => reader.u32('number'));
            total += numbers.reduce((a, b) => a + b, 0);
          }
          await protocol.echo('echo');
          return total;
        });
        await bank.link.close();
        return sum;
      }),
    );
    expect(sums).toEqual([1260, 1260, 1260]);
  });
});
