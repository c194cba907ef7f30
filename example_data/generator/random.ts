/** Reproducible draws for example data; no security hangs on them. Mulberry32 by Tommy Ettinger. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** From 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** One of `from`, the earlier the likelier (Zipf with exponent 1). */
  pickPopular<T>(from: readonly T[]): T {
    const weights = from.map((_, rank) => 1 / (rank + 1));
    let left = this.uniform() * weights.reduce((a, b) => a + b, 0);
    const index = weights.findIndex((weight) => (left -= weight) < 0);
    return from[Math.max(index, 0)] as T;
  }

  /** Log-normal: half of the values lie below `median`; `sigma` says how heavy the tail is. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.uniform()));
  }

  /** Pareto: at least `lowest`; the smaller `alpha`, the heavier the tail. */
  pareto(lowest: number, alpha: number): number {
    return lowest * (1 - this.uniform()) ** (-1 / alpha);
  }

  shuffled<T>(from: readonly T[]): T[] {
    const out = [...from];
    for (let last = out.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [out[last], out[other]] = [out[other] as T, out[last] as T];
    }
    return out;
  }
}
