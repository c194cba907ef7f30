import { createHash } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/main/identity/identity.ts';
import { CHUNK_BYTES } from '../../src/main/link/frame.ts';
import { hostRandom } from '../../src/main/runtime.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import {
  connecting,
  identitiesInOrder,
  listening,
  stateOf,
  type Bank,
  type BankOptions,
  PATIENTLY,
} from '../support/tls-peers.ts';

const SESSION = new Uint8Array(32).fill(1);
const MIB = 2 ** 20;

let identities: [Identity, Identity];
const links: { close(): Promise<void> }[] = [];
const proxies: FaultProxy[] = [];

beforeAll(async () => {
  identities = (await identitiesInOrder('Alba', 'Boreal')) as [Identity, Identity];
});
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

/** The first bank dials the second one through the proxy. */
async function banksWithProxy(
  options: BankOptions = {},
): Promise<{ dialler: Bank; answerer: Bank; proxy: FaultProxy }> {
  const [first, second] = await Promise.all(identities.map((identity) => listening(identity)));
  if (!first || !second) throw new Error('two banks');
  const proxy = await FaultProxy.start(second.listener.port);
  const dialler = connecting(first, [[second.identity.certificate, proxy.port]], options);
  const answerer = connecting(second, [[first.identity.certificate, 0]], options);
  links.push(dialler.link, answerer.link);
  proxies.push(proxy);
  await Promise.all([dialler.link.connected(20_000), answerer.link.connected(20_000)]);
  return { dialler, answerer, proxy };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a connection that is cut', () => {
  it('20 times in the middle of long vectors both ways costs nothing of them', async () => {
    const { dialler, answerer, proxy } = await banksWithProxy();
    const there = hostRandom.bytes(20 * MIB + 12_345);
    const back = hostRandom.bytes(20 * MIB + 54_321);
    let seed = 1;
    proxy.cutConnections(20, () => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      return 100_000 + (seed % (3 * MIB));
    });
    proxy.cutAll(); // the connection that is open does not know of this yet; it counts as the first cut
    const [a, b] = [dialler.link.open(SESSION), answerer.link.open(SESSION)];
    const [atB, atA] = await Promise.all([
      b.receive(1, 'vector'),
      a.receive(2, 'vector'),
      a.send(2, 'vector', there),
      b.send(1, 'vector', back),
    ]);
    expect(digest(atB)).toBe(digest(there));
    expect(digest(atA)).toBe(digest(back));
    expect(proxy.cuts).toBe(20);
    expect(dialler.link.state()[0]?.reconnects).toBeGreaterThan(0);
    expect(dialler.link.traffic().sentBytes).toBeGreaterThan(there.length + MIB);
    expect(a.traffic.get(2)).toEqual({
      sentMessages: 1,
      sentBytes: there.length,
      receivedMessages: 1,
      receivedBytes: back.length,
    });
  });

  it('between small messages loses none and repeats none, and keeps their order', async () => {
    const { dialler, answerer, proxy } = await banksWithProxy();
    const [a, b] = [dialler.link.open(SESSION), answerer.link.open(SESSION)];
    for (let i = 0; i < 60; i++) {
      if (i % 6 === 3) proxy.cutAll();
      await a.send(2, `there ${String(i)}`, Uint8Array.of(i));
      if (i % 6 === 5) proxy.cutAll();
      await expect(b.receive(1, `there ${String(i)}`)).resolves.toEqual(Uint8Array.of(i));
      await b.send(1, `back ${String(i)}`, Uint8Array.of(i, i));
      await expect(a.receive(2, `back ${String(i)}`)).resolves.toEqual(Uint8Array.of(i, i));
    }
    expect(a.traffic.get(2)?.receivedMessages).toBe(60);
  });

  it('for longer than the peers wait ends the sessions on both sides, and says so', async () => {
    const { dialler, answerer, proxy } = await banksWithProxy({ limits: { giveUpAfterMs: 2000 } });
    const [a, b] = [dialler.link.open(SESSION), answerer.link.open(SESSION)];
    const waiting = [a.receive(2, 'never'), b.receive(1, 'never'), a.send(2, 'large', new Uint8Array(20 * MIB))];
    proxy.block(true);
    const ends = await Promise.allSettled(waiting);
    expect(ends).toMatchObject([
      { status: 'rejected', reason: { name: 'LinkError', reason: 'unreachable', peer: 2 } },
      { status: 'rejected', reason: { name: 'LinkError', reason: 'unreachable', peer: 1 } },
      { status: 'rejected', reason: { name: 'LinkError', reason: 'unreachable', peer: 2 } },
    ]);
  });
});

