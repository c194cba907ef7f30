import { createDiffieHellman, type DiffieHellman } from 'node:crypto';
import { bigintToBytes, bitLength } from '../../core/bytes/integers.ts';
import { Bug } from '../../core/errors.ts';
import type { SecretPower } from '../../core/modulus/bigint-engine.ts';
import { powerMod } from '../../core/numbers/primes.ts';

/** Below this, Diffie–Hellman in OpenSSL yields zeros or refuses. No real key is so small: only tests come here. */
const LEAST_MODULUS_BITS = 512;

/** A few moduli are in use at a time: N and N² of one key. Preparing one costs up to 20 ms. */
const CACHED_MODULI = 4;

const NO_SECRET = Buffer.of(1);

/**
 * base^exponent mod modulus in constant time, as the Diffie–Hellman secret of `node:crypto`: OpenSSL's fixed-window
 * exponentiation, whose time depends on the length of the exponent in bytes only.
 */
export function hostSecretPower(): SecretPower {
  const prepared = new Map<bigint, DiffieHellman>();
  return (modulus, base, exponent) => {
    if (modulus % 2n === 0n) throw new Bug('a secret power needs an odd modulus');
    if (bitLength(modulus) < LEAST_MODULUS_BITS) return powerMod(base, littleEndian(exponent), modulus);
    return (
      trivialPower(modulus, base, exponent) ?? diffieHellmanPower(prepare(prepared, modulus), modulus, base, exponent)
    );
  };
}

/** Powers that Diffie–Hellman refuses to compute, but which need no exponentiation either. */
function trivialPower(modulus: bigint, base: bigint, exponent: Uint8Array): bigint | undefined {
  if (isZero(exponent)) return 1n;
  if (base === 0n || base === 1n) return base;
  if (base === modulus - 1n) return ((exponent[0] as number) & 1) === 1 ? base : 1n;
  return undefined;
}

function diffieHellmanPower(group: DiffieHellman, modulus: bigint, base: bigint, exponent: Uint8Array): bigint {
  group.setPrivateKey(reversed(exponent));
  try {
    const secret = group.computeSecret(reversed(bigintToBytes(base, Math.ceil(bitLength(modulus) / 8))));
    if (secret.length > 0) return BigInt(`0x${secret.toString('hex')}`);
  } catch {
    // refused for its result: see below
  } finally {
    group.setPrivateKey(NO_SECRET); // OpenSSL overwrites the old one
  }
  return refusedPower(modulus, base, exponent);
}

/**
 * Results 0, 1 and −1 are refused. A unit other than ±1 has such a power by chance with a probability far below 2^-100, and who
 * can bring it about knows the order of an element, and with it more than the time of this computation tells.
 */
function refusedPower(modulus: bigint, base: bigint, exponent: Uint8Array): bigint {
  const power = powerMod(base, littleEndian(exponent), modulus);
  if (power > 1n && power !== modulus - 1n) throw new Bug('Diffie–Hellman refused an ordinary power');
  return power;
}

/** The object for `modulus`, which checks the modulus when it is made; the least recently used one makes room. */
function prepare(prepared: Map<bigint, DiffieHellman>, modulus: bigint): DiffieHellman {
  const known = prepared.get(modulus);
  const group = known ?? createDiffieHellman(reversed(bigintToBytes(modulus, Math.ceil(bitLength(modulus) / 8))), 2);
  prepared.delete(modulus);
  prepared.set(modulus, group);
  const [oldest] = prepared.keys();
  if (prepared.size > CACHED_MODULI && oldest !== undefined) prepared.delete(oldest);
  return group;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.reduce((any, byte) => any | byte, 0) === 0;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${reversed(bytes).toString('hex') || '0'}`);
}

/** Little endian here, big endian there. */
function reversed(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes).reverse();
}
