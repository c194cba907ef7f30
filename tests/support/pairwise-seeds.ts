import type { Random } from '../../src/core/environment.ts';
import { PairwiseSeeds } from '../../src/core/sharing/pairwise-seeds.ts';

/** The seeds of all parties of one session, by party. */
export function pairwiseSeedsOf(
  parties: number,
  random: Random,
  session: Uint8Array = new Uint8Array(32),
): PairwiseSeeds[] {
  const all = Array.from({ length: parties }, () => new Map<number, Uint8Array>());
  for (let i = 1; i <= parties; i++) {
    for (let j = i + 1; j <= parties; j++) {
      const seed = random.bytes(32);
      all[i - 1]?.set(j, seed);
      all[j - 1]?.set(i, seed);
    }
  }
  return all.map((seeds, i) => new PairwiseSeeds(i + 1, session, seeds));
}
