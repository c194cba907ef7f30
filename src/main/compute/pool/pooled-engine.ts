import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { Bug } from '../../../core/errors.ts';
import { concat, select, type Batch } from '../../../core/modulus/batch.ts';
import {
  NotInvertible,
  type Engine,
  type FixedBase,
  type Modulus,
  type WeightedRows,
} from '../../../core/modulus/modulus.ts';
import { chooseEngine, type EngineChoice } from '../engine-choice.ts';
import { detached, estimateMs, MULTIPLICATIONS } from './cost.ts';
import type { EngineAnswer, EngineTask } from './engine-task.ts';

export interface PoolWorkerData {
  readonly choice: EngineChoice;
}

export interface PooledEngine extends Engine {
  /** Ends the threads. What is still being computed rejects. */
  close(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('./engine-worker.ts', import.meta.url));
/** Pieces of about this size: short enough to cancel between them, long enough to be worth the trip. */
const PIECE_MS = 20;
/** What is shorter than this is done in the calling thread. */
const LOCAL_MS = 3;

/** An engine whose long operations are cut into pieces and computed by `threads` other threads. */
export async function pooledEngine(threads: number, choice: EngineChoice): Promise<PooledEngine> {
  const { engine: local } = await chooseEngine(choice);
  const workerData: PoolWorkerData = { choice };
  const pool = new Piscina<EngineTask, EngineAnswer>({
    filename: WORKER,
    minThreads: threads,
    maxThreads: threads,
    workerData,
  });
  const closed = new AbortController();
  const run = (task: EngineTask): Promise<EngineAnswer> => pool.run(task, { signal: closed.signal });
  return {
    name: `${local.name}, ${String(threads)} ${threads === 1 ? 'thread' : 'threads'}`,
    constantTime: local.constantTime,
    modulus: (value) => new PooledModulus(local.modulus(value), run),
    async powerSecretEach(moduli, bases, exponents) {
      const cost = MULTIPLICATIONS.powerSecret(exponents.width);
      const pieces = piecesOf(moduli.count, () => estimateMs(cost, moduli.width));
      const parts = await inPieces(pieces, run, (from, to) => ({
        kind: 'powerSecretEach',
        moduli: detached(moduli, from, to),
        bases: detached(bases, from, to),
        exponents: detached(exponents, from, to),
      }));
      return concat(parts, moduli.width);
    },
    close: () => {
      closed.abort();
      return pool.destroy();
    },
  };
}

type Run = (task: EngineTask) => Promise<EngineAnswer>;
type Piece = readonly [from: number, to: number];

class PooledModulus implements Modulus {
  readonly value: bigint;
  readonly width: number;
  readonly #local: Modulus;
  readonly #run: Run;

  constructor(local: Modulus, run: Run) {
    this.#local = local;
    this.value = local.value;
    this.width = local.width;
    this.#run = run;
  }

  multiply(a: Batch, b: Batch): Promise<Batch> {
    const [long, short] = a.count >= b.count ? [a, b] : [b, a];
    if (short.count !== 1 && short.count !== long.count) throw new Bug('batches of different lengths');
    return this.#map(
      long,
      MULTIPLICATIONS.multiply,
      () => this.#local.multiply(a, b),
      (part, from, to) => ({ kind: 'multiply', a: part, b: short.count === 1 ? short : detached(short, from, to) }),
    );
  }

