import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ParameterError } from '../../core/errors.ts';
import type { SignedRunRecord } from '../../core/run/record.ts';
import type { AccountScore } from '../../core/run/secure-run.ts';

const COLUMNS = ['id', 'initial_score', 'score', 'from_own', 'from_bank', 'from_peers'];

/** Accounts at or above the threshold, riskiest first. */
export function flagged(scores: readonly AccountScore[], threshold: number): AccountScore[] {
  return scores
    .filter(({ score }) => score !== undefined && score >= threshold)
    .sort((a, b) => (b.score as number) - (a.score as number));
}

/** What a bank keeps of a run. */
export interface Results {
  readonly scores: readonly AccountScore[];
  readonly record: SignedRunRecord;
  readonly certificatePem: string;
}

/** Makes a folder for results. Throws {@link ParameterError} where that cannot be: better now than after the run. */
export async function makeResultFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ParameterError(`The results cannot be written to ${folder} (${code}); choose another folder by --out.`);
  }
}

/** As a recursive `mkdir`, which never returns where a parent exists and can hold no folders (under /proc, for example). */
async function makeFolder(folder: string): Promise<void> {
  const make = async (): Promise<NodeJS.ErrnoException | undefined> =>
    mkdir(folder).then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    );
  let fault = await make();
  if (fault?.code === 'ENOENT' && !existsSync(dirname(folder))) {
    await makeFolder(dirname(folder));
    fault = await make();
  }
  if (fault && !(fault.code === 'EEXIST' && statSync(folder).isDirectory())) throw fault;
}

/** Writes a bank's results, all after the run: files of a failed one would stand beside those of the run before. */
export async function writeResults(
  folder: string,
  { scores, record, certificatePem }: Results,
  threshold: number,
): Promise<void> {
  await writeFile(join(folder, 'certificate.pem'), certificatePem);
  await writeFile(join(folder, 'scores.csv'), table(scores));
  await writeFile(join(folder, 'flagged.csv'), table(flagged(scores, threshold)));
  await writeFile(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** An account without a joint score has empty cells. */
function table(scores: readonly AccountScore[]): string {
  const rows = scores.map(({ id, initialScore, score, fromOwn, fromBank, fromPeers }) =>
    [initialScore, score, fromOwn, fromBank, fromPeers].reduce<string[]>(
      (row, n) => [...row, n === undefined ? '' : String(n)],
      [id],
    ),
  );
  return stringify([COLUMNS, ...rows]);
}
