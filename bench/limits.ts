import { expectedCandidates } from '../src/core/ceremony/chances.ts';
import { DEFAULT_TUNING } from '../src/core/ceremony/parameters.ts';
import { sieveFor } from '../src/core/ceremony/sieve.ts';
import type { BankGraph } from '../src/core/datasets/bank-graph.ts';
import { precisionFor, type Precision } from '../src/core/fixed-point/precision.ts';
import { primesBelow } from '../src/core/numbers/primes.ts';
import { BIPRIMALITY_ROUNDS, type KeyBits } from '../src/core/params.ts';
import { roundedMaxDegree } from '../src/core/run/dataset-commitment.ts';
import { packetCount } from '../src/core/run/packing.ts';
import { deltaAt, totalIterations, type RunParameters } from '../src/core/run/parameters.ts';
import { accountRows, type AccountRow } from '../src/core/run/period-plan.ts';

/**
 * The least that the protocol costs: modular squarings and multiplications of all banks that no implementation of
 * protocol.md can leave out, with the best known way to raise to powers. What is not counted costs time nevertheless:
 * conversions, table look-ups in constant time, the sharings' small multiplications, hashes, the search for common
 * accounts, TLS, and the start of the processes.
 */
export interface Multiplications {
  readonly squarings: number;
  readonly products: number;
}

/** What one squaring and one multiplication take modulo the numbers in question. */
export interface KernelTimes {
  readonly squaringUs: number;
  readonly productUs: number;
}

export function secondsOf({ squarings, products }: Multiplications, kernel: KernelTimes): number {
  return (squarings * kernel.squaringUs + products * kernel.productUs) / 1e6;
}

export function plus(...parts: readonly Multiplications[]): Multiplications {
  return {
    squarings: parts.reduce((sum, part) => sum + part.squarings, 0),
    products: parts.reduce((sum, part) => sum + part.products, 0),
  };
}

export function times(count: number, { squarings, products }: Multiplications): Multiplications {
  return { squarings: count * squarings, products: count * products };
}

const product = (count: number): Multiplications => ({ squarings: 0, products: count });

/**
 * One power with a secret exponent of `bits` bits: fixed windows of the best width w, that is bits squarings, one
 * multiplication per window but the first, and 2^w − 2 for the table.
 */
export function securePower(bits: number): Multiplications {
  const products = WINDOWS.map((w) => Math.ceil(bits / w) - 1 + 2 ** w - 2);
  return { squarings: bits, products: Math.min(...products) };
}

/**
 * `count` powers of one base with exponents of `bits` bits: a table of base^(d·2^(wi)) for all digits d and positions i, at
 * the best width w, then one multiplication per digit but the first.
 */
export function fixedBasePowers(count: number, bits: number): Multiplications {
  if (count === 0) return product(0);
  const products = WINDOWS.map((w) => {
    const digits = Math.ceil(bits / w);
    return digits * (2 ** w - 2) + count * (digits - 1);
  });
  return { squarings: bits, products: Math.min(...products) };
}

const WINDOWS = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * Sums of weighted ciphertexts by Straus's method: each row squares as often as its longest weight has bits; each weight
 * of b bits has b/(w + 1) odd digits of w bits on average, one multiplication each; each base has a table of its odd
 * powers, one squaring and 2^(w−1) − 1 multiplications, at the best width w.
 * @param rows weights of each row, without empty rows
 * @param bases distinct bases of all rows
 */
export function weightedSums(rows: readonly (readonly bigint[])[], bases: number): Multiplications {
  const bits = rows.map((weights) => weights.map((weight) => weight.toString(2).length));
  const squarings = bits.reduce((sum, row) => sum + Math.max(0, ...row) - 1, 0);
  const allBits = bits.flat().reduce((sum, length) => sum + length, 0);
  const [best] = WINDOWS.map((w) => ({
    squarings: w === 1 ? 0 : bases,
    products: bases * (2 ** (w - 1) - 1) + allBits / (w + 1) - rows.length,
  })).sort((a, b) => a.squarings + a.products - b.squarings - b.products) as [Multiplications];
  return plus({ squarings, products: 0 }, best);
}

/**
 * Mean of a key search, modulo N, of all banks: of the candidates that are expected, those that survive trial division cost
 * each bank one power of a word-size base, so nearly no multiplications besides the squarings: |N| − 2 of them for the
 * first bank, |N|/2 − 1 for the others; and one multiplication per peer. The one key that is found takes 64 more rounds.
 */
