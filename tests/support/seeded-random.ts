import { expand } from '../../src/core/bytes/hash.ts';
import type { Random } from '../../src/core/environment.ts';

const BLOCK_BYTES = 16_384;

/** A reproducible source for tests: SHAKE256 of the seed and a counter. */
export function seededRandom(...seed: readonly (string | number)[]): Random {
  let block: Uint8Array = new Uint8Array();
  let counter = 0;
  const take = (length: number): Uint8Array => {
    if (length > block.length) block = expand(Math.max(BLOCK_BYTES, length), 'seeded test random', ...seed, counter++);
    const bytes = block.slice(0, length);
    block = block.subarray(length);
    return bytes;
  };
  return { bytes: take };
}
