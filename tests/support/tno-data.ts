import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Delta } from '../../src/core/run/parameters.ts';
import { readDataFolder } from '../../src/main/datasets/read-data-folder.ts';
import type { BankData } from '../../src/main/datasets/read-bank.ts';

/** The published test data of TNO's risk propagation. It is not part of this project and may be missing. */
const FOLDER = fileURLToPath(new URL('../../../shared/data/tno/', import.meta.url));

export const tnoDataPresent = existsSync(FOLDER);

/** For names of tests, so that a skipped one says why. */
export const tnoDataNote = tnoDataPresent ? '' : ' (skipped: ../shared/data/tno is not there)';

/** Fixed, so that the tests are there to be skipped where the data are not. */
export const tnoNames = ['missing_nodes', 'small', 'small_multi_period', 'small_multi_period_test'] as const;

/** One file of expected scores and the parameters it was computed with. */
export interface TnoExpectation {
  readonly label: string;
  readonly delta: Delta;
  readonly iterations: number;
  readonly periods: number;
  /** By id; ids are distinct across the banks of these data. */
  readonly scores: ReadonlyMap<string, number>;
}

/** The path of a data set, laid out as the demo's `--data` takes it. */
export function tnoPath(name: string): string {
  return join(FOLDER, name);
}

/** The banks of a data set, with as many periods as the expected scores were computed over. */
export async function loadTno(name: string): Promise<{ banks: BankData[]; expected: TnoExpectation[] }> {
  const folder = join(tnoPath(name), 'expected');
  const { periods } = JSON.parse(readFileSync(join(folder, 'params.json'), 'utf8')) as { periods: number };
  const { banks } = await readDataFolder(tnoPath(name), { unlisted: { kind: 'fault' }, periods });
  const files = readdirSync(folder).filter((file) => file.endsWith('.csv'));
  return { banks, expected: files.sort().map((file) => readExpectation(folder, file, periods)) };
}

function readExpectation(folder: string, file: string, periods: number): TnoExpectation {
  const label = file.replace(/\.csv$/, '');
  const lines = readFileSync(join(folder, file), 'utf8').trim().split(/\r?\n/).slice(1);
  const scores = new Map(lines.map((line) => line.split(',')).map(([id, score]) => [id as string, Number(score)]));
  return { label, ...parametersOf(label), periods, scores };
}

/** `decay0.3-0.8-it2` or `const0.5-it3`. */
function parametersOf(label: string): { delta: Delta; iterations: number } {
  const match = /^(?:const([\d.]+)|decay([\d.]+)-([\d.]+))-it(\d+)$/.exec(label);
  if (!match) throw new Error(`expected scores with an unknown name: ${label}`);
  const [, value, a, b, iterations] = match;
  const delta: Delta = value
    ? { kind: 'constant', value: Number(value) }
    : { kind: 'decay', a: Number(a), b: Number(b) };
  return { delta, iterations: Number(iterations) };
}
