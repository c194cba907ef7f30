import { describe, expect, it } from 'vitest';
import { LinkError } from '../../src/core/errors.ts';
import {
  CHUNK_BYTES,
  chunkLength,
  decodeFrame,
  encodeFrame,
  MAX_FRAME_BYTES,
  MAX_ROUND_BYTES,
  type DataFrame,
} from '../../src/main/link/frame.ts';

const data = (changes: Partial<DataFrame> = {}): DataFrame => ({
  type: 'data',
  sender: 2,
  sequence: 7,
  session: new Uint8Array(32).fill(9),
  totalBytes: 4,
  offset: 0,
  round: 'runde 1 ∑',
  chunk: Uint8Array.of(1, 2, 3, 4),
  ...changes,
});

function faultOf(bytes: Uint8Array): LinkError {
  try {
    decodeFrame(bytes);
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('a frame', () => {
  it('has the layout of the table', () => {
    const bytes = encodeFrame(data({ round: 'ab' }));
    expect([...bytes.subarray(0, 7)]).toEqual([1, 2, 2, 7, 0, 0, 0]);
    expect(bytes.subarray(7, 39)).toEqual(new Uint8Array(32).fill(9));
    expect([...bytes.subarray(39)]).toEqual([4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 97, 98, 1, 2, 3, 4]);
    expect([...encodeFrame({ type: 'ack', sender: 3, received: 258 })]).toEqual([1, 3, 3, 2, 1, 0, 0]);
  });

  it('of another version is refused as such, whatever follows', () => {
    expect(faultOf(Uint8Array.of(2, 99)).reason).toBe('version');
  });

  it.each([
    ['of an unknown type', Uint8Array.of(1, 9, 2)],
    ['without content', new Uint8Array(0)],
    ['that ends early', encodeFrame(data()).subarray(0, 20)],
    ['with bytes after its end', Uint8Array.of(...encodeFrame({ type: 'ack', sender: 3, received: 1 }), 0)],
    ['with an empty round', encodeFrame(data({ round: '' }))],
    ['with an overlong round', encodeFrame(data({ round: 'x'.repeat(MAX_ROUND_BYTES + 1) }))],
    ['whose chunk is shorter than the message', encodeFrame(data({ totalBytes: 5 }))],
    ['whose chunk is longer than the message', encodeFrame(data({ totalBytes: 3 }))],
    ['with an offset that is no multiple of a chunk', encodeFrame(data({ totalBytes: 8, offset: 4 }))],
    [
      'with an offset at the end of the message',
      encodeFrame(data({ totalBytes: CHUNK_BYTES, offset: CHUNK_BYTES, chunk: new Uint8Array(0) })),
    ],
  ])('%s is malformed', (_, bytes) => {
    expect(faultOf(bytes).reason).toBe('malformed-frame');
  });

  it('whose round is not UTF-8 is malformed', () => {
    const bytes = encodeFrame(data({ round: 'ab' }));
    bytes[51] = 0xff;
    expect(faultOf(bytes)).toMatchObject({ reason: 'malformed-frame' });
  });

  it('above the limit is too large, and the largest chunk with the longest round is not', () => {
    expect(faultOf(new Uint8Array(MAX_FRAME_BYTES + 1)).reason).toBe('frame-too-large');
    const largest = data({
      round: 'x'.repeat(MAX_ROUND_BYTES),
      totalBytes: CHUNK_BYTES,
      chunk: new Uint8Array(CHUNK_BYTES),
    });
    expect(decodeFrame(encodeFrame(largest))).toEqual(largest);
  });

  it('keeps no hold on the bytes that it was read from, except by its chunk', () => {
    const bytes = Buffer.from(encodeFrame(data()));
    const frame = decodeFrame(bytes);
    bytes.fill(0);
    expect(frame).toMatchObject({ session: new Uint8Array(32).fill(9), chunk: Buffer.alloc(4) });
  });

  it('carries a whole mebibyte, except for the last of a message', () => {
    expect(chunkLength(CHUNK_BYTES + 1, 0)).toBe(CHUNK_BYTES);
    expect(chunkLength(CHUNK_BYTES + 1, CHUNK_BYTES)).toBe(1);
    expect(chunkLength(0, 0)).toBe(0);
  });
});
