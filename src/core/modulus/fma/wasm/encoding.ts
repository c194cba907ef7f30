/** Binary encodings of the WebAssembly core specification, chapter 5. */

export type Bytes = readonly number[];

/** Bytes in the order of reading; nested, so that code made of parts need not be copied at every step. */
export type Code = readonly (number | Code)[];

export function append(code: Code, to: number[]): void {
  for (const part of code) {
    if (typeof part === 'number') to.push(part);
    else append(part, to);
  }
}

/** Unsigned LEB128. */
export function unsigned(value: number): Bytes {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return out;
}

/** Signed LEB128. */
export function signed(value: bigint): Bytes {
  const out: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    const last = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    out.push(last ? low : low | 128);
    if (last) return out;
  }
}

/** IEEE 754 double, little endian. */
export function double(value: number): Bytes {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/** Two 64-bit lanes, little endian. */
export function lanes(low: bigint, high: bigint): Bytes {
  return [...new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, low), BigInt.asUintN(64, high)).buffer)];
}

export function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

/** ASCII names only. */
export function name(text: string): Code {
  return vector(Array.from(text, (letter) => [letter.charCodeAt(0)]));
}

/** Content preceded by its length: function bodies and, after their number, sections. */
export function sized(content: Code): Code {
  return [unsigned(lengthOf(content)), content];
}

function lengthOf(code: Code): number {
  let length = 0;
  for (const part of code) length += typeof part === 'number' ? 1 : lengthOf(part);
  return length;
}
