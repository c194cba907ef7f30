import { describe, expect, it } from 'vitest';
import { ProtocolAbort } from '../../src/core/errors.ts';
import { conclude } from '../../src/core/network/conclude.ts';
import { tossCoin } from '../../src/core/network/coin.ts';
import type { Link } from '../../src/core/network/network.ts';
import { runSession, type Session } from '../../src/core/network/session.ts';
import { Simulation, systemRandom, testSigners, type Fault } from '../support/simulation.ts';

const id = new Uint8Array(32).fill(7);

function run<T>(simulation: Simulation, protocol: (session: Session) => Promise<T>, signal?: AbortSignal) {
  return simulation.all((link: Link) =>
    runSession(link.open(id), { id, clock: simulation.clock, roundMs: 1000, ...(signal ? { signal } : {}) }, protocol),
  );
}

function abortOf(result: PromiseSettledResult<unknown> | undefined): ProtocolAbort {
  if (result?.status !== 'rejected') throw new Error('expected an abort');
  expect(result.reason).toBeInstanceOf(ProtocolAbort);
  return result.reason as ProtocolAbort;
}

const only =
  (match: (m: Parameters<Fault>[0]) => boolean, fault: Fault): Fault =>
  (m) =>
    match(m) ? fault(m) : [m];

describe('a session', () => {
  const u8 = (session: Session) => session.exchange('r', Uint8Array.of(session.self), (reader) => reader.u8('x'));

  it('gives every party what every party sent, in party order', async () => {
    const results = await run(new Simulation(4), u8);
    for (const result of results) expect(result).toEqual({ status: 'fulfilled', value: [1, 2, 3, 4] });
  });

  it('names all parties of a round that sent nonsense, and the others only hear that it ended', async () => {
    const fault = only(
      (m) => m.round === 'r' && m.from !== 2 && m.to === 2,
      (m) => [{ ...m, body: new Uint8Array(3) }],
    );
    const results = await run(new Simulation(4, fault), async (session) => {
      await u8(session);
      return session.exchange('next', new Uint8Array(0), () => undefined);
    });
    expect(abortOf(results[1])).toMatchObject({ code: 'wrong-length', blame: [1, 3, 4], round: 'r' });
    for (const i of [0, 2, 3]) {
      expect(abortOf(results[i])).toMatchObject({ code: 'peer-aborted', blame: [], by: 2, reason: 'wrong-length' });
    }
  });

  it('ends by its deadline when a party falls silent, and accuses nobody of a dead line', async () => {
    const results = await run(
      new Simulation(
        3,
        only(
          (m) => m.from === 3,
          () => [],
        ),
      ),
      u8,
    );
    expect(abortOf(results[0])).toMatchObject({ code: 'deadline', blame: [], missing: [3] });
    expect(abortOf(results[1]).blame).toEqual([]);
  });

  it('a message sent twice ends the session and blames its sender', async () => {
    const twice = only(
      (m) => m.round === 'r' && m.from === 2 && m.to === 1,
      (m) => [m, m],
    );
    const results = await run(new Simulation(3, twice), async (session) => {
      await u8(session);
      return session.exchange('next', new Uint8Array(0), () => undefined);
    });
    expect(abortOf(results[0])).toMatchObject({ code: 'duplicate-message', blame: [2] });
  });

  it('an equivocating broadcast is noticed by the echo and blames nobody', async () => {
    const lie = only(
      (m) => m.round === 'r' && m.from === 3 && m.to === 1,
      (m) => [{ ...m, body: Uint8Array.of(99) }],
    );
    const results = await run(new Simulation(3, lie), async (session) => {
      await u8(session);
      await session.echo('echo');
    });
    expect(abortOf(results[0])).toMatchObject({ code: 'broadcast-mismatch', blame: [] });
    expect(abortOf(results[1]).blame).toEqual([]);
  });

  it('a cancelled session ends at all parties, and says who cancelled', async () => {
    const simulation = new Simulation(3);
    const controller = new AbortController();
    const results = await simulation.all((link) =>
      runSession(
        link.open(id),
        { id, clock: simulation.clock, roundMs: 1000, ...(link.self === 1 ? { signal: controller.signal } : {}) },
        async (session) => {
          if (session.self === 1) controller.abort();
          return session.exchange('r', new Uint8Array(0), () => undefined);
        },
      ),
    );
    expect(abortOf(results[0])).toMatchObject({ code: 'cancelled', blame: [1] });
    expect(abortOf(results[1])).toMatchObject({ code: 'peer-aborted', by: 1, reason: 'cancelled' });
  });

  it('ends by its deadline when a party sends all that is due and accepts nothing', async () => {
    const simulation = new Simulation(3);
    const results = await simulation.all(async (link) => {
      const network = link.open(id);
      if (link.self === 3) {
        await Promise.all([1, 2].map((to) => network.send(to, 'r', Uint8Array.of(3))));
        return undefined;
      }
      const send: typeof network.send = (to, round, body) =>
        to === 3 ? new Promise(() => undefined) : network.send(to, round, body);
      return runSession({ ...network, send }, { id, clock: simulation.clock, roundMs: 1000 }, u8);
    });
    expect(abortOf(results[0])).toMatchObject({ code: 'deadline', blame: [], missing: [3], round: 'r' });
  });

  it('delays and reordering change nothing', async () => {
    let n = 0;
    const results = await run(new Simulation(3, (m) => [{ ...m, delay: (n = (n * 7 + 3) % 11) }]), async (session) => {
      const seen: number[][] = [];
      for (const round of ['a', 'b', 'c']) {
        seen.push(await session.exchange(round, Uint8Array.of(session.self), (reader) => reader.u8('x')));
      }
      await session.echo('echo');
      return seen;
    });
    for (const result of results)
      expect(result).toMatchObject({
        value: [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
      });
  });

  it('both ends of a pair have the same digest of their messages, and another one when a message differed', async () => {
    const digests = (fault?: Fault) =>
      run(new Simulation(3, fault), async (session) => {
        await session.scatter(
          'r',
          (to) => Uint8Array.of(to),
          (reader) => reader.u8('x'),
        );
        return session.peers.map((peer) => [
          peer,
          Buffer.from(session.transcript.pair(id, peer).digest).toString('hex'),
        ]);
      });
    const values = (results: PromiseSettledResult<unknown>[]) =>
      results.map((r) => new Map((r as PromiseFulfilledResult<[number, string][]>).value));
    const [one, two] = values(await digests());
    expect(one?.get(2)).toBe(two?.get(1));
    expect(one?.get(3)).not.toBe(one?.get(2));
    const [one2, two2] = values(
      await digests(
        only(
          (m) => m.from === 1 && m.to === 2,
          (m) => [{ ...m, body: Uint8Array.of(9) }],
        ),
      ),
    );
    expect(one2?.get(2)).not.toBe(two2?.get(1));
  });
});

describe('a coin toss', () => {
  it('gives all parties the same seed, another one each time', async () => {
    const toss = async () => {
      const results = await run(new Simulation(3), (session) => tossCoin(session, systemRandom, 'coin'));
      const seeds = results.map((r) => Buffer.from((r as PromiseFulfilledResult<Uint8Array>).value).toString('hex'));
      expect(new Set(seeds).size).toBe(1);
      return seeds[0];
    };
    expect(await toss()).not.toBe(await toss());
  });

  it('an opening that does not match its commitment blames its sender', async () => {
    const lie = only(
      (m) => m.round === 'coin/open' && m.from === 2,
      (m) => [{ ...m, body: m.body.map((b) => b ^ 1) }],
    );
    const results = await run(new Simulation(3, lie), (session) => tossCoin(session, systemRandom, 'coin'));
    for (const i of [0, 2]) {
      const abort = abortOf(results[i]);
      if (abort.code !== 'peer-aborted') expect(abort).toMatchObject({ code: 'commitment-mismatch', blame: [2] });
      expect(abort.blame.filter((party) => party !== 2)).toEqual([]);
    }
    expect(
      results.some((r) => r.status === 'rejected' && (r.reason as ProtocolAbort).code === 'commitment-mismatch'),
    ).toBe(true);
  });
});

describe('concluding', () => {
  const statement = new TextEncoder().encode('the record');
  const concluding = (size: number, fault?: Fault) => {
    const signers = testSigners(size);
    return run(new Simulation(size, fault), (session) =>
      conclude(session, signers[session.self - 1] as (typeof signers)[number], statement),
    );
  };

  it('gives everybody everybody’s signature', async () => {
    const results = await concluding(3);
    const sets = results.map((r) =>
      (r as PromiseFulfilledResult<Uint8Array[]>).value.map((s) => Buffer.from(s).toString('hex')),
    );
    expect(sets[0]).toHaveLength(3);
    expect(sets[1]).toEqual(sets[0]);
    expect(sets[2]).toEqual(sets[0]);
  });

  it('completes at all honest parties when one signs for some of them only', async () => {
    const results = await concluding(
      4,
      only(
        (m) => m.from === 4 && m.to !== 1,
        () => [],
      ),
    );
    expect(results.slice(0, 3).map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  });

  it('completes at all honest parties when one keeps one of them back as long as it can', async () => {
    const signers = testSigners(3);
    // Bank 3 makes bank 1 enter and leave this step just before the deadlines, and says nothing to bank 2.
    const slow: Fault = (m) => {
      if (m.from === 3 && m.to === 2 && m.round !== 'before') return [];
      if (m.from === 3 && m.to === 1) return [{ ...m, delayMs: m.round === 'before' ? 990 : 1980 }];
      return m.round === 'conclude/forward' ? [{ ...m, delayMs: 300 }] : [m];
    };
    const results = await run(new Simulation(3, slow), async (session) => {
      await session.exchange('before', new Uint8Array(0), () => undefined);
      return conclude(session, signers[session.self - 1] as (typeof signers)[number], statement);
    });
    expect(results.slice(0, 2).map((r) => r.status)).toEqual(['fulfilled', 'fulfilled']);
  });

  it('completes at nobody when one floods the others before it signs, and says so', async () => {
    const flood = only(
      (m) => m.from === 3 && m.round === 'conclude',
      (m) => [{ ...m, round: 'twice' }, { ...m, round: 'twice' }, m],
    );
    const results = await concluding(3, flood);
    for (const i of [0, 1]) expect(abortOf(results[i])).toMatchObject({ code: 'duplicate-message', blame: [3] });
  });

  it('leaves no timer behind', async () => {
    const pending = new Set<() => void>();
    const signers = testSigners(3);
    const simulation = new Simulation(3);
    const clock: typeof simulation.clock = {
      now: () => simulation.clock.now(),
      after(ms, callback) {
        const cancel = simulation.clock.after(ms, callback);
        pending.add(cancel);
        return () => {
          pending.delete(cancel);
          cancel();
        };
      },
    };
    const results = await simulation.all((link) =>
      runSession(link.open(id), { id, clock, roundMs: 1000 }, (session) =>
        conclude(session, signers[session.self - 1] as (typeof signers)[number], statement),
      ),
    );
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(pending.size).toBe(0);
  });

  it('completes at nobody when one withholds its signature, and accuses nobody', async () => {
    const results = await concluding(
      3,
      only(
        (m) => m.from === 3,
        () => [],
      ),
    );
    for (const i of [0, 1]) expect(abortOf(results[i])).toMatchObject({ code: 'deadline', blame: [], missing: [3] });
  });

  it('completes at nobody when a signature is wrong, and blames its sender', async () => {
    const results = await concluding(
      3,
      only(
        (m) => m.from === 2 && m.round.startsWith('conclude'),
        (m) => (m.round === 'conclude' ? [{ ...m, body: m.body.map((b) => b ^ 1) }] : []),
      ),
    );
    expect(abortOf(results[0])).toMatchObject({ code: 'bad-signature', blame: [2] });
    expect(abortOf(results[2])).toMatchObject({ code: 'bad-signature', blame: [2] });
  });
});
