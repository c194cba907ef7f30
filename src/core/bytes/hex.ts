import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/** Throws on anything but an even number of hexadecimal digits. */
export function fromHex(hex: string): Uint8Array {
  return hexToBytes(hex);
}
