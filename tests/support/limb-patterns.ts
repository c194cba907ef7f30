import { bytesToBigint } from '../../src/core/bytes/integers.ts';
import type { Random } from '../../src/core/environment.ts';

const LIMB_BITS = 51n;
const ALL_ONES = (1n << LIMB_BITS) - 1n;
const HIGHEST_BIT = 1n << 50n;

export function randomBits(random: Random, bits: number): bigint {
  return BigInt.asUintN(bits, bytesToBigint(random.bytes(Math.ceil(bits / 8))));
}

/** An integer below `limit`, a little biased: for tests. */
export function randomNumber(random: Random, limit: number): number {
  return Number(randomBits(random, 48) % BigInt(limit));
}

/** Odd and of exactly `bits` bits: anything, just below or just above a power of two, or of few bits. */
export function oddOf(random: Random, bits: number): bigint {
  const top = 1n << BigInt(bits - 1);
  const small = BigInt(randomNumber(random, 2 ** 20)) * 2n + 1n;
  switch (randomNumber(random, 4)) {
    case 0:
      return 2n * top - small;
    case 1:
      return top + small;
    case 2:
      return top | (1n << BigInt(randomNumber(random, bits))) | 1n;
    default:
      return top | randomBits(random, bits) | 1n;
  }
}

/**
 * `count` limbs of 51 bits, made so that carries run far and products fall on the edge between two roundings (an odd
 * multiple of 2^50).
 */
export function patternedLimbs(random: Random, count: number): bigint {
  const kind = randomNumber(random, PATTERNS.length);
  const limb = PATTERNS[kind] as (random: Random) => bigint;
  let value = 0n;
  for (let i = 0; i < count; i++) value = (value << LIMB_BITS) | limb(random);
  return value;
}

const coin = (random: Random): boolean => ((random.bytes(1)[0] as number) & 1) === 1;

const PATTERNS: readonly ((random: Random) => bigint)[] = [
  () => ALL_ONES,
  () => HIGHEST_BIT,
  (random) => (coin(random) ? ALL_ONES : 0n),
  (random) => HIGHEST_BIT + (coin(random) ? 1n : -1n),
  (random) => 1n << BigInt(randomNumber(random, 51)),
  (random) => (1n << 25n) * (2n * BigInt(randomNumber(random, 2 ** 25)) + 1n),
  (random) => ((1n << 26n) - 1n) * (2n * BigInt(randomNumber(random, 2 ** 24)) + 1n),
  (random) => (coin(random) ? 1n : 0n),
];
