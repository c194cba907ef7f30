/** Ids, names of files and headers may hold anything; a terminal gets no control characters. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\u{fffd}');
}

/** As {@link printable}, line by line. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
