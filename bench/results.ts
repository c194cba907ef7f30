import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import type { CeremonyFigures } from './ceremony.ts';
import type { Measurement } from './consortium.ts';
import { dominance } from './dominance.ts';
import type { ImportFigures } from './import.ts';
import type { KernelFigures } from './kernel.ts';
import type { Machine } from './machine.ts';
import type { OperationFigures } from './operations.ts';
import { SECTIONS } from './options.ts';
import type { GrowthFigures, RunFigures } from './run.ts';
import type { Spread } from './statistics.ts';
import { renderMarkdown, type FigureTable } from './table.ts';

/** Everything that one call of the benchmark found. */
export interface Results {
  readonly date: string;
  readonly software: string;
  readonly machine: Machine;
  readonly options: { readonly sections: readonly string[]; readonly large: boolean; readonly quick: boolean };
  readonly engines: readonly { readonly label: string; readonly name: string; readonly reason: string }[];
  readonly calibrationMs: Spread;
  readonly kernel: readonly KernelFigures[];
  readonly operations?: readonly OperationFigures[];
  readonly ceremony?: readonly CeremonyFigures[];
  readonly run?: readonly RunFigures[];
  readonly growth?: GrowthFigures;
  readonly import?: ImportFigures;
  /** Each ceremony and run by itself. */
  readonly consortia: readonly Measurement[];
}

const FOLDER = new URL('./results/', import.meta.url);
const DOCS = new URL('../docs/performance.md', import.meta.url);
const BEGIN = '<!-- Written by npm run bench -- --write-docs. Begin -->';
const END = '<!-- End -->';

/** A complete benchmark becomes the latest; what some sections or `--quick` found is for the moment only. */
export async function writeResults(results: Results): Promise<void> {
  const { sections, quick } = results.options;
  const name = quick || sections.length < SECTIONS.length ? 'partial.json' : 'latest.json';
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL(name, FOLDER), `${JSON.stringify(results, rounded, 2)}\n`);
}

/** Five significant digits are more than any timing has. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

/** Replaces what stands between the markers of docs/performance.md; the last table, the overview, comes first there. */
export async function writeDocs(results: Results, tables: readonly FigureTable[]): Promise<void> {
  const text = await readFile(DOCS, 'utf8');
  const ordered = [...tables.slice(-1), ...tables.slice(0, -1)];
  const figures = [machineParagraph(results), ...dominance(results), ...ordered.map(renderMarkdown)].join('\n\n');
  const options = await resolveConfig(DOCS);
  await writeFile(DOCS, await format(withFigures(text, figures), { ...options, parser: 'markdown' }));
}

/** @throws Error when the markers are missing */
export function withFigures(text: string, figures: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the place for the figures is not marked');
  return `${text.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${text.slice(end)}`;
}

function machineParagraph({ date, software, machine, engines, calibrationMs }: Results): string {
  const { processor, cores, memoryGiB, platform, node, openssl } = machine;
  return (
    `${date.slice(0, 10)}, ${software}, engine ${engines[0]?.name ?? ''}; ${processor}, ${String(cores)} cores, ${String(memoryGiB)} GiB, ` +
    `${platform}, Node ${node}, OpenSSL ${openssl}. Calibration operation: ${calibrationMs.median.toFixed(2)} ms.`
  );
}