export function searchMultiplications(keyBits: KeyBits, parties: number): Multiplications {
  const { trialBound } = DEFAULT_TUNING[keyBits];
  const largest = sieveFor(keyBits, parties).primes.at(-1) ?? 2;
  const survives = primesBelow(trialBound)
    .filter((prime) => prime > largest)
    .reduce((share, prime) => share * (1 - 1 / prime) ** 2, 1);
  const [first, other] = [keyBits - 2, keyBits / 2 - 1];
  const tested = plus({ squarings: first + (parties - 1) * other, products: 0 }, product(parties * (parties - 1)));
  const found = plus(securePower(first), times(parties - 1, securePower(other)), product(parties * (parties - 1)));
  return plus(times(expectedCandidates(keyBits, parties) * survives, tested), times(BIPRIMALITY_ROUNDS, found));
}

export type RunPurpose = 'masks' | 'weighted sums' | 'packing' | 'partial decryptions' | 'checks and combination';
export type RunMultiplications = Readonly<Record<RunPurpose, Multiplications>>;

/** A secure run of one period, modulo N², of all banks, by what the multiplications are for; counted on the graphs. */
export function runMultiplications(
  graphs: readonly BankGraph[],
  parameters: RunParameters,
  keyBits: KeyBits,
): RunMultiplications {
  const maxDegree = Math.max(...graphs.map(roundedMaxDegree));
  const precision = precisionFor(parameters.precisionBits, totalIterations(parameters), maxDegree, keyBits);
  const counts = graphs.map((graph) => countBank(graph, parameters, precision));
  const packets = counts.map(({ opened }) => packetCount(opened, precision));
  const allPackets = packets.reduce((sum, count) => sum + count, 0);
  const parties = graphs.length;
  const exponentBits = 2 * keyBits + 129;
  const sum = (of: (bank: BankCount, index: number) => Multiplications): Multiplications => plus(...counts.map(of));
  return {
    masks: sum(({ served, reachedServed }, bank) => {
      const masked = served * parameters.iterations + (packets[bank] as number);
      return plus(fixedBasePowers(masked, keyBits / 2), product(masked + reachedServed));
    }),
    'weighted sums': sum(({ sums }) => sums),
    packing: sum((_, bank) => {
      const steps = (packets[bank] as number) * (precision.slotsPerPacket - 1);
      return { squarings: steps * precision.slotBits, products: steps };
    }),
    'partial decryptions': times(parties * allPackets, securePower(exponentBits)),
    'checks and combination': plus(
      sum(({ received }) => product(received * parameters.iterations)),
      product(3 * (parties - 1) * allPackets), // packets, partial decryptions, and their products
    ),
  };
}

interface BankCount {
  /** Accounts that some peer is sent the score of, each once. */
  readonly served: number;
  /** Ciphertexts in all iterations that contain an encrypted part. */
  readonly reachedServed: number;
  /** Ciphertexts received per iteration. */
  readonly received: number;
  /** Accounts with an encrypted part at the end. */
  readonly opened: number;
  readonly sums: Multiplications;
}

function countBank(graph: BankGraph, parameters: RunParameters, { weightBits }: Precision): BankCount {
  const [period] = graph.periods;
  if (!period || parameters.periods !== 1) throw new RangeError('the limit is counted for runs of one period');
  const allForeign = new Set(period.foreignSources.keys());
  const served = [...new Set([...period.serves.values()].flat())];
  let reached = new Set<number>();
  let reachedServed = 0;
  const sums: Multiplications[] = [];
  for (let k = 1; k <= parameters.iterations; k++) {
    reachedServed += served.filter((account) => reached.has(account)).length;
    const delta = deltaAt(parameters.delta, k);
    const rows = accountRows(graph, 0, allForeign, parameters.unknownSenders, delta, weightBits);
    const weights = rows.map((row, account) => encryptedWeights(row, account, reached));
    sums.push(
      weightedSums(
        weights.filter((row) => row.length > 0),
        reached.size + allForeign.size,
      ),
    );
    reached = new Set([...weights.keys()].filter((account) => (weights[account] as bigint[]).length > 0));
  }
  return {
    served: served.length,
    reachedServed,
    received: allForeign.size,
    opened: reached.size,
    sums: plus(...sums),
  };
}

/** The weights of the encrypted parts that make up an account's next encrypted part. */
function encryptedWeights(row: AccountRow, account: number, reached: ReadonlySet<number>): bigint[] {
  return [
    ...(reached.has(account) && row.ownWeight > 0n ? [row.ownWeight] : []),
    ...row.inside.filter(({ source }) => reached.has(source)).map(({ weight }) => weight),
    ...row.outside.map(({ weight }) => weight),
  ];
}
