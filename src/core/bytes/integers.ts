import { Bug } from '../errors.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function bitLength(value: bigint): number {
  if (value < 0n) throw new Bug('bit length of a negative number');
  if (value === 0n) return 0;
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0] as string, 16)));
}

/** Bytes that hold every residue below `modulus`. */
export function widthOf(modulus: bigint): number {
  return Math.ceil(bitLength(modulus - 1n) / 8);
}

/** A non-negative integer from little-endian bytes. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  let hex = '0x';
  for (let i = bytes.length - 1; i >= 0; i--) hex += HEX[bytes[i] as number] as string;
  return BigInt(hex);
}

/** `value` as exactly `width` little-endian bytes. Throws {@link Bug} when it does not fit or is negative. */
export function bigintToBytes(value: bigint, width: number): Uint8Array {
  const out = new Uint8Array(width);
  writeBigint(value, out, 0, width);
  return out;
}

/** As {@link bigintToBytes}, into `out` at `offset`. */
export function writeBigint(value: bigint, out: Uint8Array, offset: number, width: number): void {
  if (value < 0n) throw new Bug('a negative number has no fixed-width encoding');
  const hex = value.toString(16);
  if (hex.length > width * 2)
    throw new Bug(`a number of ${String(hex.length * 4)} bits does not fit ${String(width)} bytes`);
  let end = hex.length;
  for (let i = 0; i < width; i++) {
    if (end <= 0) {
      out[offset + i] = 0;
    } else {
      const low = nibble(hex.charCodeAt(end - 1));
      const high = end >= 2 ? nibble(hex.charCodeAt(end - 2)) : 0;
      out[offset + i] = (high << 4) | low;
    }
    end -= 2;
  }
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}
