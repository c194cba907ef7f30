/** What repeated measurements came to. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly mean: number;
  /** First and third quartile. */
  readonly quartiles: readonly [number, number];
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count: sorted.length,
    min: sorted[0] as number,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1) as number,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
  };
}

/** The same measurements in another unit. */
export function scaled(spread: Spread, factor: number): Spread {
  const { count, min, median, max, mean, quartiles } = spread;
  return {
    count,
    min: min * factor,
    median: median * factor,
    max: max * factor,
    mean: mean * factor,
    quartiles: [quartiles[0] * factor, quartiles[1] * factor],
  };
}

/** Linear between the two nearest values (Hyndman and Fan, Am. Stat. 50(4), 1996, definition 7). */
function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (position - below) * (high - low);
}

export interface Point {
  readonly size: number;
  readonly cost: number;
}

/** The exponent b of cost ≈ a·size^b, by least squares over the logarithms. Needs two sizes at least. */
export function growthExponent(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const spreadX = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spreadX > 0)) throw new RangeError('growth shows over several sizes only');
  return logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
}

/**
 * The cost to be expected at `size`, where cost = fixed + slope·size: by least squares from three measurements on whose
 * sizes differ; from fewer, or where that makes no sense, in proportion.
 */
export function costAt(size: number, points: readonly Point[]): number {
  const mean = (of: (point: Point) => number): number => points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [meanSize, meanCost] = [mean((p) => p.size), mean((p) => p.cost)];
  const variance = mean((p) => (p.size - meanSize) ** 2);
  const slope = mean((p) => (p.size - meanSize) * (p.cost - meanCost)) / variance;
  const fixed = meanCost - slope * meanSize;
  const sensible = points.length >= 3 && slope > 0 && fixed >= 0;
  return sensible ? fixed + slope * size : (meanCost / meanSize) * size;
}
