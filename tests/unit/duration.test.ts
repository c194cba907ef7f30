import { expect, it } from 'vitest';
import { inWords } from '../../src/renderer/features/record/duration.ts';

it.each([
  [0, '0.0 s'],
  [640, '0.6 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [61_500, '1 min 2 s'],
  [3_599_600, '1 h 0 min'],
  [7_260_000, '2 h 1 min'],
])('%d ms read as %s', (durationMs, words) => {
  expect(inWords(durationMs, 'en')).toBe(words);
});

it('the decimal sign is that of the locale', () => {
  expect(inWords(2600, 'nl')).toBe('2,6 s');
});
