import type { Reader } from '../bytes/encoding.ts';
import { concat, type Batch } from '../modulus/batch.ts';
import type { Session } from './session.ts';

/** Elements per message of a vector that is sent while it is computed. */
export const PIECE_LENGTH = 512;

/** Vectors between every pair of parties, of lengths that both ends know. */
export interface Vectors {
  readonly round: string;
  /** Bytes of an element. */
  readonly width: number;
  readonly lengthTo: (party: number) => number;
  readonly lengthFrom: (party: number) => number;
  /** Computes the elements `from` … `to` − 1 of all our vectors; those past a vector's end are not asked for. */
  readonly produce: (from: number, to: number) => Promise<(party: number) => Batch>;
  /** Reads exactly `count` elements. */
  readonly read: (reader: Reader, count: number) => Batch;
  /** What is to be checked of received elements beyond their form. */
  readonly check: (batch: Batch, from: number, round: string) => Promise<void>;
}

/**
 * Exchanges vectors piece by piece: a piece is on its way while the next one is computed, and what has come is checked while the
 * rest is awaited. The first piece goes in `round`, the others in `round/2`, `round/3`, …
 * @returns by party: the vector received, our own to ourselves included
 */
export async function exchangeInPieces(session: Session, vectors: Vectors): Promise<Batch[]> {
  const { width, lengthTo, lengthFrom } = vectors;
  const own: Batch[] = [];
  const sending = (async () => {
    const pieces = Math.max(...session.parties().map((party) => pieceCount(lengthTo(party))));
    for (let piece = 0; piece < pieces; piece++) {
      const bodyFor = await vectors.produce(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH);
      own.push(bodyFor(session.self));
      const recipients = session.peers.filter((peer) => piece < pieceCount(lengthTo(peer)));
      const round = roundOf(vectors.round, piece);
      await Promise.all(recipients.map((peer) => session.send(peer, round, bodyFor(peer).bytes)));
    }
  })();
  const receiving = session.parties().map(async (party) => {
    const received: Batch[] = [];
    if (party === session.self) return received;
    const length = lengthFrom(party);
    for (let piece = 0; piece < pieceCount(length); piece++) {
      const round = roundOf(vectors.round, piece);
      const count = Math.min(PIECE_LENGTH, length - piece * PIECE_LENGTH);
      const batch = await session.receive(party, round, (reader) => vectors.read(reader, count));
      await vectors.check(batch, party, round);
      received.push(batch);
    }
    return received;
  });
  const [received] = await Promise.all([Promise.all(receiving), sending]);
  received[session.self - 1] = own;
  return received.map((batches) => concat(batches, width));
}

/** An empty vector is one empty message: silence would not be told from absence. */
function pieceCount(length: number): number {
  return Math.max(1, Math.ceil(length / PIECE_LENGTH));
}

function roundOf(round: string, piece: number): string {
  return piece === 0 ? round : `${round}/${String(piece + 1)}`;
}
