import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/bytes/hex.ts';
import { canonicalJson, recordStatement, type RunRecord } from '../../src/core/run/record.ts';

const record: RunRecord = {
  format: 'riskweave run record',
  version: 1,
  run: '00ff',
  key: { id: 'ab', bits: 2048 },
  parameters: {
    delta: { kind: 'decay', a: 0.3, b: 0.8 },
    iterations: 2,
    periods: 1,
    unknownSenders: 'exclude',
    precisionBits: 16,
    minContributors: 3,
    masking: 'short',
  },
  fixedPoint: { weightBits: 20, scoreBits: 76, slotBits: 124 },
  parties: [
    {
      party: 1,
      name: 'Zoë',
      certificate: '01',
      role: 'contributor',
      software: 'test',
      commitment: '02',
      accounts: 3,
      maxDegree: 4,
      durationsMs: [['start', 5]],
    },
  ],
  pairs: [{ between: [1, 2], digest: '03', messages: 4 }],
  broadcasts: '04',
};

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units, at every depth, and has no white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true, é: 1, Z: 2, '\u{1f600}': 3, '\ufb33': 4 })).toBe(
      '{"Z":2,"a":true,"b":[1,{"c":"x","d":null}],"é":1,"\u{1f600}":3,"\ufb33":4}',
    );
  });

  it('writes numbers and strings as RFC 8785 says', () => {
    const numbers = [1e21, 1e-7, 0.1, -0, 4.5, 2e-3, 333333333.3333333, 1e30];
    expect(canonicalJson(numbers)).toBe('[1e+21,1e-7,0.1,0,4.5,0.002,333333333.3333333,1e+30]');
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\/')).toBe('"€$\\u000f\\nA\'B\\"\\\\/"');
  });
});

describe('the statement that the banks sign', () => {
  it('does not depend on the order in which the record was put together', () => {
    const turned = Object.fromEntries(Object.entries(record).reverse()) as unknown as RunRecord;
    expect(recordStatement(turned)).toEqual(recordStatement(record));
    expect(recordStatement(JSON.parse(JSON.stringify(record)) as RunRecord)).toEqual(recordStatement(record));
  });

  it('changes with every value of the record', () => {
    const statements = new Set([toHex(recordStatement(record))]);
    const paths = leaves(record);
    for (const path of paths) statements.add(toHex(recordStatement(changedAt(record, path))));
    expect(paths.length).toBeGreaterThan(25);
    expect(statements.size).toBe(paths.length + 1);
  });
});

type Path = readonly (string | number)[];

/** Where the record has a string or a number. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function changedAt(value: RunRecord, path: Path): RunRecord {
  const copy = structuredClone(value);
  let at = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  at[last] = typeof at[last] === 'number' ? at[last] + 1 : `${String(at[last])}x`;
  return copy;
}
