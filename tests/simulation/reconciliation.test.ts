import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader, Writer } from '../../src/core/bytes/encoding.ts';
import { toHex } from '../../src/core/bytes/hex.ts';
import { bigintToBytes, bytesToBigint } from '../../src/core/bytes/integers.ts';
import type { BankGraph, PeriodGraph } from '../../src/core/datasets/bank-graph.ts';
import { batchOf } from '../../src/core/modulus/batch.ts';
import { runSession } from '../../src/core/network/session.ts';
import { hashToCurve, isOnCurve, POINT_BYTES, type Curve25519 } from '../../src/core/reconciliation/curve.ts';
import { reconcile, type Matching } from '../../src/core/reconciliation/reconcile.ts';
import { hostCurve } from '../../src/main/compute/curve25519.ts';
import { Simulation, systemRandom, type Fault, type Message } from '../support/simulation.ts';

const BANKS = ['A', 'B', 'C'];
const curve = hostCurve(() => undefined);
const SESSION = new Uint8Array(32).fill(1);

/** Ids of one bank that another is to get: those that the sender would serve, and those that the receiver expects. */
interface Flow {
  readonly from: number;
  readonly to: number;
  readonly period?: number;
  readonly served: readonly string[];
  readonly expected: readonly string[];
}

function graphsOf(flows: readonly Flow[], periods = 1): BankGraph[] {
  return BANKS.map((bank, b) => {
    const ids = [...new Set(flows.filter(({ from }) => from === b + 1).flatMap(({ served }) => served))];
    const indexOf = new Map(ids.map((id, i) => [id, i]));
    const periodGraphs = Array.from({ length: periods }, (_, z): PeriodGraph => {
      const here = flows.filter(({ period = 0 }) => period === z);
      const serves = here
        .filter(({ from }) => from === b + 1)
        .map(({ to, served }) => [BANKS[to - 1] as string, served.map((id) => indexOf.get(id) as number)] as const);
      const foreignSources = here
        .filter(({ to }) => to === b + 1)
        .flatMap(({ from, expected }) => expected.map((id) => ({ bank: BANKS[from - 1] as string, id })));
      return { incoming: [], foreignSources, serves: new Map(serves) };
    });
    return { bank, ids, scores: new Float64Array(ids.length), periods: periodGraphs };
  });
}

interface Run {
  readonly graphs: readonly BankGraph[];
  readonly session?: Uint8Array;
  readonly simulation?: Simulation;
  readonly curveOf?: (party: number) => Curve25519;
}

function run({ graphs, session: id = SESSION, simulation = new Simulation(3), curveOf = () => curve }: Run) {
  return simulation.all((link) =>
    runSession(link.open(id), { id, clock: simulation.clock, roundMs: 1000 }, (session) =>
      reconcile(session, {
        graph: graphs[link.self - 1] as BankGraph,
        banks: BANKS,
        curve: curveOf(link.self),
        random: systemRandom,
        breathe: () => undefined,
      }),
    ),
  );
}

