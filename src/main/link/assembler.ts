import { sameBytes } from '../../core/bytes/hash.ts';
import { LinkError } from '../../core/errors.ts';
import type { DataFrame } from './frame.ts';

export interface Message {
  readonly session: Uint8Array;
  readonly round: string;
  readonly body: Uint8Array;
}

interface Unfinished {
  readonly session: Uint8Array;
  readonly round: string;
  readonly totalBytes: number;
  /** Absent for a message that is not wanted: its chunks are counted and dropped. */
  readonly body: Uint8Array | undefined;
  filledBytes: number;
}

/** Puts the chunks of one peer's messages together again. Copies them, so that nothing holds on to socket buffers. */
export class Assembler {
  #unfinished: Unfinished | undefined;

  /**
   * @param admit asked once per message, before anything of it is stored
   * @returns the message that this chunk completes. Throws {@link LinkError} where the chunk does not follow the one before.
   */
  accept(frame: DataFrame, admit: (frame: DataFrame) => boolean): Message | undefined {
    if (frame.offset === 0) {
      if (this.#unfinished) throw new LinkError('malformed-frame', undefined, 'a message before the last one ended');
      this.#unfinished = {
        session: frame.session,
        round: frame.round,
        totalBytes: frame.totalBytes,
        body: admit(frame) ? new Uint8Array(frame.totalBytes) : undefined,
        filledBytes: 0,
      };
    }
    const message = this.#continued(frame);
    message.body?.set(frame.chunk, frame.offset);
    message.filledBytes += frame.chunk.length;
    if (message.filledBytes < message.totalBytes) return undefined;
    this.#unfinished = undefined;
    return message.body && { session: message.session, round: message.round, body: message.body };
  }

  #continued(frame: DataFrame): Unfinished {
    const message = this.#unfinished;
    if (!message) throw new LinkError('malformed-frame', undefined, 'a chunk without a beginning');
    if (!sameBytes(message.session, frame.session)) throw new LinkError('wrong-session');
    const continues =
      message.round === frame.round && message.totalBytes === frame.totalBytes && message.filledBytes === frame.offset;
    if (!continues) throw new LinkError('malformed-frame', undefined, 'a chunk of another message');
    return message;
  }
}
