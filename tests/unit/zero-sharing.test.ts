import { describe, expect, it } from 'vitest';
import { Bug } from '../../src/core/errors.ts';
import { pairwiseSeedsOf } from '../support/pairwise-seeds.ts';
import { seededRandom } from '../support/seeded-random.ts';

const RING = 1_000_003n;

function zerosOf(parties: number, label: string, session?: Uint8Array): bigint[][] {
  return pairwiseSeedsOf(parties, seededRandom('zero-sharing'), session).map((seeds) => seeds.zeros(RING, 4, label));
}

describe('zero-sharings from pairwise seeds', () => {
  it.each([3, 4, 7, 9])('of %i parties sum to zero, position by position', (parties) => {
    const rows = zerosOf(parties, 'label');
    for (let position = 0; position < 4; position++) {
      expect(rows.reduce((sum, row) => sum + (row[position] as bigint), 0n) % RING).toBe(0n);
    }
  });

  it('are in range and not zero themselves', () => {
    for (const zero of zerosOf(3, 'label').flat()) {
      expect(zero > 0n && zero < RING).toBe(true);
    }
  });

  it('differ by position, label and session', () => {
    const [first] = zerosOf(3, 'label');
    expect(new Set(first).size).toBe(4);
    expect(zerosOf(3, 'another')[0]).not.toEqual(first);
    expect(zerosOf(3, 'label', Uint8Array.of(1))[0]).not.toEqual(first);
  });

  it('refuse a label that was used before', () => {
    const [seeds] = pairwiseSeedsOf(3, seededRandom('reuse'));
    seeds?.zeros(RING, 1, 'product/1');
    seeds?.zeros(RING, 1, 'product/2');
    expect(() => seeds?.zeros(RING, 1, 'product/1')).toThrow(Bug);
    expect(() => seeds?.zeros(RING + 2n, 5, 'product/2')).toThrow(Bug);
  });

  it('keep the seeds out of what is printed', () => {
    const [seeds] = pairwiseSeedsOf(3, seededRandom('print'));
    expect(JSON.stringify(seeds)).toBe('{}');
  });
});
