import { bytesToBigint, widthOf } from '../bytes/integers.ts';
import { Bug } from '../errors.ts';
import { gcd, inverseMod } from '../numbers/integers.ts';
import { powerMod } from '../numbers/primes.ts';
import { bytesAt, fromBigints, toBigints, type Batch } from './batch.ts';
import { NotInvertible, type Engine, type FixedBase, type Modulus, type WeightedRows } from './modulus.ts';
import { oddPowers, windowDigits } from './window.ts';

/** base^exponent mod modulus in constant time; exponent as little-endian bytes. Injected by the host. */
export type SecretPower = (modulus: bigint, base: bigint, exponent: Uint8Array) => bigint;

export interface BigintEngineOptions {
  /** Without it, secret exponents are used in variable time: for tests only. */
  readonly secretPower?: SecretPower;
  /** Called between elements, so that the thread can do other things from time to time. */
  readonly breathe?: () => Promise<void> | undefined;
}

/** The engine that works everywhere: BigInt, and the host's constant-time power for secret exponents. */
export function bigintEngine(options: BigintEngineOptions = {}): Engine {
  const breathe = options.breathe ?? (() => undefined);
  const secretPower: SecretPower =
    options.secretPower ?? ((modulus, base, exponent) => powerMod(base, bytesToBigint(exponent), modulus));
  return {
    name: options.secretPower ? 'bigint + constant-time host' : 'bigint',
    constantTime: options.secretPower !== undefined,
    modulus: (value) => new BigintModulus(value, secretPower, breathe),
    async powerSecretEach(moduli, bases, exponents) {
      const out: bigint[] = [];
      for (let i = 0; i < moduli.count; i++) {
        const modulus = bytesToBigint(bytesAt(moduli, i));
        out.push(secretPower(modulus, bytesToBigint(bytesAt(bases, i)), bytesAt(exponents, i)));
        await breathe();
      }
      return fromBigints(out, moduli.width);
    },
  };
}

class BigintModulus implements Modulus {
  readonly value: bigint;
  readonly width: number;
  readonly #secretPower: SecretPower;
  readonly #breathe: () => Promise<void> | undefined;

  constructor(value: bigint, secretPower: SecretPower, breathe: () => Promise<void> | undefined) {
    if (value < 3n || value % 2n === 0n) throw new Bug('a modulus must be odd and at least 3');
    this.value = value;
    this.width = widthOf(value);
    this.#secretPower = secretPower;
    this.#breathe = breathe;
  }

  multiply(a: Batch, b: Batch): Promise<Batch> {
    const [long, short] = a.count >= b.count ? [a, toBigints(b)] : [b, toBigints(a)];
    if (short.length !== 1 && short.length !== long.count) throw new Bug('batches of different lengths');
    return this.#each(long, (x, i) => (x * (short[short.length === 1 ? 0 : i] as bigint)) % this.value);
  }

  square(a: Batch): Promise<Batch> {
    return this.#each(a, (x) => (x * x) % this.value);
  }

  async product(a: Batch): Promise<Batch> {
    let result = 1n;
    for (let i = 0; i < a.count; i++) {
      result = (result * bytesToBigint(bytesAt(a, i))) % this.value;
      await this.#breathe();
    }
    return this.#batch([result]);
  }

  power(a: Batch, exponent: bigint): Promise<Batch> {
    return this.#each(a, (x) => powerMod(x, exponent, this.value));
  }

  powerSecret(a: Batch, exponents: Batch): Promise<Batch> {
    if (exponents.count !== 1 && exponents.count !== a.count) throw new Bug('as many exponents as bases, or one');
    return this.#each(a, (x, i) => this.#secretPower(this.value, x, bytesAt(exponents, exponents.count === 1 ? 0 : i)));
  }

  async multiPower(bases: Batch, rows: WeightedRows): Promise<Batch> {
    const tables = new Map<number, bigint[]>();
    const tableOf = (base: number): bigint[] => {
      let table = tables.get(base);
      if (!table) tables.set(base, (table = oddPowers(bytesToBigint(bytesAt(bases, base)), this.value)));
      return table;
    };
    const out: bigint[] = [];
    for (let row = 0; row + 1 < rows.starts.length; row++) {
      const factors: bigint[][] = []; // by bit position
      for (let term = rows.starts[row] as number; term < (rows.starts[row + 1] as number); term++) {
        const table = tableOf(rows.bases[term] as number);
        for (const { bit, digit } of windowDigits(bytesToBigint(bytesAt(rows.weights, term)))) {
          (factors[bit] ??= []).push(table[digit >> 1] as bigint);
        }
      }
      let result = 1n;
      for (let bit = factors.length - 1; bit >= 0; bit--) {
        result = (result * result) % this.value;
        for (const factor of factors[bit] ?? []) result = (result * factor) % this.value;
      }
      out.push(result);
      await this.#breathe();
    }
    return this.#batch(out);
  }

  fixedBase(base: Batch, exponentBits: number): Promise<FixedBase> {
    if (base.count !== 1) throw new Bug('one fixed base at a time');
    const powerSecret = (exponents: Batch): Promise<Batch> => {
      if (exponents.width * 8 < exponentBits) throw new Bug('exponents narrower than announced');
      // A table would be read at secret positions, which BigInt cannot hide: the constant-time power serves here too.
      const value = bytesToBigint(base.bytes);
      return this.#each(exponents, (_, i) => this.#secretPower(this.value, value, bytesAt(exponents, i)));
    };
    return Promise.resolve({ powerSecret });
  }

  async inverse(a: Batch): Promise<Batch> {
    const values = toBigints(a);
    const before: bigint[] = [];
    let product = 1n;
    for (const value of values) {
      before.push(product);
      product = (product * value) % this.value;
    }
    await this.#breathe();
    let inverse = inverseMod(product, this.value);
    if (inverse === undefined) throw new NotInvertible(await this.firstNonUnit(a));
    const out: bigint[] = Array.from({ length: values.length });
    for (let i = values.length - 1; i >= 0; i--) {
      out[i] = (inverse * (before[i] as bigint)) % this.value;
      inverse = (inverse * (values[i] as bigint)) % this.value;
      await this.#breathe();
    }
    return this.#batch(out);
  }

  async firstNonUnit(a: Batch): Promise<number> {
    const product = bytesToBigint((await this.product(a)).bytes);
    if (gcd(product, this.value) === 1n) return -1;
    return toBigints(a).findIndex((value) => gcd(value, this.value) !== 1n);
  }

  async #each(a: Batch, operation: (value: bigint, index: number) => bigint): Promise<Batch> {
    const out: bigint[] = [];
    for (let i = 0; i < a.count; i++) {
      out.push(operation(bytesToBigint(bytesAt(a, i)), i));
      await this.#breathe();
    }
    return this.#batch(out);
  }

  #batch(values: readonly bigint[]): Batch {
    return fromBigints(values, this.width);
  }
}
