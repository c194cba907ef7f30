import { describe, expect, it } from 'vitest';
import { Reader, Writer } from '../../src/core/bytes/encoding.ts';
import { fromHex, toHex } from '../../src/core/bytes/hex.ts';
import { bigintToBytes, bitLength, bytesToBigint, widthOf } from '../../src/core/bytes/integers.ts';
import { Bug, MessageFault } from '../../src/core/errors.ts';

/** A message with a field of every kind, as one writes and reads it. */
const written = new Writer()
  .raw(Uint8Array.of(1, 2, 3))
  .u8(7)
  .u32(0x01020304)
  .f64(0.5)
  .bytes(Uint8Array.of(9, 8))
  .text('Zoë')
  .integer(300n, 4)
  .integer(1n, 2)
  .integer(2n, 2)
  .done();

function readAll(bytes: Uint8Array): unknown[] {
  const reader = new Reader(bytes);
  const values = [
    reader.raw(3, 'raw'),
    reader.u8('u8'),
    reader.u32('u32'),
    reader.f64('f64'),
    reader.bytes(10, 'bytes'),
    reader.text(10, 'text'),
    reader.integer(4, 1000n, 'integer'),
    reader.integers(2, 2, 10n, 'integers'),
  ];
  reader.end();
  return values;
}

describe('a message', () => {
  it('is little endian, with lengths before what varies', () => {
    expect(toHex(written)).toBe(
      '010203' + '07' + '04030201' + '000000000000e03f' + '020000000908' + '040000005a6fc3ab' + '2c010000' + '01000200',
    );
  });

  it('is read as it was written', () => {
    const [raw, ...rest] = readAll(written);
    expect(raw).toEqual(Uint8Array.of(1, 2, 3));
    expect(rest).toEqual([7, 0x01020304, 0.5, Uint8Array.of(9, 8), 'Zoë', 300n, [1n, 2n]]);
  });

  it('is refused at whatever byte it is cut off', () => {
    for (let length = 0; length < written.length; length++) {
      expect(() => readAll(written.subarray(0, length)), String(length)).toThrow(
        expect.objectContaining({ name: 'MessageFault', code: 'wrong-length' }),
      );
    }
  });

  it('is refused with anything after its end', () => {
    expect(() => readAll(Uint8Array.of(...written, 0))).toThrow(new MessageFault('wrong-length', 'end of message'));
  });

  it('is read from a view of a larger buffer', () => {
    const larger = new Uint8Array(written.length + 7);
    larger.set(written, 5);
    expect(readAll(larger.subarray(5, 5 + written.length))).toEqual(readAll(written));
  });
});

describe('a reader', () => {
  it('refuses a longer field than allowed, before it looks whether that much is there', () => {
    const huge = new Writer().u32(0xffffffff).done();
    expect(() => new Reader(huge).bytes(100, 'x')).toThrow(new MessageFault('too-large', 'x'));
    expect(() => new Reader(huge).text(100, 'x')).toThrow(new MessageFault('too-large', 'x'));
    expect(() => new Reader(new Uint8Array(3)).integers(1_000_000_000, 8, 5n, 'x')).toThrow(
      new MessageFault('wrong-length', 'x'),
    );
  });

  it('refuses an integer at its limit', () => {
    const bytes = new Writer().integer(999n, 2).done();
    expect(new Reader(bytes).integer(2, 1000n, 'x')).toBe(999n);
    expect(() => new Reader(bytes).integer(2, 999n, 'x')).toThrow(new MessageFault('out-of-range', 'x'));
  });

  it.for([
    ['a lone continuation byte', '80'],
    ['an overlong slash', 'c0af'],
    ['an overlong zero', 'c080'],
    ['half of a surrogate pair', 'eda080'],
    ['a number above U+10FFFF', 'f4908080'],
    ['a character that is cut off', 'e282'],
    ['byte 255', 'ff'],
  ])('refuses text with %s', ([, hex]) => {
    const bytes = new Writer().bytes(fromHex(hex as string)).done();
    expect(() => new Reader(bytes).text(10, 'x')).toThrow(new MessageFault('not-canonical', 'x'));
  });

  it('takes a percent sign and a null for what they are', () => {
    for (const text of ['%41', '100 %', 'a\0b', '']) {
      expect(new Reader(new Writer().text(text).done()).text(10, 'x')).toBe(text);
    }
  });
});

describe('integers as bytes', () => {
  it('have as many bits and bytes as they need', () => {
    expect([0n, 1n, 2n, 255n, 256n, 2n ** 64n - 1n, 2n ** 64n].map(bitLength)).toEqual([0, 1, 2, 8, 9, 64, 65]);
    expect([2n, 256n, 257n, 2n ** 64n, 2n ** 64n + 1n].map(widthOf)).toEqual([1, 1, 2, 8, 9]);
    expect(bytesToBigint(new Uint8Array(0))).toBe(0n);
  });

  it('do not fit less, and are not negative', () => {
    expect(bigintToBytes(255n, 1)).toEqual(Uint8Array.of(255));
    expect(bigintToBytes(255n, 3)).toEqual(Uint8Array.of(255, 0, 0));
    expect(() => bigintToBytes(256n, 1)).toThrow(Bug);
    expect(() => bigintToBytes(1n, 0)).toThrow(Bug);
    expect(() => bigintToBytes(-1n, 4)).toThrow(Bug);
    expect(() => bitLength(-1n)).toThrow(Bug);
  });
});

describe('hexadecimal digits', () => {
  it('are written small and read in pairs only', () => {
    expect(toHex(Uint8Array.of(0, 171, 255))).toBe('00abff');
    expect(fromHex('00ABff')).toEqual(Uint8Array.of(0, 171, 255));
    expect(() => fromHex('0')).toThrow();
    expect(() => fromHex('0g')).toThrow();
  });
});
