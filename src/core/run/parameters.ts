import { Writer, type Reader } from '../bytes/encoding.ts';
import { MessageFault, ParameterError } from '../errors.ts';

/** δ per iteration of a period: constant, or a / k^b for k = 1, 2, … restarting in every period (protocol.md 1). */
export type Delta =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'decay'; readonly a: number; readonly b: number };

/** What all banks of a run agree on. */
export interface RunParameters {
  readonly delta: Delta;
  /** Iterations per period. */
  readonly iterations: number;
  readonly periods: number;
  /** What happens to senders without a known score: leave the edge out of the total, or count them with score 0. */
  readonly unknownSenders: 'exclude' | 'zero';
  /** P of protocol.md 6: opened values carry about this many bits. */
  readonly precisionBits: number;
  /** Accounts with fewer distinct outside contributors are not opened. */
  readonly minContributors: number;
  /** `short`: h_N^r with |N|/2-bit r; `full`: y^N with a fresh unit y (protocol.md 3). */
  readonly masking: 'short' | 'full';
}

/** The product's defaults (protocol.md 6). */
export const DEFAULT_PRECISION_BITS = 16;
export const DEFAULT_MIN_CONTRIBUTORS = 3;

const MAX_ITERATIONS = 1000;
const MAX_PERIODS = 1000;
const MIN_PRECISION_BITS = 8;
/** Above that a float64 cannot hold what is opened. */
const MAX_PRECISION_BITS = 48;
const MAX_MIN_CONTRIBUTORS = 1000;

/** δ_k for iteration `k` (from 1) of a period, as a float64. */
export function deltaAt(delta: Delta, k: number): number {
  return delta.kind === 'constant' ? delta.value : delta.a / k ** delta.b;
}

/** T: iterations over all periods. */
export function totalIterations(parameters: RunParameters): number {
  return parameters.iterations * parameters.periods;
}

/** Throws {@link ParameterError} that names the first parameter that is out of range, and what would be right. */
export function checkRunParameters(parameters: RunParameters): RunParameters {
  whole('iterations', parameters.iterations, 0, MAX_ITERATIONS);
  whole('periods', parameters.periods, 1, MAX_PERIODS);
  whole('precision bits', parameters.precisionBits, MIN_PRECISION_BITS, MAX_PRECISION_BITS);
  whole('contributor minimum', parameters.minContributors, 1, MAX_MIN_CONTRIBUTORS);
  for (let k = 1; k <= Math.max(1, parameters.iterations); k++) {
    const delta = deltaAt(parameters.delta, k);
    if (!(delta >= 0 && delta < 1)) {
      throw new ParameterError(
        `The propagation weight δ of iteration ${String(k)} is ${String(delta)}; every δ must be at least 0 and below 1.`,
      );
    }
  }
  return parameters;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ParameterError(
      `The ${name} must be a whole number from ${String(least)} to ${String(most)}, not ${String(value)}.`,
    );
  }
}

export function writeParameters(writer: Writer, parameters: RunParameters): Writer {
  const { delta } = parameters;
  if (delta.kind === 'constant') writer.u8(0).f64(delta.value).f64(0);
  else writer.u8(1).f64(delta.a).f64(delta.b);
  return writer
    .u32(parameters.iterations)
    .u32(parameters.periods)
    .u8(parameters.unknownSenders === 'exclude' ? 0 : 1)
    .u32(parameters.precisionBits)
    .u32(parameters.minContributors)
    .u8(parameters.masking === 'short' ? 0 : 1);
}

export function readParameters(reader: Reader): RunParameters {
  const constant = flag(reader, 'delta kind');
  const [first, second] = [reader.f64('delta'), reader.f64('delta')];
  if (constant && !Object.is(second, 0)) throw new MessageFault('not-canonical', 'delta');
  const parameters: RunParameters = {
    delta: constant ? { kind: 'constant', value: first } : { kind: 'decay', a: first, b: second },
    iterations: reader.u32('iterations'),
    periods: reader.u32('periods'),
    unknownSenders: flag(reader, 'unknown senders') ? 'exclude' : 'zero',
    precisionBits: reader.u32('precision bits'),
    minContributors: reader.u32('contributor minimum'),
    masking: flag(reader, 'masking') ? 'short' : 'full',
  };
  try {
    return checkRunParameters(parameters);
  } catch {
    throw new MessageFault('out-of-range', 'parameters');
  }
}

/** 0 or 1 on the wire; true for 0. */
function flag(reader: Reader, field: string): boolean {
  const value = reader.u8(field);
  if (value > 1) throw new MessageFault('not-canonical', field);
  return value === 0;
}
