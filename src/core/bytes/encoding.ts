import { utf8ToBytes } from '@noble/hashes/utils.js';
import { MessageFault } from '../errors.ts';
import { bigintToBytes, bytesToBigint } from './integers.ts';

/**
 * The one encoding of everything that is sent or hashed. Fields follow each other without names; variable ones carry
 * their length, so that different values never share an encoding. Integers are little endian.
 */
export class Writer {
  #parts: Uint8Array[] = [];
  #length = 0;

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  u8(value: number): this {
    return this.raw(Uint8Array.of(value));
  }

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.raw(bytes);
  }

  f64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.raw(bytes);
  }

  bytes(value: Uint8Array): this {
    return this.u32(value.length).raw(value);
  }

  text(value: string): this {
    return this.bytes(utf8ToBytes(value));
  }

  /** `value` in exactly `width` bytes; a value that does not fit is a bug of the caller. */
  integer(value: bigint, width: number): this {
    return this.raw(bigintToBytes(value, width));
  }

  done(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/** Reads what a peer wrote. Every deviation from the canonical encoding throws a {@link MessageFault}. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  raw(length: number, field: string): Uint8Array {
    if (length > this.remaining) throw new MessageFault('wrong-length', field);
    const out = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return out;
  }

  u8(field: string): number {
    return this.raw(1, field)[0] as number;
  }

  u32(field: string): number {
    const bytes = this.raw(4, field);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  f64(field: string): number {
    const bytes = this.raw(8, field);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  bytes(maxLength: number, field: string): Uint8Array {
    const length = this.u32(field);
    if (length > maxLength) throw new MessageFault('too-large', field);
    return this.raw(length, field);
  }

  /** Well-formed UTF-8 of at most `maxBytes` bytes. */
  text(maxBytes: number, field: string): string {
    const bytes = this.bytes(maxBytes, field);
    try {
      return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
    } catch {
      throw new MessageFault('not-canonical', field);
    }
  }

  /** An integer of exactly `width` bytes that must be below `limit`. */
  integer(width: number, limit: bigint, field: string): bigint {
    const value = bytesToBigint(this.raw(width, field));
    if (value >= limit) throw new MessageFault('out-of-range', field);
    return value;
  }

  /** Exactly `count` integers of `width` bytes, each below `limit`. */
  integers(count: number, width: number, limit: bigint, field: string): bigint[] {
    if (this.remaining < count * width) throw new MessageFault('wrong-length', field);
    return Array.from({ length: count }, () => this.integer(width, limit, field));
  }

  end(): void {
    if (this.remaining !== 0) throw new MessageFault('wrong-length', 'end of message');
  }
}
