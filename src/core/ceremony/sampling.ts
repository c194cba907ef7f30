import { UnitSampler } from '../numbers/unit-sampler.ts';
import { corruptionThreshold } from '../params.ts';
import { additiveShares } from '../sharing/additive.ts';
import { dealShares } from '../sharing/deal.ts';
import { multiplyShares, reduceDegree } from '../sharing/multiplication.ts';
import { shamirOf, type CeremonyContext, type FactorShares } from './context.ts';
import { rounds } from './rounds.ts';
import { placeFactorShare, sieveFor, type Sieve } from './sieve.ts';

/** Draws shares of random factors p, q without small prime factors, a batch of candidates at a time (protocol.md 2.2). */
export class FactorSampler {
  readonly #context: CeremonyContext;
  readonly #sieve: Sieve;
  readonly #units: UnitSampler;

  constructor(context: CeremonyContext) {
    this.#context = context;
    this.#sieve = sieveFor(context.keyBits, context.session.size);
    this.#units = new UnitSampler(this.#sieve.primes);
  }

  async sample(batch: number): Promise<FactorShares[]> {
    const { session, random, tuning } = this.#context;
    const b = await this.#additiveUnits(batch, 2 * tuning.batchSize);
    const factors = b.map((share) => placeFactorShare(this.#sieve, session.self, share, random));
    return Array.from({ length: tuning.batchSize }, (_, i) => ({
      secretP: factors[2 * i] as bigint,
      secretQ: factors[2 * i + 1] as bigint,
    }));
  }

  /**
   * b_i: additive shares of `count` random units a of Z_M. A unit is the product of one unit by each of t + 1 parties, so
   * one of them at least is honest and its factor makes the product uniform.
   */
  async #additiveUnits(batch: number, count: number): Promise<bigint[]> {
    const { session, random, pairwiseSeeds } = this.#context;
    const shamir = shamirOf(session, this.#sieve.m);
    const contributors = corruptionThreshold(session.size) + 1;
    const countOf = (party: number) => (party <= contributors ? count : 0);

    const secretUnits = Array.from({ length: countOf(session.self) }, () => this.#units.draw(random));
    const round = rounds.units(batch);
    const dealt = await dealShares(session, shamir, secretUnits, random, { round, field: 'a_i', countOf });

    let product = dealt[0] as bigint[];
    for (let party = 2; party <= contributors; party++) {
      // The first product of two has degree 2t already; before each further one the degree is brought back to t.
      const reduction = rounds.reducedUnits(batch, party - 1);
      if (party > 2) product = await reduceDegree(session, shamir, product, random, reduction);
      product = multiplyShares(shamir, product, dealt[party - 1] as bigint[]);
    }
    return additiveShares(shamir, session.self, product, pairwiseSeeds.zeros(this.#sieve.m, count, round));
  }
}
