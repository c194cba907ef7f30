import type { Random } from '../environment.ts';
import { Bug } from '../errors.ts';
import { FactorBase } from './factor-base.ts';
import { inverseMod } from './integers.ts';
import { randomBelow } from './random.ts';

/** Draws uniform units of Z_M, where M is a product of distinct small primes, by residues instead of gcds. */
export class UnitSampler {
  readonly modulus: bigint;
  readonly #primes: FactorBase;
  /** By prime ℓ: the number that is 1 modulo ℓ and 0 modulo the other primes. */
  readonly #idempotents: ReadonlyMap<number, bigint>;

  constructor(primes: readonly number[]) {
    this.modulus = primes.reduce((product, prime) => product * BigInt(prime), 1n);
    this.#primes = new FactorBase(primes);
    this.#idempotents = new Map(primes.map((prime) => [prime, idempotent(this.modulus, BigInt(prime))]));
  }

  /**
   * A uniform residue, of which the zeros modulo single primes are drawn again: modulo every prime, and independently of
   * the other primes, each unit is equally likely.
   */
  draw(random: Random): bigint {
    let unit = randomBelow(random, this.modulus);
    for (const prime of [...this.#primes.factorsOf(unit)]) {
      const residue = 1n + randomBelow(random, BigInt(prime) - 1n);
      unit += residue * (this.#idempotents.get(prime) as bigint);
    }
    return unit % this.modulus;
  }
}

function idempotent(modulus: bigint, prime: bigint): bigint {
  const others = modulus / prime;
  const inverse = inverseMod(others, prime);
  if (inverse === undefined) throw new Bug('the primes of a modulus must differ');
  return others * inverse;
}
