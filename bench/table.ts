import Table from 'cli-table3';
import type { Spread } from './statistics.ts';

/** Figures as people read them: the same in the terminal and in the documentation. */
export interface FigureTable {
  readonly title: string;
  /** The first column is text, the others are numbers. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

export function renderText({ title, head, rows, notes = [] }: FigureTable): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([...row]);
  return [title, table.toString(), ...notes].join('\n');
}

export function renderMarkdown({ title, head, rows, notes = [] }: FigureTable): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`;
  const alignment = head.map((_, column) => (column === 0 ? '---' : '---:'));
  const paragraphs = notes.flatMap((note) => ['', note]);
  return [`### ${title}`, '', line(head), line(alignment), ...rows.map(line), ...paragraphs].join('\n');
}

/** For what was not measured or does not exist. */
export const NOTHING = '–';

/** Three significant digits, thousands apart. */
export function figure(value: number): string {
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(6, Math.max(0, 2 - digits));
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** Median (min–max). */
export function medianAndRange({ median, min, max, count }: Spread): string {
  return count === 1 ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`;
}

export function ratio(value: number): string {
  return `× ${value.toPrecision(value >= 100 ? 3 : 2)}`;
}
