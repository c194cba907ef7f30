import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { countOf } from '../../core/datasets/warnings.ts';
import type { InputFault } from '../../core/errors.ts';
import { findColumns } from './columns.ts';
import type { ColumnRole } from './columns.ts';
import type { FaultList } from './fault-list.ts';
import { textLines } from './text-lines.ts';
import type { LineFaults } from './text-lines.ts';

/** A file as read and as named in messages: relative to the data folder, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly name: string;
}

export interface TableRow {
  /** The cells in the order of the roles, as written. */
  readonly cells: readonly string[];
  /** Where the row starts, counted from 1. */
  readonly line: number;
  /** The header names, in the order of the roles. */
  readonly columns: readonly string[];
}

export interface TableSummary {
  /** The header names of the columns, in the order of the roles. */
  readonly columns: readonly string[];
  /** Whether every row was handed on. */
  readonly complete: boolean;
}

/**
 * Reads a CSV file (UTF-8, with or without byte order mark; delimited by comma, semicolon or tab; quoted as in RFC 4180)
 * and hands on each row that has the right number of fields. Everything else becomes a fault.
 */
export async function readTable(
  file: SourceFile,
  roles: readonly ColumnRole[],
  faults: FaultList,
  onRow: (row: TableRow) => void,
): Promise<TableSummary> {
  const table = new Table(file, roles, faults, onRow);
  try {
    const start = await readStart(file.path);
    if (start[0] === 0xff && start[1] === 0xfe) table.fail(UTF_16);
    else if (start[0] === 0xfe && start[1] === 0xff) table.fail(UTF_16);
    else await readRows(file.path, delimiterOf(start), table);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    table.fail({ problem: `the file cannot be read (${error.code})`, remedy: 'check that it exists and may be read' });
  }
  return table.end();
}

const UTF_16 = { problem: 'the file is encoded in UTF-16', remedy: 'save it as UTF-8' };

async function readRows(path: string, delimiter: string, table: Table): Promise<void> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 1 << 20,
    on_record: (record: string[], { empty_lines: emptyLines }) => {
      table.record(record, emptyLines);
      return undefined;
    },
  });
  parser.resume();
  try {
    await pipeline(createReadStream(path), (chunks: AsyncIterable<Buffer>) => textLines(chunks, table), parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    table.syntaxError(error);
  }
}

/** Turns records into rows: resolves the header, counts lines, checks the number of fields. */
class Table implements LineFaults {
  readonly #file: SourceFile;
  readonly #roles: readonly ColumnRole[];
  readonly #faults: FaultList;
  readonly #onRow: (row: TableRow) => void;
  readonly #badLines = new Set<number>();
  #indices: number[] | undefined;
  #columns: string[] = [];
  #fields = 0;
  #nextLine = 1;
  #emptyLines = 0;
  #complete = true;
  #usable = true;

  constructor(file: SourceFile, roles: readonly ColumnRole[], faults: FaultList, onRow: (row: TableRow) => void) {
    this.#file = file;
    this.#roles = roles;
    this.#faults = faults;
    this.#onRow = onRow;
  }

  fail(fault: Omit<InputFault, 'file'>): void {
    this.#complete = false;
    this.#faults.add({ file: this.#file.name, ...fault });
  }

  badEncoding(line: number): void {
    this.#badLines.add(line);
    this.fail({ line, problem: 'this line is not valid UTF-8', remedy: 'save the file as UTF-8' });
  }

  tooLong(line: number): void {
    this.fail({ line, problem: `a line of more than a million bytes${REST}`, remedy: 'write one row per line' });
  }

  record(record: readonly string[], emptyLines: number): void {
    const line = this.#startOf(emptyLines);
    this.#nextLine = line + 1 + lineBreaks(record);
    if (!this.#usable || (record.length === 1 && record[0]?.trim() === '')) return;
    if (!this.#indices) {
      this.#header(record, line);
    } else if (record.length !== this.#fields) {
      if (!this.#badLines.has(line)) this.#wrongLength(record.length, line);
    } else {
      const cells = this.#indices.map((index) => record[index] as string);
      if (!this.#badLines.has(line)) this.#onRow({ cells, line, columns: this.#columns });
    }
  }

  /** After a misplaced quote nobody can say where the next row starts. */
  syntaxError(error: CsvError): void {
    const line = this.#startOf((error as CsvError & { empty_lines: number }).empty_lines);
    this.fail({ line, ...(SYNTAX_FAULTS[error.code] ?? { problem: error.message, remedy: QUOTE_REMEDY }) });
  }

  end(): TableSummary {
    if (!this.#indices && this.#usable && this.#complete) {
      const names = this.#roles.map((role) => role.names[0]).join(',');
      this.fail({ problem: 'the file is empty', remedy: `write at least the header line ${names}` });
    }
    return { columns: this.#columns, complete: this.#complete };
  }

  #startOf(emptyLines: number): number {
    const line = this.#nextLine + emptyLines - this.#emptyLines;
    this.#emptyLines = emptyLines;
    return line;
  }

  #header(record: readonly string[], line: number): void {
    const { indices, faults } = findColumns(record, this.#roles);
    for (const fault of faults) this.fail({ line, ...fault });
    this.#usable = faults.length === 0;
    this.#indices = indices;
    this.#columns = indices.map((index) => record[index]?.trim() ?? '');
    this.#fields = record.length;
  }

  #wrongLength(fields: number, line: number): void {
    const problem = `${countOf(fields, 'field', 'fields')}, and the header has ${String(this.#fields)}`;
    this.fail({ line, problem, remedy: 'write one field per column; put a field that holds a delimiter in quotes' });
  }
}

const QUOTE_REMEDY = 'put the whole field in quotes and write each quote inside it twice: "a ""b"" c"';
const REST = '; the rest of the file was not checked';

const SYNTAX_FAULTS: Readonly<Record<string, { problem: string; remedy: string }>> = {
  INVALID_OPENING_QUOTE: { problem: `a quote in the middle of a field${REST}`, remedy: QUOTE_REMEDY },
  CSV_INVALID_CLOSING_QUOTE: { problem: `something follows a closing quote${REST}`, remedy: QUOTE_REMEDY },
  CSV_QUOTE_NOT_CLOSED: { problem: 'a quote is opened here and never closed', remedy: 'close it, or write it twice' },
  CSV_MAX_RECORD_SIZE: {
    problem: `a row of more than a million characters starts here${REST}`,
    remedy: 'look for a quote that is not closed',
  },
};

/** Line breaks inside the quoted fields of a record. */
function lineBreaks(record: readonly string[]): number {
  let count = 0;
  for (const field of record) {
    if (field.includes('\n') || field.includes('\r')) count += field.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

const START_BYTES = 1 << 16;

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The delimiter that occurs most often in the first line, outside quotes. */
function delimiterOf(start: Buffer): string {
  const line = /\S[^\r\n]*/.exec(start.toString().replace(/"[^"]*"/g, 'quoted'))?.[0] ?? '';
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
