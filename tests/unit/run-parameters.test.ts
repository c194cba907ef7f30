import { describe, expect, it } from 'vitest';
import { Reader, Writer } from '../../src/core/bytes/encoding.ts';
import { ParameterError } from '../../src/core/errors.ts';
import {
  checkRunParameters,
  deltaAt,
  readParameters,
  totalIterations,
  writeParameters,
  type RunParameters,
} from '../../src/core/run/parameters.ts';

const valid: RunParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 3,
  periods: 2,
  unknownSenders: 'exclude',
  precisionBits: 16,
  minContributors: 3,
  masking: 'short',
};
const constant = (value: number): Partial<RunParameters> => ({ delta: { kind: 'constant', value } });
const decay = (a: number, b: number): Partial<RunParameters> => ({ delta: { kind: 'decay', a, b } });

const encode = (parameters: RunParameters): Uint8Array => writeParameters(new Writer(), parameters).done();
const decode = (bytes: Uint8Array): RunParameters => {
  const reader = new Reader(bytes);
  const parameters = readParameters(reader);
  reader.end();
  return parameters;
};

describe('the parameters of a run', () => {
  it.for<[Partial<RunParameters>]>([
    [{}],
    [constant(0)],
    [constant(1 - 2 ** -53)],
    [decay(0.3, 0.8)],
    [decay(0.99, 0)],
    [{ iterations: 0 }],
    [{ iterations: 1000, periods: 1000 }],
    [{ precisionBits: 8, minContributors: 1 }],
    [{ precisionBits: 48, minContributors: 1000 }],
    [{ unknownSenders: 'zero', masking: 'full' }],
  ])('%j pass and are read back as they were written', ([change]) => {
    const parameters = { ...valid, ...change };
    expect(checkRunParameters(parameters)).toBe(parameters);
    expect(decode(encode(parameters))).toEqual(parameters);
  });

  it.for<[Partial<RunParameters>, string]>([
    [{ iterations: -1 }, 'The iterations must be a whole number from 0 to 1000, not -1.'],
    [{ iterations: 1001 }, 'The iterations must be a whole number from 0 to 1000, not 1001.'],
    [{ iterations: 1.5 }, 'The iterations must be a whole number from 0 to 1000, not 1.5.'],
    [{ iterations: NaN }, 'The iterations must be a whole number from 0 to 1000, not NaN.'],
    [{ periods: 0 }, 'The periods must be a whole number from 1 to 1000, not 0.'],
    [{ periods: 1001 }, 'The periods must be a whole number from 1 to 1000, not 1001.'],
    [{ precisionBits: 7 }, 'The precision bits must be a whole number from 8 to 48, not 7.'],
    [{ precisionBits: 49 }, 'The precision bits must be a whole number from 8 to 48, not 49.'],
    [{ minContributors: 0 }, 'The contributor minimum must be a whole number from 1 to 1000, not 0.'],
    [{ minContributors: 1001 }, 'The contributor minimum must be a whole number from 1 to 1000, not 1001.'],
    [constant(1), 'The propagation weight δ of iteration 1 is 1; every δ must be at least 0 and below 1.'],
    [constant(-0.1), 'The propagation weight δ of iteration 1 is -0.1; every δ must be at least 0 and below 1.'],
    [constant(NaN), 'The propagation weight δ of iteration 1 is NaN; every δ must be at least 0 and below 1.'],
    [decay(0.6, -1), 'The propagation weight δ of iteration 2 is 1.2; every δ must be at least 0 and below 1.'],
    [decay(0.6, Infinity), 'The propagation weight δ of iteration 1 is NaN; every δ must be at least 0 and below 1.'],
    [
      { iterations: 0, ...constant(NaN) },
      'The propagation weight δ of iteration 1 is NaN; every δ must be at least 0 and below 1.',
    ],
  ])('%j are refused, by us with a sentence and from a peer as out of range', ([change, text]) => {
    const parameters = { ...valid, ...change };
    expect(() => checkRunParameters(parameters)).toThrow(new ParameterError(text));
    if (Number.isInteger(parameters.iterations) && parameters.iterations >= 0) {
      expect(() => decode(encode(parameters))).toThrow(
        expect.objectContaining({ code: 'out-of-range', field: 'parameters' }),
      );
    }
  });

  it('have one encoding only', () => {
    const bytes = encode(valid);
    const at = (index: number, value: number): Uint8Array => bytes.map((byte, i) => (i === index ? value : byte));
    const [kind, secondDelta, unknownSenders, masking] = [0, 16, 25, bytes.length - 1];
    for (const index of [kind, unknownSenders, masking]) {
      expect(() => decode(at(index, 2))).toThrow(expect.objectContaining({ code: 'not-canonical' }));
    }
    expect(() => decode(at(secondDelta, 0x80))).toThrow(
      expect.objectContaining({ code: 'not-canonical', field: 'delta' }),
    );
  });

  it('give δ and the number of iterations over all periods', () => {
    expect([1, 2, 3].map((k) => deltaAt({ kind: 'constant', value: 0.4 }, k))).toEqual([0.4, 0.4, 0.4]);
    expect([1, 2, 4].map((k) => deltaAt({ kind: 'decay', a: 0.8, b: 2 }, k))).toEqual([0.8, 0.2, 0.05]);
    expect(totalIterations(valid)).toBe(6);
  });
});
