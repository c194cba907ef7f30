import { describe, expect, it } from 'vitest';
import { agreeUpToSign } from '../../src/core/ceremony/biprimality.ts';
import {
  checkLength,
  checkNoSmallFactor,
  checkNotPerfectPower,
  checkOdd,
  checkTestOpening,
  checkTheta,
  checkVerificationValues,
} from '../../src/core/ceremony/checks.ts';
import { carry } from '../../src/core/ceremony/exponents.ts';
import { bitLength } from '../../src/core/bytes/integers.ts';
import { ProtocolAbort } from '../../src/core/errors.ts';
import { mod } from '../../src/core/numbers/integers.ts';
import { jacobi } from '../../src/core/numbers/jacobi.ts';
import { isProbablePrime, powerMod } from '../../src/core/numbers/primes.ts';
import { randomBelow, randomBits } from '../../src/core/numbers/random.ts';
import { CARRY_BITS } from '../../src/core/params.ts';
import { exponentField } from '../../src/core/sharing/fields.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('checks');

/** A prime ≡ 3 (mod 4) of 128 bits. */
function randomPrime(): bigint {
  for (;;) {
    const candidate = randomBits(random, 128) | 3n | (3n << 126n);
    if (isProbablePrime(candidate, random)) return candidate;
  }
}

function failureOf(check: () => void): ProtocolAbort | undefined {
  try {
    check();
  } catch (error) {
    if (error instanceof ProtocolAbort) return error;
    throw error;
  }
  return undefined;
}

const [p, q] = [randomPrime(), randomPrime()];
const n = p * q;

describe('before a key is stored', () => {
  it('a product of two primes passes every check of the modulus', () => {
    expect(() => {
      checkLength(n, 256);
      checkOdd(n);
      checkNoSmallFactor(n);
      checkNotPerfectPower(n);
    }).not.toThrow();
  });

  it.each([
    [
      'a modulus that is too short',
      () => {
        checkLength(n >> 1n, 256);
      },
      'length of N',
    ],
    [
      'a modulus that is too long',
      () => {
        checkLength(n << 1n, 256);
      },
      'length of N',
    ],
    [
      'an even modulus',
      () => {
        checkOdd(n + 1n);
      },
      'N is odd',
    ],
    [
      'a small factor',
      () => {
        checkNoSmallFactor(1_048_573n * p);
      },
      'small factor of N',
    ],
    [
      'a square',
      () => {
        checkNotPerfectPower(p * p);
      },
      'N is a perfect power',
    ],
    [
      'a cube',
      () => {
        checkNotPerfectPower(p ** 3n);
      },
      'N is a perfect power',
    ],
    [
      'θ = 0',
      () => {
        checkTheta(0n, n);
      },
      'gcd(θ, N)',
    ],
    [
      'θ with a factor of N',
      () => {
        checkTheta(3n * p, n);
      },
      'gcd(θ, N)',
    ],
    [
      'verification values that do not multiply to 1',
      () => {
        checkVerificationValues([2n, 3n], n);
      },
      'verification values',
    ],
    [
      'a test encryption that opens to something else',
      () => {
        checkTestOpening(5n, 6n);
      },
      'test encryption',
    ],
    [
      'a test encryption that does not open',
      () => {
        checkTestOpening(undefined, 6n);
      },
      'test encryption',
    ],
  ] as const)('%s is refused, and nobody is blamed', (_, check, field) => {
    expect(failureOf(check)).toMatchObject({ code: 'key-check-failed', field, blame: [] });
  });

  it('a prime just above the bound of the small factors is accepted', () => {
    expect(
      failureOf(() => {
        checkNoSmallFactor(1_048_583n * p);
      }),
    ).toBeUndefined();
  });

  it('θ without a common factor is accepted', () => {
    expect(
      failureOf(() => {
        checkTheta(2n, n);
      }),
    ).toBeUndefined();
  });

  it('verification values of additive shares of a multiple of φ multiply to 1, and those of another number do not', () => {
    const multiple = (p - 1n) * (q - 1n) * randomBits(random, 256);
    const base = randomBelow(random, n * n) ** 2n % (n * n);
    const shares = [randomBits(random, 600), randomBits(random, 600)];
    const values = (total: bigint) => {
      const last = total - shares.reduce((sum, share) => sum + share, 0n);
      const inverse = last < 0n ? powerMod(base, n * (p - 1n) * (q - 1n) - 1n, n * n) : base;
      return [
        ...shares.map((share) => powerMod(base, share, n * n)),
        powerMod(inverse, last < 0n ? -last : last, n * n),
      ];
    };
    expect(
      failureOf(() => {
        checkVerificationValues(values(multiple), n);
      }),
    ).toBeUndefined();
    expect(
      failureOf(() => {
        checkVerificationValues(values(multiple + 2n), n);
      }),
    ).toBeDefined();
  });
});

