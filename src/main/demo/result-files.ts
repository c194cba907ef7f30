import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { SignedRunRecord } from '../../core/run/record.ts';
import type { AccountScore } from '../../core/run/secure-run.ts';

const COLUMNS = ['id', 'initial_score', 'score', 'from_own', 'from_bank', 'from_peers'];

/** Accounts at or above the threshold, riskiest first. */
export function flagged(scores: readonly AccountScore[], threshold: number): AccountScore[] {
  return scores
    .filter(({ score }) => score !== undefined && score >= threshold)
    .sort((a, b) => (b.score as number) - (a.score as number));
}

/** Writes a bank's results. An account without a joint score has empty cells. */
export async function writeResults(
  folder: string,
  scores: readonly AccountScore[],
  threshold: number,
  record: SignedRunRecord,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'scores.csv'), table(scores));
  await writeFile(join(folder, 'flagged.csv'), table(flagged(scores, threshold)));
  await writeFile(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}

function table(scores: readonly AccountScore[]): string {
  const rows = scores.map(({ id, initialScore, score, fromOwn, fromBank, fromPeers }) =>
    [initialScore, score, fromOwn, fromBank, fromPeers].reduce<string[]>(
      (row, n) => [...row, n === undefined ? '' : String(n)],
      [id],
    ),
  );
  return stringify([COLUMNS, ...rows]);
}
