import { createDiffieHellman, randomBytes, type DiffieHellman } from 'node:crypto';
import { bigintToBytes } from '../src/core/bytes/integers.ts';
import { batchOf, fromBigints } from '../src/core/modulus/batch.ts';
import { randomBelow, randomBits } from '../src/core/numbers/random.ts';
import { hostRandom } from '../src/main/runtime.ts';
import { FMA, type NamedEngine } from './engines.ts';
import { fmaChain } from './fma-kernel.ts';
import type { KernelTimes } from './limits.ts';
import { scaled, type Spread } from './statistics.ts';
import { timeInTurn, type Subject } from './stopwatch.ts';

const FMA_CHAIN = 2000;
const BIGINT_CHAIN = 500;
const POWERS = 2;

/** Microseconds per modular squaring or multiplication, by who computes it. */
export interface KernelFigures {
  /** |N|. */
  readonly keyBits: number;
  /** `N²`, or `N` as in the search for a key. */
  readonly modulus: 'N²' | 'N';
  readonly engines: readonly EngineKernel[];
  readonly bigint: ChainTimes;
  /** Per multiplication within an exponentiation. */
  readonly openssl: Spread;
}

interface ChainTimes {
  readonly squaring: Spread;
  readonly product: Spread;
}

export interface EngineKernel {
  readonly label: string;
  /** Of its own kernel; without one, the engine computes with BigInt. */
  readonly chain?: ChainTimes;
  /** Per multiplication within a constant-time exponentiation, by OpenSSL's number of them. */
  readonly power: Spread;
}

/**
 * Times the kernels modulo one number: chains of squarings and multiplications without conversions, and secret powers by the
 * engines. OpenSSL is reached by Diffie–Hellman: what one exponentiation takes is divided by the number of multiplications
 * of its fixed-window method.
 */
export async function timeKernels(
  engines: readonly NamedEngine[],
  keyBits: number,
  modulus: 'N²' | 'N',
  rounds: number,
): Promise<KernelFigures> {
  const n = randomBits(hostRandom, keyBits - 2) | (3n << BigInt(keyBits - 2)) | 1n;
  const value = modulus === 'N' ? n : n * n;
  const exponent = hostRandom.bytes(value.toString(2).length / 16);
  exponent[exponent.length - 1] = (exponent.at(-1) as number) | 0x80;
  const powerMultiplications = openSslMultiplications(8 * exponent.length);

  const times = await timeInTurn(
    [
      ...engines.flatMap((engine) => [
        ...(engine.label === FMA ? fmaSubjects(value) : []),
        powerSubject(engine, value, exponent, powerMultiplications),
      ]),
      ...bigintSubjects(value),
      opensslSubject(value, exponent, powerMultiplications),
    ],
    rounds,
  );
  const microseconds = (name: string): Spread => scaled(times.get(name) as Spread, 1000);
  const chain = (name: string): ChainTimes => ({
    squaring: microseconds(`${name} squaring`),
    product: microseconds(`${name} product`),
  });
  return {
    keyBits,
    modulus,
    engines: engines.map(({ label }) => ({
      label,
      ...(label === FMA && { chain: chain(label) }),
      power: microseconds(`${label} power`),
    })),
    bigint: chain('BigInt'),
    openssl: microseconds('OpenSSL'),
  };
}

/** Of the first engine. One without a kernel of its own leaves secret powers to OpenSSL's and is judged by that. */
export function kernelTimes({ engines: [engine] }: KernelFigures): KernelTimes {
  if (!engine) throw new RangeError('no engine was measured');
  const { chain, power } = engine;
  return { squaringUs: (chain?.squaring ?? power).median, productUs: (chain?.product ?? power).median };
}

/**
 * Squarings and multiplications of OpenSSL's `BN_mod_exp_mont_consttime`: bits squarings, one multiplication per window,
 * 2^w − 2 for the table, two for the conversions; w is 5 where its x86-64 assembly serves, else 6 above 937 bits.
 */
export function openSslMultiplications(exponentBits: number, architecture: string = process.arch): number {
  const w = architecture === 'x64' || exponentBits <= 937 ? 5 : 6;
  return exponentBits + Math.ceil(exponentBits / w) + 2 ** w - 2 + 2;
}

function fmaSubjects(value: bigint): Subject[] {
  const squarings = fmaChain(value, (call, first) => {
    call.squareTimes(first, first, FMA_CHAIN);
  });
  const products = fmaChain(value, (call, first, second) => {
    for (let i = 0; i < FMA_CHAIN; i++) call.multiply(first, first, second);
  });
  return [
    { name: `${FMA} squaring`, operations: FMA_CHAIN, call: squarings },
    { name: `${FMA} product`, operations: FMA_CHAIN, call: products },
  ];
}

function powerSubject(
  { label, engine }: NamedEngine,
  value: bigint,
  exponent: Uint8Array,
  operations: number,
): Subject {
  const modulus = engine.modulus(value);
  const base = fromBigints([randomBelow(hostRandom, value)], modulus.width);
  const exponents = batchOf(exponent, exponent.length);
  return { name: `${label} power`, operations, call: () => modulus.powerSecret(base, exponents) };
}

function bigintSubjects(value: bigint): Subject[] {
  const [a, b] = [randomBelow(hostRandom, value), randomBelow(hostRandom, value)];
  const repeat = (operation: (x: bigint) => bigint): bigint => {
    let x = a;
    for (let i = 0; i < BIGINT_CHAIN; i++) x = operation(x);
    return x;
  };
  return [
    { name: 'BigInt squaring', operations: BIGINT_CHAIN, call: () => repeat((x) => (x * x) % value) },
    { name: 'BigInt product', operations: BIGINT_CHAIN, call: () => repeat((x) => (x * b) % value) },
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
