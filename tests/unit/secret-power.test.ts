import { describe, expect, it } from 'vitest';
import { bigintToBytes } from '../../src/core/bytes/integers.ts';
import { Bug } from '../../src/core/errors.ts';
import { powerMod } from '../../src/core/numbers/primes.ts';
import { randomBelow, randomBits } from '../../src/core/numbers/random.ts';
import { productField } from '../../src/core/sharing/fields.ts';
import { hostEngine } from '../../src/main/compute/host-engine.ts';
import { hostSecretPower } from '../../src/main/compute/secret-power.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { fromBigints, toBigints } from '../../src/core/modulus/batch.ts';

const random = seededRandom('secret power');
const secretPower = hostSecretPower();

function oddModulus(bits: number): bigint {
  return randomBits(random, bits) | 1n | (1n << BigInt(bits - 1));
}

describe('the constant-time power of the host', () => {
  it.each([64, 511, 512, 513, 777, 1024, 2048, 4096])('agrees with BigInt modulo odd numbers of %i bits', (bits) => {
    for (let round = 0; round < 4; round++) {
      const modulus = oddModulus(bits);
      const base = randomBelow(random, modulus);
      const exponent = randomBits(random, round % 2 === 0 ? bits : 100);
      const expected = powerMod(base, exponent, modulus);
      expect(secretPower(modulus, base, bigintToBytes(exponent, bits / 8 + 9))).toBe(expected);
    }
  });

  it('takes exponents longer than the modulus', () => {
    const modulus = oddModulus(512);
    const exponent = randomBits(random, 2000);
    expect(secretPower(modulus, 3n, bigintToBytes(exponent, 250))).toBe(powerMod(3n, exponent, modulus));
  });

  it.each([512, 1024])('is right for special bases and exponents modulo %i bits', (bits) => {
    const modulus = oddModulus(bits);
    for (const base of [0n, 1n, 2n, modulus - 2n, modulus - 1n]) {
      for (const exponent of [0n, 1n, 2n, 3n, 256n, modulus - 1n]) {
        const power = secretPower(modulus, base, bigintToBytes(exponent, bits / 8));
        expect(power, `${String(base)}^${String(exponent)}`).toBe(powerMod(base, exponent, modulus));
      }
    }
  });

  it('is right where the result is 0, 1 or -1 for an ordinary base', () => {
    const prime = productField(1024);
    const width = 130;
    expect(secretPower(prime, 3n, bigintToBytes(prime - 1n, width))).toBe(1n);
    const nonResidue =
      [2n, 3n, 5n, 7n, 11n, 13n].find((g) => powerMod(g, (prime - 1n) / 2n, prime) === prime - 1n) ?? 0n;
    expect(secretPower(prime, nonResidue, bigintToBytes((prime - 1n) / 2n, width))).toBe(prime - 1n);
    const square = productField(512) ** 2n;
    expect(secretPower(square, productField(512), bigintToBytes(2n, 4))).toBe(0n);
  });

  it('is right where the result is much shorter than the modulus', () => {
    expect(secretPower(oddModulus(2048), 5n, bigintToBytes(7n, 1))).toBe(5n ** 7n);
  });

  it('keeps moduli apart when more are in use than it has prepared', () => {
    const moduli = Array.from({ length: 6 }, () => oddModulus(512));
    for (const modulus of [...moduli, ...moduli]) {
      expect(secretPower(modulus, 3n, bigintToBytes(12345n, 8))).toBe(powerMod(3n, 12345n, modulus));
    }
  });

  it('refuses even moduli', () => {
    expect(() => secretPower(1n << 600n, 3n, Uint8Array.of(5))).toThrow(Bug);
  });
});

describe('the engine of the host', () => {
  it('says that it is constant time, and lets timers fire during long computations', async () => {
    const engine = hostEngine();
    expect(engine.constantTime).toBe(true);
    const modulus = engine.modulus(oddModulus(1024));
    const bases = fromBigints(
      Array.from({ length: 200 }, (_, i) => BigInt(i + 2)),
      modulus.width,
    );
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const powers = await modulus.powerSecret(bases, fromBigints([modulus.value - 2n], modulus.width));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(toBigints(powers)[0]).toBe(powerMod(2n, modulus.value - 2n, modulus.value));
  });
});
