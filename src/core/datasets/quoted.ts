const SHOWN = 40;

/** A text from a file as messages show it: in quotes, control characters escaped, cut after 40 code points. */
export function quoted(text: string): string {
  const points = Array.from(text.slice(0, 2 * SHOWN + 2));
  return JSON.stringify(points.length > SHOWN ? points.slice(0, SHOWN).join('') + '…' : text);
}