describe('a connection through which nothing comes any more', () => {
  it('is noticed by the heartbeat and replaced, and nothing is lost', async () => {
    const limits = { heartbeatMs: 50, heartbeatTimeoutMs: 300 };
    const { dialler, answerer, proxy } = await banksWithProxy({ limits });
    const [a, b] = [dialler.link.open(SESSION), answerer.link.open(SESSION)];
    proxy.freeze();
    const lost = stateOf(dialler.link, 2, (state) => state.phase === 'connecting');
    await a.send(2, 'one', Uint8Array.of(1));
    await b.send(1, 'one', Uint8Array.of(2));
    await expect(lost).resolves.toMatchObject({ reason: 'heartbeat-lost' });
    await expect(b.receive(1, 'one')).resolves.toEqual(Uint8Array.of(1));
    await expect(a.receive(2, 'one')).resolves.toEqual(Uint8Array.of(2));
    expect(dialler.link.state()[0]).toMatchObject({ phase: 'connected', reconnects: 1 });
  });

  it('is kept while it works, and its round trips are measured', async () => {
    const { dialler, answerer } = await banksWithProxy({ limits: { heartbeatMs: 20, heartbeatTimeoutMs: 2000 } });
    await expect.poll(() => answerer.link.state()[0]?.roundTripMs, PATIENTLY).toBeGreaterThan(0);
    await expect.poll(() => dialler.link.state()[0]?.roundTripMs, PATIENTLY).toBeGreaterThan(0);
    expect(dialler.link.state()[0]).toMatchObject({ phase: 'connected', reconnects: 0, name: identities[1].name });
  });
});

describe('a peer that restarts', () => {
  it.each([1, 2])('is noticed by its peer, be it bank %i: old sessions end, new ones work', async (party) => {
    const { dialler, answerer, proxy } = await banksWithProxy({ limits: { lingerMs: 0 } });
    const [restarting, staying] = party === 1 ? [dialler, answerer] : [answerer, dialler];
    const early = new Uint8Array(32).fill(2);
    await restarting.link.open(early).send(staying.link.self, 'one', Uint8Array.of(1));
    await restarting.link.open(SESSION).send(staying.link.self, 'one', Uint8Array.of(2));
    const session = staying.link.open(SESSION);
    await session.receive(party, 'one'); // so the early one has arrived as well
    proxy.block(true);
    const waiting = [
      session.receive(party, 'never'),
      session.send(party, 'large', new Uint8Array(30 * CHUNK_BYTES)),
    ].map((pending) => expect(pending).rejects.toMatchObject({ reason: 'peer-restarted', peer: party }));

    await restarting.link.close(); // its farewell does not get through: to its peer this is a crash
    const { port } = restarting.listener;
    const fresh = connecting(await listening(restarting.identity, { port }), [
      [staying.identity.certificate, proxy.port],
    ]);
    links.push(fresh.link);
    proxy.block(false);
    await fresh.link.connected(20_000);
    await Promise.all(waiting);

    await expect(session.send(party, 'late', Uint8Array.of(3))).rejects.toMatchObject({ reason: 'peer-restarted' });
    await expect(staying.link.open(early).receive(party, 'one')).rejects.toMatchObject({ reason: 'peer-restarted' });
    const id = new Uint8Array(32).fill(3);
    await staying.link.open(id).send(party, 'one', Uint8Array.of(5));
    await expect(fresh.link.open(id).receive(staying.link.self, 'one')).resolves.toEqual(Uint8Array.of(5));
  });
});
