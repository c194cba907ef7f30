/** Products up to this size are exact as doubles, so that the remainders by single primes need no big numbers. */
const GROUP_LIMIT = 2n ** 53n;

interface Group {
  readonly product: bigint;
  readonly primes: readonly number[];
}

/** Small primes in groups, so that one division of a big number serves several of them. */
export class FactorBase {
  readonly #groups: readonly Group[];

  /** @param primes ascending */
  constructor(primes: readonly number[]) {
    this.#groups = grouped(primes);
  }

  /** The first prime of the base that divides `n`, or undefined when none does. */
  factorOf(n: bigint): number | undefined {
    return this.factorsOf(n).next().value;
  }

  /** The primes of the base that divide `n`, ascending. */
  *factorsOf(n: bigint): Generator<number, undefined> {
    for (const { product, primes } of this.#groups) {
      const remainder = Number(n % product);
      for (const prime of primes) if (remainder % prime === 0) yield prime;
    }
    return undefined;
  }
}

function grouped(primes: readonly number[]): Group[] {
  const groups: Group[] = [];
  let current: number[] = [];
  let product = 1n;
  for (const prime of primes) {
    if (current.length > 0 && product * BigInt(prime) > GROUP_LIMIT) {
      groups.push({ product, primes: current });
      current = [];
      product = 1n;
    }
    current.push(prime);
    product *= BigInt(prime);
  }
  if (current.length > 0) groups.push({ product, primes: current });
  return groups;
}
