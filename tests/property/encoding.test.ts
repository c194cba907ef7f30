import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader, Writer } from '../../src/core/bytes/encoding.ts';
import { MessageFault } from '../../src/core/errors.ts';

const field = fc.oneof(
  fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.nat(2 ** 32 - 1) }),
  fc.record({ kind: fc.constant('f64' as const), value: fc.double({ noNaN: true }) }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'grapheme', maxLength: 10 }) }),
  fc.record({ kind: fc.constant('integer' as const), value: fc.bigInt(0n, 2n ** 128n - 1n) }),
);
type Field = typeof field extends fc.Arbitrary<infer T> ? T : never;

function write(fields: readonly Field[]): Uint8Array {
  const writer = new Writer();
  for (const { kind, value } of fields) {
    if (kind === 'u8') writer.u8(value);
    else if (kind === 'u32') writer.u32(value);
    else if (kind === 'f64') writer.f64(value);
    else if (kind === 'bytes') writer.bytes(value);
    else if (kind === 'text') writer.text(value);
    else writer.integer(value, 16);
  }
  return writer.done();
}

function read(bytes: Uint8Array, kinds: readonly Field['kind'][]): Field[] {
  const reader = new Reader(bytes);
  const fields = kinds.map((kind): Field => {
    if (kind === 'u8') return { kind, value: reader.u8(kind) };
    if (kind === 'u32') return { kind, value: reader.u32(kind) };
    if (kind === 'f64') return { kind, value: reader.f64(kind) };
    if (kind === 'bytes') return { kind, value: new Uint8Array(reader.bytes(20, kind)) };
    if (kind === 'text') return { kind, value: reader.text(200, kind) };
    return { kind, value: reader.integer(16, 2n ** 128n, kind) };
  });
  reader.end();
  return fields;
}

describe('a message of any fields', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const kinds = fields.map(({ kind }) => kind);
        expect(read(write(fields), kinds)).toEqual(fields);
      }),
    );
  });

  test('is refused wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (fields, part) => {
        const bytes = write(fields);
        const cut = bytes.subarray(0, Math.floor(part * bytes.length));
        const kinds = fields.map(({ kind }) => kind);
        expect(() => read(cut, kinds)).toThrow(MessageFault);
      }),
    );
  });

  test('has one encoding: bytes that are read without complaint are those that would have been written', () => {
    fc.assert(
      fc.property(fc.array(field), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), (fields, changes) => {
        const bytes = write(fields);
        const changed = new Uint8Array(bytes);
        for (const [at, value] of changes) if (bytes.length > 0) changed[at % bytes.length] = value;
        let found: Field[];
        try {
          found = read(
            changed,
            fields.map(({ kind }) => kind),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(MessageFault);
          return;
        }
        if (!found.some(({ value }) => Number.isNaN(value))) expect(write(found)).toEqual(changed);
      }),
    );
  });
});
