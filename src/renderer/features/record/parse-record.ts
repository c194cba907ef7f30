import * as v from 'valibot';
import type { SignedRunRecord } from '../../../core/run/record.ts';

const MAX_TEXT = 200;
const MAX_STAGES = 10_000;
const MAX_CERTIFICATE_DIGITS = 2 * 16 * 1024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));
const hexadecimal = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})+$/));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const finite = v.pipe(v.number(), v.finite());

const Delta = v.variant('kind', [
  v.strictObject({ kind: v.literal('constant'), value: finite }),
  v.strictObject({ kind: v.literal('decay'), a: finite, b: finite }),
]);

const Parameters = v.strictObject({
  delta: Delta,
  iterations: count,
  periods: count,
  unknownSenders: v.picklist(['exclude', 'zero']),
  precisionBits: count,
  minContributors: count,
  masking: v.picklist(['short', 'full']),
});

const Party = v.strictObject({
  party: count,
  name: text,
  certificate: v.pipe(hexadecimal, v.maxLength(MAX_CERTIFICATE_DIGITS)),
  role: v.picklist(['contributor', 'helper']),
  software: text,
  commitment: digest,
  accounts: count,
  maxDegree: count,
  durationsMs: v.pipe(v.array(v.strictTuple([text, count])), v.maxLength(MAX_STAGES)),
});

const Pair = v.strictObject({ between: v.strictTuple([count, count]), digest, messages: count });

const Signed = v.strictObject({
  record: v.strictObject({
    format: v.literal('riskweave run record'),
    version: v.literal(1),
    run: digest,
    key: v.strictObject({ id: digest, bits: count }),
    parameters: Parameters,
    fixedPoint: v.strictObject({ weightBits: count, scoreBits: count, slotBits: count }),
    parties: v.pipe(v.array(Party), v.minLength(3), v.maxLength(9)),
    pairs: v.array(Pair),
    broadcasts: digest,
  }),
  signatures: v.array(v.pipe(hexadecimal, v.maxLength(MAX_CERTIFICATE_DIGITS))),
});

/** The record in `text`, or in words what is wrong with its form. Says nothing about whether it is true. */
export function parseRecord(text: string): { record: SignedRunRecord } | { faults: readonly string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { faults: ['The file is not JSON: it may be incomplete, or a different kind of file.'] };
  }
  const parsed = v.safeParse(Signed, json);
  if (!parsed.success) {
    return { faults: parsed.issues.map(describe) };
  }
  const faults = inconsistencies(parsed.output);
  return faults.length > 0 ? { faults } : { record: parsed.output };
}

function describe(issue: v.InferIssue<typeof Signed>): string {
  const path = v.getDotPath(issue);
  if (path === null) return 'The file holds JSON of another kind.';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `The field “${path}” is unknown.`;
  if (issue.received === 'undefined') return `The field “${path}” is missing.`;
  return `The field “${path}” is not as it should be.`;
}

/** What each field alone does not show: parties and pairs are complete and in order. */
function inconsistencies({ record, signatures }: SignedRunRecord): string[] {
  const size = record.parties.length;
  const faults: string[] = [];
  if (record.parties.some(({ party }, i) => party !== i + 1)) faults.push('The banks are not numbered from 1 upwards.');
  const expected = record.parties.flatMap((_, a) => record.parties.slice(a + 1).map((__, i) => [a + 1, a + i + 2]));
  const pairs = record.pairs.map(({ between }) => between);
  if (JSON.stringify(pairs) !== JSON.stringify(expected)) {
    faults.push('The record does not list what was exchanged between every two banks.');
  }
  if (signatures.length !== size) {
    faults.push(`The record names ${String(size)} banks but holds ${String(signatures.length)} signatures.`);
  }
  return faults;
}
