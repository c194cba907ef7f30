import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expand, expandBelow, hash, sameBytes, type HashPart } from '../../src/core/bytes/hash.ts';
import { toHex } from '../../src/core/bytes/hex.ts';

describe('a hash', () => {
  it('is SHA-256 over the purpose and the parts with their kinds and lengths', () => {
    const message = Buffer.concat([
      Buffer.from([16, 0, 0, 0]),
      Buffer.from('riskweave/1/test'),
      Buffer.from([2, 0, 0, 0]),
      Buffer.from([1, 1, 0, 0, 0]),
      Buffer.from('a'),
      Buffer.from([4, 2, 0, 0, 0, 5, 6]),
    ]);
    expect(toHex(hash('test', 'a', Uint8Array.of(5, 6)))).toBe(createHash('sha256').update(message).digest('hex'));
    expect(toHex(expand(40, 'test', 'a', Uint8Array.of(5, 6)))).toBe(
      createHash('shake256', { outputLength: 40 }).update(message).digest('hex'),
    );
  });

  it('differs for whatever differs: purpose, order, grouping, kind', () => {
    const inputs: readonly (readonly [string, ...HashPart[]])[] = [
      ['p'],
      ['p', ''],
      ['p', '', ''],
      ['p', new Uint8Array(0)],
      ['p', 'ab'],
      ['p', 'a', 'b'],
      ['p', 'b', 'a'],
      ['pa', 'b'],
      ['p', '', 'ab'],
      ['p', 'ab', ''],
      ['p', Uint8Array.of(97, 98)],
      ['p', 1],
      ['p', 1n],
      ['p', '1'],
      ['p', Uint8Array.of(1)],
      ['p', 0],
      ['p', -0],
      ['p', 0n],
      ['p', -1n],
      ['p', 10n],
      ['p', 'a'],
      ['p', 97],
      ['q', 'ab'],
    ];
    expect(new Set(inputs.map(([purpose, ...parts]) => toHex(hash(purpose, ...parts)))).size).toBe(inputs.length);
  });

  it('below a number stays below it and reaches all of it', () => {
    const values = Array.from({ length: 200 }, (_, i) => expandBelow(7n, 'small', i));
    expect(new Set(values)).toEqual(new Set([0n, 1n, 2n, 3n, 4n, 5n, 6n]));
    const large = 2n ** 512n - 569n;
    const drawn = Array.from({ length: 64 }, (_, i) => expandBelow(large, 'large', i));
    expect(drawn.every((value) => value < large)).toBe(true);
    expect(drawn.some((value) => value >> 511n === 1n)).toBe(true);
  });
});

describe('equality of bytes', () => {
  it('holds for equal ones of equal length only', () => {
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(sameBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });
});