async function matchingsOf(given: Run): Promise<Matching[][][]> {
  return (await run(given)).map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Of one flow: the ids that the sender serves and those that the receiver gets, in their order, and what did not match. */
function outcomeOf(flow: Flow, graphs: readonly BankGraph[], matchings: Matching[][][]) {
  const { from, to, period = 0 } = flow;
  const sending = matchings[from - 1]?.[period]?.[to - 1] as Matching;
  const receiving = matchings[to - 1]?.[period]?.[from - 1] as Matching;
  const sources = graphs[to - 1]?.periods[period]?.foreignSources ?? [];
  return {
    served: sending.served.map((account) => graphs[from - 1]?.ids[account]),
    expected: receiving.expected.map((source) => sources[source]?.id),
    servedUnmatched: sending.servedUnmatched,
    expectedUnmatched: receiving.expectedUnmatched,
  };
}

/** The lists of points of a message. */
function listsIn(body: Uint8Array): Uint8Array[][] {
  const reader = new Reader(body);
  const lists: Uint8Array[][] = [];
  while (reader.remaining > 0) {
    const count = reader.u32('count');
    lists.push(Array.from({ length: count }, () => reader.raw(POINT_BYTES, 'point')));
  }
  return lists;
}

function writeLists(lists: readonly (readonly Uint8Array[])[]): Uint8Array {
  const writer = new Writer();
  for (const list of lists) {
    writer.u32(list.length);
    for (const point of list) writer.raw(point);
  }
  return writer.done();
}

const pointsIn = (messages: readonly Message[]): string[] =>
  messages.flatMap(({ body }) => listsIn(body).flat().map(toHex));

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i)}`);

describe('reconciliation', () => {
  it('finds what both know in every direction and period, in one order on both sides, and counts the rest', async () => {
    const someIds = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', ' a', 'A', 'é', 'e\u0301', ''), {
      maxLength: 6,
    });
    const pairs = [1, 2, 3].flatMap((from) => [1, 2, 3].filter((to) => to !== from).map((to) => ({ from, to })));
    const anyFlows = fc.tuple(
      ...[0, 1].flatMap((period) =>
        pairs.map((pair) =>
          fc.record({ served: someIds, expected: someIds }).map((lists) => ({ ...pair, period, ...lists })),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(anyFlows, async (flows: Flow[]) => {
        const graphs = graphsOf(flows, 2);
        const matchings = await matchingsOf({ graphs });
        for (const flow of flows) {
          const found = outcomeOf(flow, graphs, matchings);
          const common = flow.served.filter((id) => flow.expected.includes(id));
          expect(found.served).toEqual(found.expected);
          expect([...found.served].sort()).toEqual([...common].sort());
          expect(found.servedUnmatched).toBe(flow.served.length - common.length);
          expect(found.expectedUnmatched).toBe(flow.expected.length - common.length);
        }
        expect(matchings.map((periods) => periods.map((parties) => parties.length))).toEqual([
          [3, 3],
          [3, 3],
          [3, 3],
        ]);
        matchings.forEach((periods, party) => {
          for (const parties of periods) expect(parties[party]).toMatchObject({ served: [], expected: [] });
        });
      }),
      { numRuns: 15 },
    );
  });

  it('agrees on another order each time', async () => {
    const flow = { from: 1, to: 2, served: ids('x', 20), expected: ids('x', 20) };
    const graphs = graphsOf([flow]);
    const order = async () => outcomeOf(flow, graphs, await matchingsOf({ graphs })).served.join();
    expect(await order()).not.toBe(await order());
  });

  it('works for 50,000 ids per side', async () => {
    const common = ids('common ', 30_000);
    const flow = {
      from: 1,
      to: 2,
      served: [...common, ...ids('only with the sender ', 20_000)],
      expected: [...ids('only with the receiver ', 20_000), ...common],
    };
    const graphs = graphsOf([flow]);
    const start = performance.now();
    const found = outcomeOf(flow, graphs, await matchingsOf({ graphs }));
    console.info(`both sides of 50,000 ids: ${((performance.now() - start) / 1000).toFixed(1)} s in one thread`);
    expect(found.served).toEqual(found.expected);
    expect(new Set(found.served)).toEqual(new Set(common));
    expect([found.servedUnmatched, found.expectedUnmatched]).toEqual([20_000, 20_000]);
  });
});

/** What bank 2 saw and knows after a run: all that it received, and all the scalars that it drew. */
async function viewOfBank2(graphs: readonly BankGraph[], session = SESSION) {
  const simulation = new Simulation(3);
  const scalars: Uint8Array[][] = [[], [], []];
  const curveOf = (party: number): Curve25519 => ({
    multiply: (scalar, points) => {
      if (points.count > 0) scalars[party - 1]?.push(new Uint8Array(scalar));
      return curve.multiply(scalar, points);
    },
  });
  await matchingsOf({ graphs, session, simulation, curveOf });
  const received = simulation.sent.filter((m) => m.to === 2 && m.round.startsWith('reconciliation'));
  return { received, own: scalars[1] as Uint8Array[], ofPeer: scalars[0] as Uint8Array[] };
}

describe('the messages of a reconciliation', () => {
  const secretIds = ids('secret ', 8);
  const commonIds = ids('common ', 5);
  const flows: Flow[] = [
    { from: 1, to: 2, served: [...secretIds, ...commonIds], expected: [...commonIds, 'unanswered'] },
    { from: 2, to: 1, served: commonIds, expected: [...commonIds, ...secretIds] },
  ];
  const graphs = graphsOf(flows);
  const candidates = [...secretIds, ...commonIds, 'unanswered', 'never heard of'];
  const directions = [1, 2, 3].flatMap((from) => [1, 2, 3].map((to) => [0, from, to] as const));

  /** Every candidate's point under every scalar, in every direction. */
  async function dictionary(scalars: readonly Uint8Array[]): Promise<Map<string, string>> {
    const points = new Map<string, string>();
    for (const id of candidates) {
      for (const direction of directions) {
        const plain = hashToCurve('account', SESSION, ...direction, id);
        points.set(toHex(plain), id);
        for (const scalar of scalars) {
          const once = await curve.multiply(scalar, batchOf(plain, POINT_BYTES));
          points.set(toHex(once.bytes), id);
          for (const second of scalars) points.set(toHex((await curve.multiply(second, once)).bytes), id);
        }
      }
    }
    return points;
  }

  const smallScalars = Array.from({ length: 4 }, (_, i) => bigintToBytes(BigInt(i + 1), POINT_BYTES));

  it('do not show an id that only the peer has to one who tries all ids with all scalars that it knows', async () => {
    const { received, own } = await viewOfBank2(graphs);
    const points = pointsIn(received);
    // both lists of bank 1, and both of our own come back
    expect(points).toHaveLength(13 + 13 + 5 + 6);
    const known = await dictionary([...own, ...smallScalars]);
    expect(points.filter((point) => known.has(point))).toEqual([]);
  });

  it('would show it to one who knew the peer’s scalars, so that this search would have found it', async () => {
    const { received, own, ofPeer } = await viewOfBank2(graphs);
    const known = await dictionary([...own, ...ofPeer]);
    const found = new Set(pointsIn(received).map((point) => known.get(point)));
    expect(found).toEqual(new Set([...secretIds, ...commonIds, 'unanswered']));
  });

  it('cannot be linked from one run to the next, nor from one direction or period to another', async () => {
    const twice = graphsOf([...flows, ...flows.map((flow) => ({ ...flow, period: 1 }))], 2);
    const first = pointsIn((await viewOfBank2(twice)).received);
    const second = pointsIn((await viewOfBank2(twice)).received);
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
  });

  it('are sorted, so that the order of a bank’s accounts does not show', async () => {
    const { received } = await viewOfBank2(graphs);
    const masked = received.filter((m) => m.round === 'reconciliation/masked').flatMap((m) => listsIn(m.body));
    expect(masked.map((list) => list.length).sort()).toEqual([0, 0, 13, 13]);
    for (const list of masked) expect(list.map(toHex)).toEqual(list.map(toHex).sort());
  });
});

const P = 2n ** 255n - 19n;
const ORDER_4 = 1n;
const ORDER_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504n;

describe('points', () => {
  it('of hashed ids lie on the curve, and differ for purpose and parts', () => {
    const points = [hashToCurve('p', 'a'), hashToCurve('p', 'b'), hashToCurve('q', 'a'), hashToCurve('p', 1, 'a')];
    expect(new Set(points.map(toHex)).size).toBe(4);
    for (const point of points) expect(isOnCurve(bytesToBigint(point))).toBe(true);
  });

  it('of the twist, of no curve, 0, and coordinates from 2^255 − 19 up are told apart', () => {
    expect(isOnCurve(9n)).toBe(true); // the base point
    expect(isOnCurve(2n)).toBe(false); // on the twist
    expect([0n, P, P + 9n, P - 1n].map(isOnCurve)).toEqual([false, false, false, false]);
    expect([ORDER_4, ORDER_8].map(isOnCurve)).toEqual([true, true]);
  });

  it('are multiplied alike in whatever order', async () => {
    const [a, b] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const point = batchOf(hashToCurve('p', 'a'), POINT_BYTES);
    const ab = await curve.multiply(b, await curve.multiply(a, point));
    expect(await curve.multiply(a, await curve.multiply(b, point))).toEqual(ab);
  });
});

describe('a bank that sends points', () => {
  const graphs = graphsOf([{ from: 3, to: 1, served: ids('x', 4), expected: ids('x', 4) }]);
  const bytes = (value: bigint): Uint8Array => bigintToBytes(value, POINT_BYTES);
  const sorted = (points: readonly Uint8Array[]): Uint8Array[] =>
    [...points].sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1));
  const withPoint = (value: bigint) => (points: readonly Uint8Array[]) => sorted([...points.slice(1), bytes(value)]);

  async function afterChange(round: string, change: (points: readonly Uint8Array[]) => Uint8Array[]) {
    const fault: Fault = (m) => {
      if (m.round !== round || m.from !== 3 || m.to !== 1) return [m];
      const lists = listsIn(m.body);
      return [{ ...m, body: writeLists(lists.map((list) => (list.length > 0 ? change(list) : list))) }];
    };
    return run({ graphs, simulation: new Simulation(3, fault) });
  }

  it.for([
    ['of the twist', withPoint(2n), 'not-in-group'],
    ['that are 0', withPoint(0n), 'not-in-group'],
    ['of order 4', withPoint(ORDER_4), 'not-in-group'],
    ['of order 8', withPoint(ORDER_8), 'not-in-group'],
    ['that are not canonical, but for their last bit good', withPoint((1n << 255n) + 9n), 'not-in-group'],
    ['that are not canonical, for P is subtracted', withPoint(P + 9n), 'not-in-group'],
    ['twice', (points: readonly Uint8Array[]) => sorted([...points, points[0] as Uint8Array]), 'not-canonical'],
    ['out of order', (points: readonly Uint8Array[]) => points.toReversed(), 'not-canonical'],
  ] as const)('%s is blamed', async ([, change, code]) => {
    const results = await afterChange('reconciliation/masked', change);
    expect(results[0]).toMatchObject({
      status: 'rejected',
      reason: { code, blame: [3], round: 'reconciliation/masked', field: 'points' },
    });
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'peer-aborted', by: 1, blame: [] } });
  });

  it.for([
    ['of the twist', withPoint(2n), 'not-in-group'],
    ['one too few', (points: readonly Uint8Array[]) => points.slice(1), 'wrong-length'],
    ['one too many', (points: readonly Uint8Array[]) => [...points, bytes(9n)], 'wrong-length'],
  ] as const)('back %s is blamed', async ([, change, code]) => {
    const results = await afterChange('reconciliation/doubled', change);
    expect(results[0]).toMatchObject({
      reason: { code, blame: [3], round: 'reconciliation/doubled', field: 'points' },
    });
  });

  it('back that are not what was asked for finds nothing in common, and counts it', async () => {
    const results = await afterChange('reconciliation/doubled', (points) =>
      points.map((_, i) => hashToCurve('other', i)),
    );
    expect(results[0]).toMatchObject({ value: [[{}, {}, { expected: [], expectedUnmatched: 4 }]] });
  });

  it('of more ids than there can be is refused before they are read', async () => {
    const fault: Fault = (m) =>
      m.round === 'reconciliation/masked' && m.from === 3
        ? [{ ...m, body: new Writer().u32(10_000_001).raw(m.body).done() }]
        : [m];
    const results = await run({ graphs, simulation: new Simulation(3, fault) });
    expect(results[0]).toMatchObject({ reason: { code: 'too-large', blame: [3], field: 'count' } });
  });
});
