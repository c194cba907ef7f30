import { precisionFor } from '../src/core/fixed-point/precision.ts';
import { fromBigints, slice, type Batch } from '../src/core/modulus/batch.ts';
import type { Engine, WeightedRows } from '../src/core/modulus/modulus.ts';
import { randomBits } from '../src/core/numbers/random.ts';
import type { KeyShare } from '../src/core/paillier/key.ts';
import { maskSource } from '../src/core/paillier/masks.ts';
import { Paillier } from '../src/core/paillier/paillier.ts';
import type { KeyBits } from '../src/core/params.ts';
import { pack } from '../src/core/run/packing.ts';
import { DEFAULT_PRECISION_BITS } from '../src/core/run/parameters.ts';
import { hostRandom } from '../src/main/runtime.ts';
import { dealKey } from '../tests/support/dealt-key.ts';
import type { NamedEngine } from './engines.ts';
import type { Spread } from './statistics.ts';
import { timeInTurn, type Subject } from './stopwatch.ts';

const PARTIES = 3;
const ITERATIONS = 3;
const MAX_DEGREE = 16;
const SHORT_MASKS = 16;
const ROWS = 16;
const TERMS_PER_ROW = 8;
const ROWS_PER_TABLE = 8;
const PACKETS = 8;
const DECRYPTIONS = 2;

/** Milliseconds per operation with a key of three parties. */
export interface OperationFigures {
  readonly keyBits: number;
  readonly slotsPerPacket: number;
  readonly weightBits: number;
  readonly engines: readonly { readonly label: string; readonly ms: Readonly<Record<OperationName, Spread>> }[];
}

export const OPERATION_NAMES = [
  'mask, short exponent',
  'mask, full exponent',
  'weighted edge, tables built',
  'weighted edge, tables reused',
  'pack one packet',
  'partial decryption',
  'combine one packet',
] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Times what a secure run is made of, at the product's precision. */
export async function timeOperations(
  engines: readonly NamedEngine[],
  keyBits: KeyBits,
  rounds: number,
): Promise<OperationFigures> {
  const shares = dealKey(PARTIES, keyBits);
  const { slotsPerPacket, weightBits } = precisionFor(DEFAULT_PRECISION_BITS, ITERATIONS, MAX_DEGREE, keyBits);
  const subjects: Subject[] = [];
  for (const { label, engine } of engines) {
    for (const subject of await engineSubjects(engine, shares, keyBits)) {
      subjects.push({ ...subject, name: `${label} ${subject.name}` });
    }
  }
  const times = await timeInTurn(subjects, rounds);
  return {
    keyBits,
    slotsPerPacket,
    weightBits,
    engines: engines.map(({ label }) => ({
      label,
      ms: Object.fromEntries(OPERATION_NAMES.map((name) => [name, times.get(`${label} ${name}`) as Spread])) as Record<
        OperationName,
        Spread
      >,
    })),
  };
}

async function engineSubjects(
  engine: Engine,
  shares: readonly KeyShare[],
  keyBits: KeyBits,
): Promise<(Subject & { readonly name: OperationName })[]> {
  const [share] = shares as [KeyShare, ...KeyShare[]];
  const key = share.publicKey;
  const precision = precisionFor(DEFAULT_PRECISION_BITS, ITERATIONS, MAX_DEGREE, keyBits);
  const paillier = new Paillier(engine, key);
  const { modulus } = paillier;
  const shortMasks = await maskSource(engine, key, 'short', hostRandom);
  const fullMasks = await maskSource(engine, key, 'full', hostRandom);

  const plaintexts = Array.from({ length: ROWS * TERMS_PER_ROW }, () => randomBits(hostRandom, precision.scoreBits));
  const ciphertexts = await paillier.encrypt(plaintexts, shortMasks);
  const weights = randomWeights(ROWS * TERMS_PER_ROW, precision.weightBits);
  const apart = rowsOf(weights, (term) => term);
  const shared = rowsOf(weights, (term) => (term % TERMS_PER_ROW) + TERMS_PER_ROW * Math.floor(term / sharedTerms));
  const onePacket = slice(ciphertexts, 0, precision.slotsPerPacket);
  const toDecrypt = slice(ciphertexts, 0, DECRYPTIONS);
  const packets = slice(ciphertexts, 0, PACKETS);
  const partials = await Promise.all(shares.map((each) => paillier.partialDecryptions(packets, each)));
  await checkOpening(paillier, partials, plaintexts);

  return [
    { name: 'mask, short exponent', operations: SHORT_MASKS, call: () => shortMasks.next(SHORT_MASKS) },
    { name: 'mask, full exponent', operations: 1, call: () => fullMasks.next(1) },
    {
      name: 'weighted edge, tables built',
      operations: ROWS * TERMS_PER_ROW,
      call: () => modulus.multiPower(ciphertexts, apart),
    },
    {
      name: 'weighted edge, tables reused',
      operations: ROWS * TERMS_PER_ROW,
      call: () => modulus.multiPower(ciphertexts, shared),
    },
    { name: 'pack one packet', operations: 1, call: () => pack(onePacket, precision, modulus) },
    {
      name: 'partial decryption',
      operations: DECRYPTIONS,
      call: () => paillier.partialDecryptions(toDecrypt, share),
    },
    { name: 'combine one packet', operations: PACKETS, call: () => paillier.combine(partials) },
  ];
}

/** So many terms in a row use the same few bases, in several rows. */
const sharedTerms = TERMS_PER_ROW * ROWS_PER_TABLE;

function rowsOf(weights: Batch, baseOf: (term: number) => number): WeightedRows {
  return {
    starts: Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * TERMS_PER_ROW),
    bases: Uint32Array.from({ length: ROWS * TERMS_PER_ROW }, (_, term) => baseOf(term)),
    weights,
  };
}

function randomWeights(count: number, bits: number): Batch {
  const width = Math.ceil(bits / 8);
  return fromBigints(
    Array.from({ length: count }, () => randomBits(hostRandom, bits)),
    width,
  );
}

/** Nobody is served by the time that a wrong result takes. */
async function checkOpening(
  paillier: Paillier,
  partials: readonly Batch[],
  plaintexts: readonly bigint[],
): Promise<void> {
  const opened = await paillier.combine(partials);
  if (!opened.every((value, i) => value === plaintexts[i])) throw new Error('the engine decrypts wrongly');
}
