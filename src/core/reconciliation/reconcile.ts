import { Reader, Writer } from '../bytes/encoding.ts';
import { bytesToBigint } from '../bytes/integers.ts';
import type { BankGraph } from '../datasets/bank-graph.ts';
import type { Random } from '../environment.ts';
import { Bug, MessageFault, ProtocolAbort } from '../errors.ts';
import { batchOf, bytesAt, concat, select, slice, type Batch } from '../modulus/batch.ts';
import type { Session } from '../network/session.ts';
import { hashToCurve, isOnCurve, POINT_BYTES, type Curve25519 } from './curve.ts';

/** What two banks have in common in one period, as seen by one of them. */
export interface Matching {
  /** Our accounts that the peer expects scores of, by account index, in the order both agreed on. */
  readonly served: readonly number[];
  /** The peer's accounts whose scores we receive, by index into the period's foreign sources, in the agreed order. */
  readonly expected: readonly number[];
  /** How many of ours that we would serve the peer does not expect, and how many that we expect it does not serve. */
  readonly servedUnmatched: number;
  readonly expectedUnmatched: number;
}

export interface ReconcileOptions {
  readonly graph: BankGraph;
  /** Name of each bank, by party. */
  readonly banks: readonly string[];
  readonly curve: Curve25519;
  readonly random: Random;
  readonly breathe: () => Promise<void> | undefined;
}

const MAX_IDS = 10_000_000;
/** After so many points it is looked whether the session still goes on: lists may be long, and a peer's as long as it likes. */
const POINTS_AT_ONCE = 1024;

/**
 * Finds, for every ordered pair of banks and every period, the senders that both know: the receiver has those it expects,
 * the sender those it would serve (protocol.md 4.1). Private set intersection by Diffie–Hellman (Meadows, IEEE S&P 1986;
 * Huberman, Franklin, Hogg, EC 1999): each side sees the other's ids only as H(id)^secret, sorted.
 * @returns by period, then by party; our own entry is empty
 */
export async function reconcile(session: Session, options: ReconcileOptions): Promise<Matching[][]> {
  const lists = new Map<number, MaskedList[]>();
  for (const peer of session.peers) lists.set(peer, await maskLists(session, options, peer));
  const listsOf = (peer: number): MaskedList[] => lists.get(peer) ?? [];
  await session.checkpoint();

  const received = await session.scatter(
    'reconciliation/masked',
    (to) => writeLists(listsOf(to).map((list) => list.masked)),
    (reader, from) => listsOf(from).map(() => readSortedPoints(reader)),
  );
  await requireOnCurve(session, options, received, 'reconciliation/masked');

  const doubled = new Map<number, Batch[]>();
  for (const peer of session.peers) {
    // The peer lists what it serves first and what it expects second; our lists are the other way round.
    const theirs = swapPairs(received[peer - 1] as Batch[]);
    const products = await sequentially(listsOf(peer), (list, i) =>
      multiply(session, options.curve, list.secretScalar, theirs[i] as Batch),
    );
    if (products.some(hasZero)) {
      throw new ProtocolAbort('not-in-group', { blame: [peer], round: 'reconciliation/masked', field: 'points' });
    }
    doubled.set(peer, products);
    await session.checkpoint();
  }
  const returned = await session.scatter(
    'reconciliation/doubled',
    (to) => writeLists(swapPairs(doubled.get(to) ?? [])),
    (reader, from) => listsOf(from).map((list) => readPoints(reader, list.masked.count)),
  );
  await requireOnCurve(session, options, returned, 'reconciliation/doubled');

  return options.graph.periods.map((_, period) =>
    session.parties().map((party) => {
      const [served, expected] = [0, 1].map((direction) => {
        const at = 2 * period + direction;
        const list = listsOf(party)[at];
        return list
          ? common(list, (returned[party - 1] as Batch[])[at] as Batch, doubled.get(party)?.[at] as Batch)
          : NOTHING;
      }) as [Common, Common];
      return {
        served: served.indices,
        expected: expected.indices,
        servedUnmatched: served.unmatched,
        expectedUnmatched: expected.unmatched,
      };
    }),
  );
}

/** One direction of one period with one peer: our points under a secret of their own, sorted, and whose they are. */
interface MaskedList {
  readonly secretScalar: Uint8Array;
  readonly masked: Batch;
  /** By position in `masked`: index of the account. */
  readonly indices: readonly number[];
}

/** Two lists per period: the accounts that we serve to the peer, and those of the peer that we expect. */
async function maskLists(session: Session, options: ReconcileOptions, peer: number): Promise<MaskedList[]> {
  const { graph, banks } = options;
  const bank = banks[peer - 1];
  if (bank === undefined) throw new Bug('a bank without a name');
  const lists: MaskedList[] = [];
  for (const [period, { serves, foreignSources }] of graph.periods.entries()) {
    const served = serves.get(bank) ?? [];
    const servedIds = served.map((account) => graph.ids[account] as string);
    const expected = [...foreignSources.keys()].filter((i) => foreignSources[i]?.bank === bank);
    const expectedIds = expected.map((i) => foreignSources[i]?.id as string);
    lists.push(await maskList(session, options, [period, session.self, peer], servedIds, served));
    lists.push(await maskList(session, options, [period, peer, session.self], expectedIds, expected));
  }
  return lists;
}

