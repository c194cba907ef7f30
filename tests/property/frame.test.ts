import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkError } from '../../src/core/errors.ts';
import { CHUNK_BYTES, decodeFrame, encodeFrame, type Frame } from '../../src/main/link/frame.ts';

const u8 = fc.integer({ min: 0, max: 255 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const round = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 });

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('ack' as const), sender: u8, received: u32 }),
  fc.record({
    type: fc.constant('hello' as const),
    sender: u8,
    receiver: u8,
    epoch: bytes(16),
    knownEpoch: bytes(16),
    received: u32,
  }),
  fc
    .record({
      type: fc.constant('data' as const),
      sender: u8,
      sequence: u32,
      session: bytes(32),
      offset: fc.integer({ min: 0, max: 2000 }).map((chunks) => chunks * CHUNK_BYTES),
      round,
      chunk: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    })
    .map((data) => ({ ...data, totalBytes: data.offset + data.chunk.length })),
);

/** The frame, or the typed fault; anything else that is thrown fails the test. */
function decodeOrFault(encoded: Uint8Array): Frame | LinkError {
  try {
    return decodeFrame(encoded);
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
}

describe('any frame', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(frame, (written) => {
        expect(decodeFrame(encodeFrame(written))).toEqual(written);
      }),
    );
  });

  it('that is cut off at any byte is malformed', () => {
    fc.assert(
      fc.property(frame, (written) => {
        const encoded = encodeFrame(written);
        for (let length = 0; length < encoded.length; length++)
          expect(decodeOrFault(encoded.subarray(0, length))).toMatchObject({ reason: 'malformed-frame' });
      }),
      { numRuns: 30 },
    );
  });

  it('with a byte changed is another frame or has a typed fault', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, difference) => {
        const encoded = encodeFrame(written);
        const index = at % encoded.length;
        encoded[index] = (encoded[index] as number) ^ difference;
        expect(decodeOrFault(encoded)).not.toEqual(written);
      }),
    );
  });
});

describe('random bytes', () => {
  it('are a frame that is written the same way, or have a typed fault', () => {
    const header = fc.tuple(fc.constant(1), fc.integer({ min: 0, max: 4 }), u8).map((head) => Uint8Array.from(head));
    fc.assert(
      fc.property(fc.option(header), fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        const random = Uint8Array.of(...(head ?? []), ...tail);
        const decoded = decodeOrFault(random);
        if (!(decoded instanceof LinkError)) expect(encodeFrame(decoded)).toEqual(random);
      }),
      { numRuns: 2000 },
    );
  });
});
