import { describe, expect, it } from 'vitest';
import { FactorBase } from '../../src/core/numbers/factor-base.ts';
import { gcd } from '../../src/core/numbers/integers.ts';
import { isPerfectPower } from '../../src/core/numbers/perfect-power.ts';
import { primesBelow } from '../../src/core/numbers/primes.ts';
import { UnitSampler } from '../../src/core/numbers/unit-sampler.ts';
import { histogram, uniformityScore } from '../support/chi-square.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('a factor base', () => {
  const primes = primesBelow(2 ** 17);
  const base = new FactorBase(primes);
  const mersenne = 2n ** 521n - 1n;

  it('finds exactly the primes that divide a number, in order', () => {
    expect([...base.factorsOf(2n * 3n * 3n * 65_537n * 131_071n * mersenne)]).toEqual([2, 3, 65_537, 131_071]);
  });

  it.each([2, 3, 5, 127, 65_521, 131_071])('finds %i alone', (prime) => {
    expect(base.factorOf(BigInt(prime) * mersenne)).toBe(prime);
  });

  it('finds nothing in a number without small factors', () => {
    expect(base.factorOf(mersenne)).toBeUndefined();
    expect(new FactorBase([]).factorOf(6n)).toBeUndefined();
  });
});

describe('perfect powers', () => {
  it('agree with a table of the small ones', () => {
    const powers = new Set<number>([1]);
    for (let x = 2; x <= 100; x++) for (let power = x * x; power <= 10_000; power *= x) powers.add(power);
    for (let n = 2; n <= 10_000; n++) expect(isPerfectPower(BigInt(n)), String(n)).toBe(powers.has(n));
  });

  it.each([2, 3, 5, 7, 31, 127])('are seen at 2048 bits for exponent %i', (exponent) => {
    const root = (1n << BigInt(Math.floor(2048 / exponent))) - 5n;
    const power = root ** BigInt(exponent);
    expect(isPerfectPower(power)).toBe(true);
    expect(isPerfectPower(power + 2n)).toBe(false);
  });
});

describe('drawing units by residues', () => {
  const primes = [11, 13, 17];
  const sampler = new UnitSampler(primes);
  const random = seededRandom('units');
  const units = Array.from({ length: 40_000 }, () => sampler.draw(random));

  it('yields units only', () => {
    expect(units.every((unit) => unit >= 0n && unit < sampler.modulus && gcd(unit, sampler.modulus) === 1n)).toBe(true);
  });

  it('yields every unit of two primes together equally often', () => {
    const pairs = histogram(
      units.map((unit) => Number(unit % 143n)),
      143,
    ).filter((_, residue) => residue % 11 !== 0 && residue % 13 !== 0);
    expect(pairs.length).toBe(120);
    expect(uniformityScore(pairs)).toBeLessThan(4);
  });
});
