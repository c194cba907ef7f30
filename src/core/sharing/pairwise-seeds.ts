import { expand, hash } from '../bytes/hash.ts';
import { bytesToBigint, widthOf } from '../bytes/integers.ts';
import type { Random } from '../environment.ts';
import { Bug } from '../errors.ts';
import { batchOf, bytesAt } from '../modulus/batch.ts';
import type { Session } from '../network/session.ts';
import { mod } from '../numbers/integers.ts';
import { STATISTICAL_BITS } from '../params.ts';

const SEED_BYTES = 32;

/**
 * Zero-sharings without traffic: z_i = Σ_{j>i} PRF(k_ij, label) − Σ_{j<i} PRF(k_ij, label), from a seed k_ij that each pair of
 * parties shares (Cramer, Damgård, Ishai, TCC 2005). To everybody but P_i and P_j their common term is uniform.
 */
export class PairwiseSeeds {
  readonly #self: number;
  readonly #session: Uint8Array;
  /** k_ij by peer. */
  readonly #secretSeeds: ReadonlyMap<number, Uint8Array>;
  readonly #usedLabels = new Set<string>();

  constructor(self: number, session: Uint8Array, secretSeeds: ReadonlyMap<number, Uint8Array>) {
    this.#self = self;
    this.#session = session;
    this.#secretSeeds = secretSeeds;
  }

  /** Each of a pair sends the other 32 fresh bytes; k_ij is the hash of both. */
  static async agree(session: Session, random: Random): Promise<PairwiseSeeds> {
    const ours = new Map(session.parties().map((party) => [party, random.bytes(SEED_BYTES)]));
    const theirs = await session.scatter(
      'pairwise-seeds',
      (to) => ours.get(to) as Uint8Array,
      (reader) => reader.raw(SEED_BYTES, 'k_ij'),
    );
    const seeds = session.peers.map((peer): [number, Uint8Array] => {
      const [sent, received] = [ours.get(peer) as Uint8Array, theirs[peer - 1] as Uint8Array];
      const ordered = session.self < peer ? [sent, received] : [received, sent];
      return [peer, hash('pairwise seed', session.id, ...ordered)];
    });
    return new PairwiseSeeds(session.self, session.id, new Map(seeds));
  }

  /**
   * Our parts z_i of `count` zero-sharings modulo `ring`.
   * @param label names step, batch and quantity; the candidate is the position. A label is used once: the same zeros
   *   added to two sharings would cancel in their difference.
   */
  zeros(ring: bigint, count: number, label: string): bigint[] {
    if (this.#usedLabels.has(label)) throw new Bug(`the zero-sharing ${label} was used before`);
    this.#usedLabels.add(label);
    const sums = Array.from({ length: count }, () => 0n);
    for (const [peer, secretSeed] of this.#secretSeeds) {
      const terms = this.#terms(secretSeed, ring, count, label);
      const sign = peer > this.#self ? 1n : -1n;
      terms.forEach((term, i) => {
        sums[i] = (sums[i] as bigint) + sign * term;
      });
    }
    return sums.map((sum) => mod(sum, ring));
  }

  /** PRF(k_ij, session, label): uniform below `ring` up to 2^-128. */
  #terms(secretSeed: Uint8Array, ring: bigint, count: number, label: string): bigint[] {
    const width = widthOf(ring) + STATISTICAL_BITS / 8;
    const stream = batchOf(expand(count * width, 'zero-sharing', secretSeed, this.#session, ring, label), width);
    return Array.from({ length: count }, (_, i) => bytesToBigint(bytesAt(stream, i)) % ring);
  }
}