async function maskList(
  session: Session,
  { curve, random, breathe }: ReconcileOptions,
  direction: readonly [period: number, sender: number, receiver: number],
  ids: readonly string[],
  indices: readonly number[],
): Promise<MaskedList> {
  const points = new Uint8Array(ids.length * POINT_BYTES);
  for (const [i, id] of ids.entries()) {
    points.set(hashToCurve('account', session.id, ...direction, id), i * POINT_BYTES);
    await breathe();
    if (i % POINTS_AT_ONCE === 0) await session.checkpoint();
  }
  const secretScalar = random.bytes(POINT_BYTES);
  const masked = await multiply(session, curve, secretScalar, batchOf(points, POINT_BYTES));
  const order = sortedOrder(masked);
  return { secretScalar, masked: select(masked, order), indices: order.map((position) => indices[position] as number) };
}

interface Common {
  readonly indices: readonly number[];
  readonly unmatched: number;
}

const NOTHING: Common = { indices: [], unmatched: 0 };

/** Those of our list whose doubly masked points the peer's list has too, sorted by these points. */
function common(list: MaskedList, ours: Batch, theirs: Batch): Common {
  const known = new Set(Array.from({ length: theirs.count }, (_, i) => keyOf(bytesAt(theirs, i))));
  const indices = sortedOrder(ours)
    .filter((position) => known.has(keyOf(bytesAt(ours, position))))
    .map((position) => list.indices[position] as number);
  return { indices, unmatched: list.indices.length - indices.length };
}

function writeLists(lists: readonly Batch[]): Uint8Array {
  return lists.reduce((writer, list) => writer.u32(list.count).raw(list.bytes), new Writer()).done();
}

/** That they lie on the curve is checked by {@link requireOnCurve}. */
function readPoints(reader: Reader, expectedCount?: number): Batch {
  const count = reader.u32('count');
  if (count > MAX_IDS) throw new MessageFault('too-large', 'count');
  if (expectedCount !== undefined && count !== expectedCount) throw new MessageFault('wrong-length', 'points');
  return batchOf(reader.raw(count * POINT_BYTES, 'points'), POINT_BYTES);
}

/** Strictly ascending: no duplicates, and nothing in the order but what everybody can see. */
function readSortedPoints(reader: Reader): Batch {
  const points = readPoints(reader);
  for (let i = 1; i < points.count; i++) {
    if (compare(bytesAt(points, i - 1), bytesAt(points, i)) >= 0) throw new MessageFault('not-canonical', 'points');
  }
  return points;
}

/** All received points lie on the curve, or those who sent others are blamed. */
async function requireOnCurve(
  session: Session,
  { breathe }: ReconcileOptions,
  received: readonly (readonly Batch[])[],
  round: string,
): Promise<void> {
  const blame: number[] = [];
  for (const [index, lists] of received.entries()) {
    const points = concat(lists, POINT_BYTES);
    for (let i = 0; i < points.count && blame.at(-1) !== index + 1; i++) {
      if (!isOnCurve(bytesToBigint(bytesAt(points, i)))) blame.push(index + 1);
      await breathe();
      if (i % POINTS_AT_ONCE === 0) await session.checkpoint();
    }
  }
  if (blame.length > 0) throw new ProtocolAbort('not-in-group', { blame, round, field: 'points' });
}

async function multiply(session: Session, curve: Curve25519, secretScalar: Uint8Array, points: Batch): Promise<Batch> {
  const products: Batch[] = [];
  for (let from = 0; from < points.count; from += POINTS_AT_ONCE) {
    products.push(
      await curve.multiply(secretScalar, slice(points, from, Math.min(points.count, from + POINTS_AT_ONCE))),
    );
    await session.checkpoint();
  }
  return concat(products, POINT_BYTES);
}

/** Points of small order have no place in the group; multiplication takes them to zero. */
function hasZero(points: Batch): boolean {
  return Array.from({ length: points.count }, (_, i) => bytesAt(points, i)).some((point) =>
    point.every((byte) => byte === 0),
  );
}

function sortedOrder(batch: Batch): number[] {
  return Array.from({ length: batch.count }, (_, i) => i).sort((a, b) => compare(bytesAt(batch, a), bytesAt(batch, b)));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function keyOf(point: Uint8Array): string {
  return String.fromCharCode(...point);
}

function swapPairs<T>(items: readonly T[]): T[] {
  return items.map((_, i) => items[i ^ 1] as T);
}

async function sequentially<T, U>(
  items: readonly T[],
  operation: (item: T, index: number) => Promise<U>,
): Promise<U[]> {
  const out: U[] = [];
  for (const [index, item] of items.entries()) out.push(await operation(item, index));
  return out;
}
