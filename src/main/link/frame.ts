/**
 * What travels in the binary messages of the WebSocket between two banks. Integers are little endian.
 *
 *   every frame   bytes   field
 *                 1       version, 1
 *                 1       type: 1 hello, 2 data, 3 acknowledgement
 *                 1       sender's party number; must be that of the TLS certificate
 *
 *   hello         1       receiver's party number
 *   (first        16      sender's epoch: random, drawn once per process
 *    frame of     16      receiver's epoch as the sender knows it; zeros if it knows none
 *    both sides)  4       sequence number of the last data frame that the sender has received from that epoch
 *
 *   data          4       sequence number: 1, 2, … per direction and epoch, across connections
 *                 32      session
 *                 4       length of the whole message
 *                 4       offset of this chunk in it, a multiple of 1 MiB
 *                 4 + r   round: its length (1 to 200) and UTF-8
 *                 rest    the chunk: 1 MiB, except for a message's last chunk, which has what remains
 *
 *   ack           4       sequence number of the last data frame received
 *
 * The chunks of a message follow each other without others in between. Heartbeats are the ping and pong frames of
 * WebSocket (RFC 6455, section 5.5); a link is closed with status 4000 and a reason of LINK_REASONS as the text.
 */
import { Reader, Writer } from '../../core/bytes/encoding.ts';
import { LinkError, MessageFault } from '../../core/errors.ts';

export const FRAME_VERSION = 1;
export const CHUNK_BYTES = 2 ** 20;
export const SESSION_BYTES = 32;
export const EPOCH_BYTES = 16;
export const MAX_ROUND_BYTES = 200;
/** A chunk and everything that stands before it. */
export const MAX_FRAME_BYTES = CHUNK_BYTES + 256;

const HELLO = 1;
const DATA = 2;
const ACK = 3;

export interface HelloFrame {
  readonly type: 'hello';
  readonly sender: number;
  readonly receiver: number;
  readonly epoch: Uint8Array;
  readonly knownEpoch: Uint8Array;
  readonly received: number;
}

export interface DataFrame {
  readonly type: 'data';
  readonly sender: number;
  readonly sequence: number;
  readonly session: Uint8Array;
  readonly totalBytes: number;
  readonly offset: number;
  readonly round: string;
  readonly chunk: Uint8Array;
}

export interface AckFrame {
  readonly type: 'ack';
  readonly sender: number;
  readonly received: number;
}

export type Frame = HelloFrame | DataFrame | AckFrame;

export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new Writer().u8(FRAME_VERSION);
  switch (frame.type) {
    case 'hello':
      writer.u8(HELLO).u8(frame.sender).u8(frame.receiver).raw(frame.epoch).raw(frame.knownEpoch).u32(frame.received);
      break;
    case 'data':
      writer.u8(DATA).u8(frame.sender).u32(frame.sequence).raw(frame.session).u32(frame.totalBytes).u32(frame.offset);
      writer.text(frame.round).raw(frame.chunk);
      break;
    case 'ack':
      writer.u8(ACK).u8(frame.sender).u32(frame.received);
      break;
  }
  return writer.done();
}

/**
 * All fields but the chunk are copies. Throws {@link LinkError} `version`, `frame-too-large` or `malformed-frame`, and nothing else, whatever the
 * bytes are.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_FRAME_BYTES) throw new LinkError('frame-too-large');
  try {
    const reader = new Reader(bytes);
    if (reader.u8('version') !== FRAME_VERSION) throw new LinkError('version');
    const frame = decodeBody(reader, reader.u8('type'), reader.u8('sender'));
    reader.end();
    return frame;
  } catch (error) {
    if (error instanceof MessageFault) throw malformed(error.field);
    throw error;
  }
}

function decodeBody(reader: Reader, type: number, sender: number): Frame {
  switch (type) {
    case HELLO:
      return {
        type: 'hello',
        sender,
        receiver: reader.u8('receiver'),
        epoch: new Uint8Array(reader.raw(EPOCH_BYTES, 'epoch')),
        knownEpoch: new Uint8Array(reader.raw(EPOCH_BYTES, 'known epoch')),
        received: reader.u32('received'),
      };
    case DATA:
      return decodeData(reader, sender);
    case ACK:
      return { type: 'ack', sender, received: reader.u32('received') };
    default:
      throw malformed('type');
  }
}

function decodeData(reader: Reader, sender: number): DataFrame {
  const sequence = reader.u32('sequence');
  const session = new Uint8Array(reader.raw(SESSION_BYTES, 'session'));
  const totalBytes = reader.u32('message length');
  const offset = reader.u32('offset');
  const round = decodeRound(reader.bytes(MAX_ROUND_BYTES, 'round'));
  const chunk = reader.raw(reader.remaining, 'chunk');
  if (offset % CHUNK_BYTES !== 0 || (offset >= totalBytes && offset !== 0)) throw malformed('offset');
  if (chunk.length !== chunkLength(totalBytes, offset)) throw malformed('chunk');
  return { type: 'data', sender, sequence, session, totalBytes, offset, round, chunk };
}

function decodeRound(bytes: Uint8Array): string {
  if (bytes.length === 0) throw malformed('round');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('round');
  }
}

/** How many bytes the chunk at `offset` of a message of `totalBytes` has: there is only one way to cut it. */
export function chunkLength(totalBytes: number, offset: number): number {
  return Math.min(CHUNK_BYTES, totalBytes - offset);
}

function malformed(field: string): LinkError {
  return new LinkError('malformed-frame', undefined, field);
}
