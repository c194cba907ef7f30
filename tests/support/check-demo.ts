/** Whether the demo's JSON says that all went well and the scores are the reference's. Used by the continuous integration. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const MAX_DIFFERENCE = 1e-8;

const Bank = v.object({ accounts: v.pipe(v.number(), v.minValue(1)), withoutJointScore: v.literal(0) });

const Summary = v.object({
  ok: v.literal(true),
  largestDifference: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_DIFFERENCE)),
  banks: v.pipe(v.array(Bank), v.minLength(3)),
});

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: check-demo.ts FILE');
const result = v.safeParse(Summary, JSON.parse(readFileSync(file, 'utf8')));
if (!result.success) {
  for (const issue of result.issues) console.error(`demo: ${v.getDotPath(issue) ?? 'summary'}: ${issue.message}`);
  process.exitCode = 1;
}
