import { expandBelow } from '../bytes/hash.ts';
import type { Random } from '../environment.ts';
import { ProtocolAbort } from '../errors.ts';
import { batchOf, concat, fromBigints, slice, type Batch } from '../modulus/batch.ts';
import type { Engine, FixedBase, Modulus } from '../modulus/modulus.ts';
import { gcd } from '../numbers/integers.ts';
import { randomUnit } from '../numbers/random.ts';
import type { PublicKey } from './key.ts';

/** Where masks u come from: random N-th residues modulo N². Each is handed out once. */
export interface MaskSource {
  next(count: number): Promise<Batch>;
}

/** Computes masks ahead, while there is nothing else to do. */
export class MaskStock implements MaskSource {
  readonly #source: MaskSource;
  #stock: Promise<Batch>;
  #ordered = 0;

  constructor(source: MaskSource, width: number) {
    this.#source = source;
    this.#stock = Promise.resolve(fromBigints([], width));
  }

  /** Begins to fill the stock up to `count` masks. What goes wrong shows in {@link next}. */
  prepare(count: number): void {
    const missing = count - this.#ordered;
    if (missing <= 0) return;
    this.#ordered = count;
    const filled = Promise.all([this.#stock, this.#source.next(missing)]);
    this.#stock = filled.then(([stock, more]) => concat([stock, more], more.width));
    this.#stock.catch(() => undefined);
  }

  async next(count: number): Promise<Batch> {
    const ready = Math.min(count, this.#ordered);
    this.#ordered -= ready;
    const stock = this.#stock;
    // Replaced before anything is waited for, so that nobody who asks meanwhile is handed the same masks.
    this.#stock = stock.then((all) => slice(all, ready, all.count));
    this.#stock.catch(() => undefined);
    const taken = slice(await stock, 0, ready);
    return ready === count ? taken : concat([taken, await this.#source.next(count - ready)], taken.width);
  }
}

/** `short`: h_N^r with r of |N|/2 bits; `full`: y^N with a fresh unit y (protocol.md 3). */
export async function maskSource(
  engine: Engine,
  key: PublicKey,
  masking: 'short' | 'full',
  random: Random,
): Promise<MaskSource> {
  const modulus = engine.modulus(key.n * key.n);
  return masking === 'short'
    ? new ShortMasks(await maskBase(modulus, key), key, random)
    : new FullMasks(modulus, key, random);
}

/**
 * h_N = h_0^N mod N² with h_0 = −x² mod N and x expanded from the joint seed: everybody derives the same, nobody can plant
 * a bad one (Damgård, Jurik, Nielsen, Int. J. Inf. Secur. 9, 2010, section 4.2).
 */
async function maskBase(modulus: Modulus, key: PublicKey): Promise<FixedBase> {
  const x = expandBelow(key.n, 'mask base', key.seed, key.n);
  if (gcd(x, key.n) !== 1n) throw new ProtocolAbort('key-check-failed', { field: 'mask base' });
  const h0 = key.n - ((x * x) % key.n);
  const hN = await modulus.power(fromBigints([h0], modulus.width), key.n);
  return modulus.fixedBase(hN, exponentBytes(key) * 8);
}

function exponentBytes(key: PublicKey): number {
  return key.bits / 16;
}

class ShortMasks implements MaskSource {
  readonly #base: FixedBase;
  readonly #exponentBytes: number;
  readonly #random: Random;

  constructor(base: FixedBase, key: PublicKey, random: Random) {
    this.#base = base;
    this.#exponentBytes = exponentBytes(key);
    this.#random = random;
  }

  next(count: number): Promise<Batch> {
    return this.#base.powerSecret(batchOf(this.#random.bytes(count * this.#exponentBytes), this.#exponentBytes));
  }
}

class FullMasks implements MaskSource {
  readonly #modulus: Modulus;
  readonly #n: bigint;
  readonly #random: Random;

  constructor(modulus: Modulus, key: PublicKey, random: Random) {
    this.#modulus = modulus;
    this.#n = key.n;
    this.#random = random;
  }

  next(count: number): Promise<Batch> {
    const width = this.#modulus.width;
    const units = Array.from({ length: count }, () => randomUnit(this.#random, this.#n));
    // N is public, but y is not: the constant-time power hides both.
    return this.#modulus.powerSecret(fromBigints(units, width), fromBigints([this.#n], width));
  }
}
