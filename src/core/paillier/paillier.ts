import { ProtocolAbort } from '../errors.ts';
import { fromBigints, toBigints, batchOf, type Batch } from '../modulus/batch.ts';
import type { Engine, Modulus } from '../modulus/modulus.ts';
import { inverseMod } from '../numbers/integers.ts';
import type { KeyShare, PublicKey } from './key.ts';
import type { MaskSource } from './masks.ts';

/** Threshold Paillier with g = N + 1 (Paillier, Eurocrypt 1999; shared as in protocol.md 2 and 3). */
export class Paillier {
  readonly key: PublicKey;
  /** Arithmetic modulo N², where ciphertexts live. */
  readonly modulus: Modulus;
  readonly #thetaInverse: bigint;

  constructor(engine: Engine, key: PublicKey) {
    const thetaInverse = inverseMod(key.theta, key.n);
    if (thetaInverse === undefined) throw new ProtocolAbort('key-check-failed', { field: 'theta' });
    this.key = key;
    this.modulus = engine.modulus(key.n * key.n);
    this.#thetaInverse = thetaInverse;
  }

  /** (1 + m·N)·u mod N² for plaintexts below N, each with its own mask. */
  async encrypt(plaintexts: readonly bigint[], masks: MaskSource): Promise<Batch> {
    return this.modulus.multiply(this.embed(plaintexts), await masks.next(plaintexts.length));
  }

  /** 1 + m·N: an encryption without a mask, for additions only. */
  embed(plaintexts: readonly bigint[]): Batch {
    const { n } = this.key;
    return fromBigints(
      plaintexts.map((m) => 1n + (m % n) * n),
      this.modulus.width,
    );
  }

  /** Other ciphertexts of the same plaintexts. */
  async remask(ciphertexts: Batch, masks: MaskSource): Promise<Batch> {
    return this.modulus.multiply(ciphertexts, await masks.next(ciphertexts.count));
  }

  /** c^{d_i} mod N². A negative exponent works on the inverse. */
  async partialDecryptions(ciphertexts: Batch, share: KeyShare): Promise<Batch> {
    const { negative } = share.secretExponent;
    const bases = negative ? await this.modulus.inverse(ciphertexts) : ciphertexts;
    const magnitude = share.secretExponent.exposeMagnitude();
    return this.modulus.powerSecret(bases, batchOf(magnitude, magnitude.length));
  }

  /**
   * m = (Π c^{d_i} − 1)/N · θ^{-1} mod N per ciphertext.
   * @param partials one batch per party, of all parties
   * @returns undefined where Π c^{d_i} ≢ 1 (mod N), that is, where somebody's part is wrong
   */
  async combine(partials: readonly Batch[]): Promise<(bigint | undefined)[]> {
    let product = partials[0] as Batch;
    for (const partial of partials.slice(1)) product = await this.modulus.multiply(product, partial);
    const { n } = this.key;
    return toBigints(product).map((x) => (x % n === 1n ? (((x - 1n) / n) * this.#thetaInverse) % n : undefined));
  }
}
