import { describe, expect, it } from 'vitest';
import { costAt, growthExponent, scaled, spreadOf } from '../../bench/statistics.ts';

describe('the spread of measurements', () => {
  it('has the median and quartiles between the least and the most', () => {
    expect(spreadOf([9, 1, 5, 3, 7])).toEqual({ count: 5, min: 1, median: 5, max: 9, mean: 5, quartiles: [3, 7] });
  });

  it('interpolates between the two middle values of an even number', () => {
    expect(spreadOf([4, 1, 2, 3])).toMatchObject({ median: 2.5, quartiles: [1.75, 3.25] });
  });

  it('of a single measurement is that measurement', () => {
    expect(spreadOf([2])).toEqual({ count: 1, min: 2, median: 2, max: 2, mean: 2, quartiles: [2, 2] });
  });

  it('of nothing is refused', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it('does not reorder what it is given', () => {
    const values = [3, 1, 2];
    spreadOf(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('scales to another unit, the count apart', () => {
    const spread = { count: 3, min: 1000, median: 2000, max: 3000, mean: 2000, quartiles: [1500, 2500] as const };
    const inSeconds = { count: 3, min: 1, median: 2, max: 3, mean: 2, quartiles: [1.5, 2.5] };
    expect(scaled(spread, 1 / 1000)).toEqual(inSeconds);
  });
});

describe('the growth of cost with size', () => {
  const sizes = [100, 300, 1000, 10_000];
  const grown = (cost: (size: number) => number) => growthExponent(sizes.map((size) => ({ size, cost: cost(size) })));

  it.each([0.5, 1, 2])('finds the exponent %d of a power', (exponent) => {
    expect(grown((size) => 7 * size ** exponent)).toBeCloseTo(exponent, 10);
  });

  it('is below one where a linear cost has a constant part, and above where it has a logarithm', () => {
    expect(grown((size) => 500 + size)).toBeLessThan(1);
    expect(grown((size) => size * Math.log(size))).toBeGreaterThan(1);
  });

  it('shows over several sizes only', () => {
    expect(() => growthExponent([{ size: 100, cost: 1 }])).toThrow(RangeError);
    expect(() =>
      growthExponent([
        { size: 100, cost: 1 },
        { size: 100, cost: 2 },
      ]),
    ).toThrow(RangeError);
  });
});

describe('the cost to be expected at a size', () => {
  it('follows the line through three measurements, its constant part included', () => {
    const points = [100, 250, 900].map((size) => ({ size, cost: 4 + 0.01 * size }));
    expect(costAt(500, points)).toBeCloseTo(9, 10);
  });

  it('is in proportion where two measurements are all there is', () => {
    const points = [
      { size: 100, cost: 10 },
      { size: 300, cost: 20 },
    ];
    expect(costAt(400, points)).toBeCloseTo(30, 10);
  });

  it('is in proportion where the line would make no sense', () => {
    const falling = [100, 200, 300].map((size) => ({ size, cost: 40 - size / 10 }));
    const same = [100, 100, 100].map((size) => ({ size, cost: 20 }));
    expect(costAt(200, falling)).toBeCloseTo(20, 10);
    expect(costAt(50, same)).toBeCloseTo(10, 10);
  });
});
