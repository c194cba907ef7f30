import { createDiffieHellman, randomBytes, type DiffieHellman } from 'node:crypto';
import { bigintToBytes } from '../src/core/bytes/integers.ts';
import { batchOf, fromBigints } from '../src/core/modulus/batch.ts';
import type { Engine } from '../src/core/modulus/modulus.ts';
import { randomBelow, randomBits } from '../src/core/numbers/random.ts';
import { hostRandom } from '../src/main/runtime.ts';
import type { NamedEngine } from './engines.ts';
import type { KernelTimes } from './limits.ts';
import { scaled, type Spread } from './statistics.ts';
import { timeInTurn, type Subject } from './stopwatch.ts';

const SQUARINGS = 2000;
const PRODUCTS = 2000;
const BIGINT_OPERATIONS = 500;
const POWERS = 2;

/** Microseconds per modular squaring or multiplication, by who computes it. */
export interface KernelFigures {
  /** |N|. */
  readonly keyBits: number;
  /** `N²`, or `N` as in the search for a key. */
  readonly modulus: 'N²' | 'N';
  readonly engines: readonly EngineKernel[];
  readonly bigint: { readonly squaring: Spread; readonly product: Spread };
  /** Per multiplication within an exponentiation. */
  readonly openssl: Spread;
}

export interface EngineKernel {
  readonly label: string;
  readonly squaring: Spread;
  readonly product: Spread;
  /** Per multiplication within a constant-time exponentiation, by OpenSSL's number of them. */
  readonly power: Spread;
}

/**
 * Times the kernels modulo one number. Squarings are those of a power of two as exponent; multiplications are those of
 * a row of a multi-exponentiation with weights 1; so that conversions at the edges hardly count. OpenSSL is reached by
 * Diffie–Hellman: what one exponentiation takes is divided by the number of multiplications of its fixed-window method.
 */
export async function timeKernels(
  engines: readonly NamedEngine[],
  keyBits: number,
  modulus: 'N²' | 'N',
  rounds: number,
): Promise<KernelFigures> {
  const n = randomBits(hostRandom, keyBits - 2) | (3n << BigInt(keyBits - 2)) | 1n;
  const value = modulus === 'N' ? n : n * n;
  const bits = value.toString(2).length;
  const exponent = hostRandom.bytes(bits / 16);
  exponent[exponent.length - 1] = (exponent.at(-1) as number) | 0x80;
  const powerMultiplications = openSslMultiplications(8 * exponent.length);

  const subjects: Subject[] = [
    ...engines.flatMap(({ label, engine }) => engineSubjects(label, engine, value, exponent, powerMultiplications)),
    ...bigintSubjects(value),
    opensslSubject(value, exponent, powerMultiplications),
  ];
  const times = await timeInTurn(subjects, rounds);
  const microseconds = (name: string): Spread => scaled(times.get(name) as Spread, 1000);
  return {
    keyBits,
    modulus,
    engines: engines.map(({ label }) => ({
      label,
      squaring: microseconds(`${label} squaring`),
      product: microseconds(`${label} product`),
      power: microseconds(`${label} power`),
    })),
    bigint: { squaring: microseconds('BigInt squaring'), product: microseconds('BigInt product') },
    openssl: microseconds('OpenSSL'),
  };
}

/** Of the first engine. One that leaves secret powers to another kernel, which is faster, is judged by that. */
export function kernelTimes({ engines: [engine] }: KernelFigures): KernelTimes {
  if (!engine) throw new RangeError('no engine was measured');
  const [squaringUs, productUs, powerUs] = [engine.squaring.median, engine.product.median, engine.power.median];
  return powerUs < Math.min(squaringUs, productUs)
    ? { squaringUs: powerUs, productUs: powerUs }
    : { squaringUs, productUs };
}

/**
 * Squarings and multiplications of OpenSSL's `BN_mod_exp_mont_consttime`: bits squarings, one multiplication per window,
 * 2^w − 2 for the table, two for the conversions; w is 5 where its x86-64 assembly serves, else 6 above 937 bits.
 */
export function openSslMultiplications(exponentBits: number, architecture: string = process.arch): number {
  const w = architecture === 'x64' || exponentBits <= 937 ? 5 : 6;
  return exponentBits + Math.ceil(exponentBits / w) + 2 ** w - 2 + 2;
}

function engineSubjects(
  label: string,
  engine: Engine,
  value: bigint,
  exponent: Uint8Array,
  powerMultiplications: number,
): Subject[] {
  const modulus = engine.modulus(value);
  const base = fromBigints([randomBelow(hostRandom, value)], modulus.width);
  const twoToThe = 1n << BigInt(SQUARINGS);
  const row = {
    starts: Uint32Array.of(0, PRODUCTS + 1),
    bases: new Uint32Array(PRODUCTS + 1),
    weights: fromBigints(Array<bigint>(PRODUCTS + 1).fill(1n), 1),
  };
  const exponents = batchOf(exponent, exponent.length);
  return [
    { name: `${label} squaring`, operations: SQUARINGS, call: () => modulus.power(base, twoToThe) },
    { name: `${label} product`, operations: PRODUCTS, call: () => modulus.multiPower(base, row) },
    { name: `${label} power`, operations: powerMultiplications, call: () => modulus.powerSecret(base, exponents) },
  ];
}

function bigintSubjects(value: bigint): Subject[] {
  const [a, b] = [randomBelow(hostRandom, value), randomBelow(hostRandom, value)];
  const repeat = (operation: (x: bigint) => bigint): bigint => {
    let x = a;
    for (let i = 0; i < BIGINT_OPERATIONS; i++) x = operation(x);
    return x;
  };
  return [
    { name: 'BigInt squaring', operations: BIGINT_OPERATIONS, call: () => repeat((x) => (x * x) % value) },
    { name: 'BigInt product', operations: BIGINT_OPERATIONS, call: () => repeat((x) => (x * b) % value) },
  ];
}

function opensslSubject(value: bigint, exponent: Uint8Array, powerMultiplications: number): Subject {
  const bigEndian = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse();
  const bytes = Math.ceil(value.toString(2).length / 8);
  const group: DiffieHellman = createDiffieHellman(bigEndian(bigintToBytes(value, bytes)), 2);
  group.setPrivateKey(bigEndian(exponent));
  const base = randomBytes(bytes);
  base[0] = (base[0] as number) & 0x7f;
  return {
    name: 'OpenSSL',
    operations: POWERS * powerMultiplications,
    call: () => {
      for (let i = 0; i < POWERS; i++) group.computeSecret(base);
    },
  };
}
