import { widthOf } from '../bytes/integers.ts';
import type { Random } from '../environment.ts';
import { Bug } from '../errors.ts';
import { inverseMod, mod } from '../numbers/integers.ts';
import { randomBelow } from '../numbers/random.ts';

/**
 * Shamir sharing (Commun. ACM 22(11), 1979) over the integers modulo `modulus`; party i holds the value at point i. The
 * modulus is a prime, or any number without a prime factor up to n: all differences of points are units then
 * (Cramer, Damgård, Nielsen, Secure Multiparty Computation, 2015, section 11.3 on rings).
 */
export class Shamir {
  readonly modulus: bigint;
  readonly parties: number;
  /** Any `degree` shares together say nothing about the secret. */
  readonly degree: number;
  /** λ_i: Σ λ_i·f(i) = f(0) for every polynomial f of degree below n. By party. */
  readonly weights: readonly bigint[];
  /** Bytes of one share. */
  readonly width: number;

  constructor(modulus: bigint, parties: number, degree: number) {
    if (degree < 1 || degree >= parties) throw new Bug('the degree of a sharing lies between 1 and n − 1');
    this.modulus = modulus;
    this.parties = parties;
    this.degree = degree;
    this.weights = lagrangeWeightsAtZero(modulus, parties);
    this.width = widthOf(modulus);
  }

  /** The values of a random polynomial with f(0) = `secret` at 1 … n. */
  share(secret: bigint, random: Random): bigint[] {
    const coefficients = Array.from({ length: this.degree }, () => randomBelow(random, this.modulus));
    coefficients.unshift(mod(secret, this.modulus));
    return Array.from({ length: this.parties }, (_, i) => this.#evaluate(coefficients, BigInt(i + 1)));
  }

  /** The secret of all n shares; right for polynomials of any degree below n, products of two sharings included. */
  reconstruct(shares: readonly bigint[]): bigint {
    if (shares.length !== this.parties) throw new Bug('reconstruction takes the shares of all parties');
    return shares.reduce((sum, share, i) => sum + (this.weights[i] as bigint) * share, 0n) % this.modulus;
  }

  #evaluate(coefficients: readonly bigint[], point: bigint): bigint {
    return coefficients.reduceRight((value, coefficient) => value * point + coefficient, 0n) % this.modulus;
  }
}

/** λ_i = Π_{j≠i} j/(j − i) modulo `modulus`, for i = 1 … parties. */
function lagrangeWeightsAtZero(modulus: bigint, parties: number): bigint[] {
  const points = Array.from({ length: parties }, (_, i) => BigInt(i + 1));
  return points.map((i) => {
    const others = points.filter((j) => j !== i);
    const numerator = others.reduce((product, j) => product * j, 1n);
    const inverse = inverseMod(
      others.reduce((product, j) => product * (j - i), 1n),
      modulus,
    );
    if (inverse === undefined) throw new Bug('differences of the points must be units');
    return mod(numerator * inverse, modulus);
  });
}
