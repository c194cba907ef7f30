import { Writer } from '../bytes/encoding.ts';
import { expand, hash } from '../bytes/hash.ts';
import { bytesToBigint } from '../bytes/integers.ts';
import type { Precision } from '../fixed-point/precision.ts';
import { writeParameters, type RunParameters } from './parameters.ts';

/**
 * η ∈ [0, 2^{f + w(k−1) − P}) added to what an account serves at global iteration k (protocol.md 6): opened values then carry
 * about P bits. The same for the same dataset, parameters, account and iteration, so that averaging over runs does not help.
 * Parameters that change nothing about the scores do not count: runs that differ in them only have the same noise.
 */
export class PrecisionNoise {
  readonly #secret: Uint8Array;
  readonly #context: Uint8Array;
  readonly #precision: Precision;

  /** @param noiseSecret 32 bytes that this bank keeps and never shows */
  constructor(noiseSecret: Uint8Array, datasetDigest: Uint8Array, parameters: RunParameters, precision: Precision) {
    this.#secret = noiseSecret;
    const decisive: RunParameters = { ...parameters, masking: 'short', minContributors: 1 };
    this.#context = hash('noise context', datasetDigest, writeParameters(new Writer(), decisive).done());
    this.#precision = precision;
  }

  /** @param iteration k, from 1, over all periods */
  of(accountId: string, iteration: number): bigint {
    const { scoreBits, weightBits, precisionBits } = this.#precision;
    const bits = scoreBits + weightBits * (iteration - 1) - precisionBits;
    const random = expand(Math.ceil(bits / 8), 'precision noise', this.#secret, this.#context, accountId, iteration);
    // The first bytes count most: at another scale, which the peers' data may bring about, this is the same fraction of it.
    return bytesToBigint(random.reverse()) >> BigInt(random.length * 8 - bits);
  }
}
