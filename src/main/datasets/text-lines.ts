import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;
const MAX_LINE_BYTES = 1 << 20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Who hears about lines that are no text. Lines count from 1. */
export interface LineFaults {
  badEncoding(line: number): void;
  tooLong(line: number): void;
}

/** Passes on the bytes of a UTF-8 file in whole lines, without byte order mark; reports lines that are not UTF-8. */
export async function* textLines(chunks: AsyncIterable<Buffer>, faults: LineFaults): AsyncGenerator<Buffer> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  let start = true;
  for await (const chunk of chunks) {
    let bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (start && bytes.length < BYTE_ORDER_MARK.length) {
      rest = bytes;
      continue;
    }
    if (start && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    start = false;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    if (rest.length > MAX_LINE_BYTES) {
      faults.tooLong(line);
      return;
    }
    line = reportBadLines(bytes.subarray(0, end), line, faults);
    if (end > 0) yield bytes.subarray(0, end);
  }
  reportBadLines(rest, line, faults);
  if (rest.length > 0) yield rest;
}

/** Returns the number of the line after `bytes`, which start at the beginning of line `first`. */
function reportBadLines(bytes: Buffer, first: number, faults: LineFaults): number {
  const valid = isUtf8(bytes);
  let line = first;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    if (!valid && !isUtf8(bytes.subarray(start, end))) faults.badEncoding(line);
    start = end + 1;
    line++;
  }
  if (!valid && !isUtf8(bytes.subarray(start))) faults.badEncoding(line);
  return line;
}