describe('the test for two primes', () => {
  /** v_1, v_2, v_3 for additive shares of the factors, with bases of Jacobi symbol 1. */
  function powersFor(factorP: bigint, factorQ: bigint): [bigint, bigint[]] {
    const modulus = factorP * factorQ;
    let base = 2n;
    while (jacobi(base, modulus) !== 1) base++;
    const parts = [4n * randomBits(random, 60), 4n * randomBits(random, 60)];
    const first = modulus + 1n - (factorP + factorQ - parts.reduce((sum, part) => sum + part));
    return [modulus, [first, ...parts].map((exponent) => powerMod(base, exponent / 4n, modulus))];
  }

  it('passes products of two primes', () => {
    for (let round = 0; round < 10; round++) {
      expect(agreeUpToSign(...powersFor(randomPrime(), randomPrime()))).toBe(true);
    }
  });

  it('fails products in which one factor is composite', () => {
    const composite = (): bigint => {
      for (;;) {
        const candidate = randomBits(random, 128) | 3n;
        if (!isProbablePrime(candidate, random)) return candidate;
      }
    };
    for (let round = 0; round < 10; round++) {
      expect(agreeUpToSign(...powersFor(randomPrime(), composite()))).toBe(false);
    }
  });

  it('fails powers that share a factor with the modulus, even where both sides agree', () => {
    expect(agreeUpToSign(n, [p, p, 1n])).toBe(false);
    expect(agreeUpToSign(n, [n - 1n, 1n, 1n])).toBe(true);
  });
});

describe('the carry of the exponent shares', () => {
  const field = exponentField(512);
  const hiddenBits = BigInt(bitLength(field) - CARRY_BITS);

  it.each([3, 5, 9])('is exact for random shares of %i banks', (parties) => {
    for (let round = 0; round < 200; round++) {
      const secret = randomBelow(random, BigInt(parties) << 1024n);
      const shares = Array.from({ length: parties - 1 }, () => randomBelow(random, field));
      shares.push(mod(secret - shares.reduce((sum, share) => sum + share), field));
      const k = (shares.reduce((sum, share) => sum + share) - secret) / field;
      expect(
        carry(
          shares.map((share) => share >> hiddenBits),
          hiddenBits,
          field,
        ),
      ).toBe(k);
    }
  });

  it.each([3, 9])('is exact at the ends, for %i banks', (parties) => {
    const zeros = Array.from({ length: parties - 1 }, () => 0n);
    const largest = Array.from({ length: parties - 1 }, () => field - 1n);
    const secret = BigInt(parties) << 1024n;
    for (const shares of [
      [...zeros, 0n], // 0, k = 0
      [...zeros, secret], // k = 0
      [...largest, secret + BigInt(parties - 1)], // k = n − 1
    ]) {
      const k = shares.reduce((sum, share) => sum + share) / field;
      expect(
        carry(
          shares.map((share) => share >> hiddenBits),
          hiddenBits,
          field,
        ),
      ).toBe(k);
    }
  });
});
