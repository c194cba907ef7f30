import fc from 'fast-check';
import { checkPrimeSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bigintToBytes, bitLength, bytesToBigint } from '../../src/core/bytes/integers.ts';
import type { Random } from '../../src/core/environment.ts';
import { FactorBase } from '../../src/core/numbers/factor-base.ts';
import { divideRoundingUp, gcd, integerRoot, inverseMod, mod } from '../../src/core/numbers/integers.ts';
import { jacobi } from '../../src/core/numbers/jacobi.ts';
import { isPerfectPower } from '../../src/core/numbers/perfect-power.ts';
import { isProbablePrime, powerMod, primesBelow } from '../../src/core/numbers/primes.ts';
import { randomBelow, randomBits, randomUnit } from '../../src/core/numbers/random.ts';
import { UnitSampler } from '../../src/core/numbers/unit-sampler.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { systemRandom } from '../support/simulation.ts';

const natural = fc.oneof(fc.bigInt(0n, 1000n), fc.bigInt(0n, 2n ** 64n), fc.bigInt(0n, 2n ** 600n));
const positive = natural.map((value) => value + 1n);
const smallPrimes = primesBelow(2000).slice(1);
const oddPrime = fc.oneof(
  fc.constantFrom(...smallPrimes).map(BigInt),
  fc.constantFrom(2n ** 61n - 1n, 2n ** 127n - 1n, 2n ** 255n - 19n, 2n ** 521n - 1n),
);

describe('integers', () => {
  test('are the same after a way through bytes, of exactly their bit length', () => {
    fc.assert(
      fc.property(natural, fc.nat(5), (value, spare) => {
        const bits = bitLength(value);
        expect(value >> BigInt(bits)).toBe(0n);
        expect(value).toBe(value === 0n ? 0n : BigInt.asUintN(bits, value) | (1n << BigInt(bits - 1)));
        const width = Math.max(1, Math.ceil(bits / 8) + spare);
        expect(bytesToBigint(bigintToBytes(value, width))).toBe(value);
      }),
    );
  });

  test('have residues, inverses and common divisors', () => {
    fc.assert(
      fc.property(natural, natural, positive, fc.boolean(), (a, b, m, negative) => {
        const x = negative ? -a : a;
        const residue = mod(x, m);
        expect(residue >= 0n && residue < m && (x - residue) % m === 0n).toBe(true);
        const divisor = gcd(x, b);
        if (divisor !== 0n) expect([x % divisor, b % divisor, gcd(x / divisor, b / divisor)]).toEqual([0n, 0n, 1n]);
        const inverse = inverseMod(x, m);
        if (gcd(x, m) === 1n) expect(mod(x * (inverse as bigint), m)).toBe(1n % m);
        else expect(inverse).toBeUndefined();
        expect(divideRoundingUp(a, m)).toBe(a / m + (a % m > 0n ? 1n : 0n));
      }),
    );
  });

  test('have roots, rounded down', () => {
    fc.assert(
      fc.property(natural, fc.integer({ min: 2, max: 17 }), (value, degree) => {
        const root = integerRoot(value, degree);
        expect(root ** BigInt(degree) <= value && value < (root + 1n) ** BigInt(degree)).toBe(true);
      }),
    );
  });

  test('are perfect powers exactly where they are', () => {
    const powers = new Set<bigint>();
    for (let x = 2n; x < 65n; x++) for (let y = x * x; y < 4096n; y *= x) powers.add(y);
    for (let n = 2n; n < 4096n; n++) expect(isPerfectPower(n), String(n)).toBe(powers.has(n));
    fc.assert(
      fc.property(fc.bigInt(2n, 2n ** 100n), fc.integer({ min: 2, max: 9 }), (x, k) => {
        const power = x ** BigInt(k);
        expect(isPerfectPower(power)).toBe(true);
        expect(isPerfectPower(power * (2n ** 521n - 1n))).toBe(false);
      }),
    );
  });
});

