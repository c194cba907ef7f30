import type { Random } from '../environment.ts';
import { randomBelow } from './random.ts';

/** All primes below `limit`, ascending (sieve of Eratosthenes). */
export function primesBelow(limit: number): number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let i = 2; i < limit; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i * i; j < limit; j += i) composite[j] = 1;
  }
  return primes;
}

/** base^exponent mod modulus; variable time, for public values only. */
export function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** Miller–Rabin with random bases: a composite passes with probability at most 4^-rounds. */
export function isProbablePrime(n: bigint, random: Random, rounds = 40): boolean {
  if (n < 4n) return n >= 2n;
  if (n % 2n === 0n) return false;
  let odd = n - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos++;
  }
  for (let round = 0; round < rounds; round++) {
    let x = powerMod(2n + randomBelow(random, n - 3n), odd, n);
    if (x === 1n || x === n - 1n) continue;
    let witness = true;
    for (let i = 1; i < twos && witness; i++) {
      x = (x * x) % n;
      if (x === n - 1n) witness = false;
    }
    if (witness) return false;
  }
  return true;
}
