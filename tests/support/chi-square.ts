/**
 * Pearson's statistic of counts that should be equal, brought to a standard normal value by Wilson and Hilferty (PNAS 17, 1931).
 * Above 4 with a probability of about 3e-5.
 */
export function uniformityScore(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** How often each of 0 … `limit` − 1 occurs. */
export function histogram(values: Iterable<number>, limit: number): number[] {
  const counts = Array.from({ length: limit }, () => 0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