describe('the Jacobi symbol', () => {
  test('is what Euler’s criterion says modulo a prime', () => {
    fc.assert(
      fc.property(natural, oddPrime, (a, p) => {
        const euler = powerMod(a % p, (p - 1n) / 2n, p);
        expect(jacobi(a, p)).toBe(euler === p - 1n ? -1 : Number(euler));
      }),
    );
  });

  test('is the product of those modulo the prime factors, and takes negative numbers', () => {
    fc.assert(
      fc.property(natural, fc.array(oddPrime, { maxLength: 4 }), fc.boolean(), (a, primes, negative) => {
        const x = negative ? -a : a;
        const n = primes.reduce((product, prime) => product * prime, 1n);
        const expected = primes.reduce((product, prime) => product * jacobi(mod(x, prime), prime), 1);
        expect(Math.abs(jacobi(x, n) - expected)).toBe(0);
      }),
    );
  });
});

describe('primes', () => {
  test('below a limit are those that OpenSSL takes for primes', () => {
    const expected = Array.from({ length: 3000 }, (_, n) => n).filter((n) => n > 1 && checkPrimeSync(BigInt(n)));
    expect(primesBelow(3000)).toEqual(expected);
    expect(primesBelow(2999).at(-1)).toBe(2971);
    expect([0, 1, 2, 3].map((limit) => primesBelow(limit))).toEqual([[], [], [], [2]]);
  });

  test('are told from composites, Carmichael numbers and squares included', () => {
    for (let n = 0n; n < 500n; n++)
      expect(isProbablePrime(n, systemRandom), String(n)).toBe(n > 1n && checkPrimeSync(n));
    for (const n of [561n, 41041n, 3215031751n, (2n ** 61n - 1n) ** 2n, (2n ** 127n - 1n) * (2n ** 89n - 1n)]) {
      expect(isProbablePrime(n, systemRandom)).toBe(false);
    }
    for (const n of [2n ** 255n - 19n, 2n ** 521n - 1n]) expect(isProbablePrime(n, systemRandom)).toBe(true);
  });

  test('of a base that divide a number are all found, in order', () => {
    const primes = primesBelow(600);
    const base = new FactorBase(primes);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...primes).map(BigInt), positive), { maxLength: 8 }), (factors) => {
        const n = factors.reduce((product, factor) => product * factor, 1n);
        const expected = primes.filter((prime) => n % BigInt(prime) === 0n);
        expect([...base.factorsOf(n)]).toEqual(expected);
        expect(base.factorOf(n)).toBe(expected[0]);
      }),
    );
  });
});

describe('powers', () => {
  test('are products', () => {
    fc.assert(
      fc.property(natural, fc.nat(40), positive, (base, exponent, modulus) => {
        expect(powerMod(base % modulus, BigInt(exponent), modulus)).toBe(base ** BigInt(exponent) % modulus);
      }),
    );
  });
});

describe('random numbers', () => {
  const counts = (draw: (random: Random) => bigint, times: number): Map<bigint, number> => {
    const random = seededRandom('random numbers');
    const found = new Map<bigint, number>();
    for (let i = 0; i < times; i++) {
      const value = draw(random);
      found.set(value, (found.get(value) ?? 0) + 1);
    }
    return found;
  };
  /** Each of `values` within five standard deviations of equally often, and nothing else. */
  const expectUniform = (found: ReadonlyMap<bigint, number>, values: readonly bigint[], times: number): void => {
    expect([...found.keys()].sort((a, b) => Number(a - b))).toEqual(values);
    const mean = times / values.length;
    for (const count of found.values()) expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
  };
  const upTo = (limit: number): bigint[] => Array.from({ length: limit }, (_, i) => BigInt(i));

  test('are uniform below a limit, of so many bits, and among the units', () => {
    expectUniform(
      counts((random) => randomBelow(random, 11n), 11_000),
      upTo(11),
      11_000,
    );
    expectUniform(
      counts((random) => randomBits(random, 3), 8000),
      upTo(8),
      8000,
    );
    expectUniform(
      counts((random) => randomUnit(random, 15n), 8000),
      [1n, 2n, 4n, 7n, 8n, 11n, 13n, 14n],
      8000,
    );
    expect(randomBelow(systemRandom, 1n)).toBe(0n);
  });

  test('from the sampler of units are uniform among the units of a product of primes', () => {
    const sampler = new UnitSampler([3, 5, 7]);
    const units = upTo(105).filter((value) => gcd(value, 105n) === 1n);
    expect(sampler.modulus).toBe(105n);
    expectUniform(
      counts((random) => sampler.draw(random), 24_000),
      units,
      24_000,
    );
  });
});
