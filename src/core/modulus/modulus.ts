import type { Batch } from './batch.ts';

/**
 * Arithmetic modulo one odd public number, on whole batches of fixed-width residues: an engine may compute them in other
 * threads or in WebAssembly memory. Inputs must be residues (below the modulus); results are.
 */
export interface Modulus {
  readonly value: bigint;
  /** Bytes of one residue. */
  readonly width: number;
  /** Element by element; a batch of one is combined with every element of the other. */
  multiply(a: Batch, b: Batch): Promise<Batch>;
  square(a: Batch): Promise<Batch>;
  /** The product of all elements, as a batch of one. */
  product(a: Batch): Promise<Batch>;
  /** a_i^exponent, in variable time: for exponents that everybody may know. */
  power(a: Batch, exponent: bigint): Promise<Batch>;
  /** a_i^{e_i}, or a_i^e for a batch of one exponent, in constant time where the engine can (see {@link Engine.constantTime}). */
  powerSecret(a: Batch, exponents: Batch): Promise<Batch>;
  /** Π bases^weights per row, with the squarings of a row shared (Straus 1964). */
  multiPower(bases: Batch, rows: WeightedRows): Promise<Batch>;
  /** Prepares one base for many secret exponents of at most `exponentBits` bits. */
  fixedBase(base: Batch, exponentBits: number): Promise<FixedBase>;
  /** Inverses, by one inversion for all (Montgomery's trick). Throws {@link NotInvertible} with the index of a culprit. */
  inverse(a: Batch): Promise<Batch>;
  /** The index of the first element that is not a unit, or -1; one gcd for the batch when all are. */
  firstNonUnit(a: Batch): Promise<number>;
}

export interface FixedBase {
  /** base^{e_i}, in constant time where the engine can. */
  powerSecret(exponents: Batch): Promise<Batch>;
}

/** Sparse rows of (base, weight): terms `starts[r]` … `starts[r + 1] - 1` belong to row r. An empty row yields 1. */
export interface WeightedRows {
  readonly starts: Uint32Array;
  /** Per term: index into the bases. */
  readonly bases: Uint32Array;
  /** Per term: the exponent. */
  readonly weights: Batch;
}

export interface Engine {
  readonly name: string;
  /** Whether secret exponents are used in constant time. */
  readonly constantTime: boolean;
  modulus(value: bigint): Modulus;
  /** base_i^{e_i} mod m_i: one secret exponentiation for each of many moduli (biprimality tests). */
  powerSecretEach(moduli: Batch, bases: Batch, exponents: Batch): Promise<Batch>;
}

export class NotInvertible extends Error {
  override readonly name = 'NotInvertible';
  readonly index: number;

  constructor(index: number) {
    super(`element ${String(index)} is not invertible`);
    this.index = index;
  }
}
