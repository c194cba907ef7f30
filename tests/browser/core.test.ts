import { describe, expect, it } from 'vitest';
import { Reader, Writer } from '../../src/core/bytes/encoding.ts';
import { expand, hash } from '../../src/core/bytes/hash.ts';
import { bigintToBytes, bytesToBigint } from '../../src/core/bytes/integers.ts';

/** The core knows no runtime: what it computes under node (the hexadecimal constants) it computes in a browser. */
const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

describe('the core in a browser', () => {
  it('runs where there is no node', () => {
    expect(Reflect.get(globalThis, 'Buffer')).toBeUndefined();
    expect(navigator.userAgent).toContain('Chrome');
  });

  it('encodes and reads back', () => {
    const bytes = new Writer()
      .u32(7)
      .text('Zürich')
      .integer(2n ** 64n, 9)
      .done();
    expect(toHex(bytes)).toBe('07000000070000005ac3bc72696368000000000000000001');
    const reader = new Reader(bytes);
    expect(reader.u32('count')).toBe(7);
    expect(new TextDecoder().decode(reader.bytes(100, 'name'))).toBe('Zürich');
    expect(reader.integer(9, 2n ** 65n, 'value')).toBe(2n ** 64n);
    reader.end();
    expect(bytesToBigint(bigintToBytes(2n ** 2047n + 5n, 256))).toBe(2n ** 2047n + 5n);
  });

  it('hashes as node does', () => {
    expect(toHex(hash('test', 'a', 1, 2n, Uint8Array.of(3)))).toBe(
      '147fbf3852cbaf90d89c637b44f04724c20a5aef975949eaed8c0bc611fe11a9',
    );
    expect(toHex(expand(16, 'test', 'a'))).toBe('4b974016b71874b229b8d4bb914a3a09');
  });
});