  square(a: Batch): Promise<Batch> {
    return this.#map(
      a,
      MULTIPLICATIONS.multiply,
      () => this.#local.square(a),
      (part) => ({ kind: 'square', a: part }),
    );
  }

  async product(a: Batch): Promise<Batch> {
    const pieces = this.#pieces(a, MULTIPLICATIONS.multiply);
    if (pieces.length <= 1) return this.#local.product(a);
    const parts = await this.#inPieces(pieces, (from, to) => ({ kind: 'product', a: detached(a, from, to) }));
    return this.#local.product(concat(parts, this.width));
  }

  power(a: Batch, exponent: bigint): Promise<Batch> {
    const cost = MULTIPLICATIONS.power(exponent.toString(2).length);
    return this.#map(
      a,
      cost,
      () => this.#local.power(a, exponent),
      (part) => ({ kind: 'power', a: part, exponent }),
    );
  }

  powerSecret(a: Batch, exponents: Batch): Promise<Batch> {
    return this.#map(
      a,
      MULTIPLICATIONS.powerSecret(exponents.width),
      () => this.#local.powerSecret(a, exponents),
      (part, from, to) => ({
        kind: 'powerSecret',
        a: part,
        exponents: exponents.count === 1 ? detached(exponents, 0, 1) : detached(exponents, from, to),
      }),
    );
  }

  async multiPower(bases: Batch, rows: WeightedRows): Promise<Batch> {
    const count = Math.max(0, rows.starts.length - 1);
    const cost = (row: number): number => estimateMs(MULTIPLICATIONS.row(rows, row), this.width);
    const pieces = piecesOf(count, cost);
    if (pieces.length <= 1) return this.#local.multiPower(bases, rows);
    const parts = await this.#inPieces(pieces, (from, to) => ({
      kind: 'multiPower',
      ...rowsBetween(bases, rows, from, to),
    }));
    return concat(parts, this.width);
  }

  fixedBase(base: Batch, exponentBits: number): Promise<FixedBase> {
    const shared = detached(base, 0, 1);
    const powerSecret = async (exponents: Batch): Promise<Batch> => {
      const cost = estimateMs(MULTIPLICATIONS.fixedBase(exponents.width), this.width);
      const parts = await this.#inPieces(
        piecesOf(exponents.count, () => cost),
        (from, to) => ({ kind: 'fixedBase', base: shared, exponentBits, exponents: detached(exponents, from, to) }),
      );
      return concat(parts, this.width);
    };
    return Promise.resolve({ powerSecret });
  }

  async inverse(a: Batch): Promise<Batch> {
    const pieces = this.#pieces(a, 4 * MULTIPLICATIONS.multiply);
    if (pieces.length <= 1) return this.#local.inverse(a);
    return concat(
      await this.#inPieces(pieces, (from, to) => ({ kind: 'inverse', a: detached(a, from, to) })),
      this.width,
    );
  }

  async firstNonUnit(a: Batch): Promise<number> {
    const pieces = this.#pieces(a, MULTIPLICATIONS.multiply);
    if (pieces.length <= 1) return this.#local.firstNonUnit(a);
    const found = await Promise.all(
      pieces.map(async ([from, to]) => {
        const answer = await this.#run({ kind: 'firstNonUnit', modulus: this.value, a: detached(a, from, to) });
        return 'index' in answer && answer.index >= 0 ? from + answer.index : -1;
      }),
    );
    return found.find((index) => index >= 0) ?? -1;
  }

  /** Element by element: here when that is short, elsewhere in pieces when it is not. */
  async #map(
    a: Batch,
    multiplications: number,
    here: () => Promise<Batch>,
    task: (part: Batch, from: number, to: number) => DistributiveOmit<EngineTask, 'modulus'>,
  ): Promise<Batch> {
    if (estimateMs(multiplications * a.count, this.width) < LOCAL_MS) return here();
    const parts = await this.#inPieces(this.#pieces(a, multiplications), (from, to) =>
      task(detached(a, from, to), from, to),
    );
    return concat(parts, this.width);
  }

  #pieces(a: Batch, multiplications: number): Piece[] {
    return piecesOf(a.count, () => estimateMs(multiplications, this.width));
  }

  #inPieces(
    pieces: readonly Piece[],
    task: (from: number, to: number) => DistributiveOmit<EngineTask, 'modulus'>,
  ): Promise<Batch[]> {
    return inPieces(pieces, this.#run, (from, to) => ({ ...task(from, to), modulus: this.value }) as EngineTask);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Cuts `count` elements into pieces of about {@link PIECE_MS}. */
export function piecesOf(count: number, costMs: (index: number) => number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let cost = 0;
  for (let i = 0; i < count; i++) {
    cost += costMs(i);
    if (cost < PIECE_MS && i + 1 < count) continue;
    pieces.push([from, i + 1]);
    from = i + 1;
    cost = 0;
  }
  return pieces;
}

function inPieces(
  pieces: readonly Piece[],
  run: Run,
  task: (from: number, to: number) => EngineTask,
): Promise<Batch[]> {
  return Promise.all(
    pieces.map(async ([from, to]) => {
      const answer = await run(task(from, to));
      if ('notInvertible' in answer) throw new NotInvertible(from + answer.notInvertible);
      if ('bytes' in answer) return answer;
      throw new Bug('an answer of the wrong kind');
    }),
  );
}

/** Some rows alone, with just the bases that they use. */
function rowsBetween(bases: Batch, rows: WeightedRows, from: number, to: number): { bases: Batch; rows: WeightedRows } {
  const [first, end] = [rows.starts[from] as number, rows.starts[to] as number];
  const terms = rows.bases.subarray(first, end);
  const used = [...new Set(terms)];
  const indexOf = new Map(used.map((base, i) => [base, i]));
  return {
    bases: select(bases, used),
    rows: {
      starts: rows.starts.slice(from, to + 1).map((start) => start - first),
      bases: terms.map((base) => indexOf.get(base) as number),
      weights: detached(rows.weights, first, end),
    },
  };
}
