import type { TLSSocket } from 'node:tls';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../core/environment.ts';
import { LINK_REASONS, LinkError, type LinkReason } from '../../core/errors.ts';
import { decodeFrame, encodeFrame, type AckFrame, type DataFrame, type Frame, type HelloFrame } from './frame.ts';
import type { LinkLimits } from './limits.ts';

/** Application-defined status, RFC 6455 section 7.4.2; the reason is the text. */
const CLOSE_STATUS = 4000;
/** How long a closed connection may take to say goodbye. */
const FAREWELL_MS = 1000;

export interface ConnectionOptions {
  readonly self: number;
  /** The party whose key the TLS handshake showed. */
  readonly peer: number;
  readonly clock: Clock;
  readonly limits: LinkLimits;
  /** Each may throw {@link LinkError}, which closes the connection with that reason. */
  readonly onHello: (hello: HelloFrame, bytes: number) => void;
  readonly onFrame: (frame: DataFrame | AckFrame, bytes: number) => void;
  readonly onRoundTrip: (milliseconds: number) => void;
  /** Called once, whoever closed; nothing else is called afterwards. */
  readonly onClosed: (reason: LinkReason) => void;
}

/** One WebSocket between two banks: frames in and out, heartbeat, and one reason why it ended. */
export class Connection {
  /** Resolves when the socket is gone. */
  readonly ended: Promise<void>;
  readonly #webSocket: WebSocket;
  readonly #socket: TLSSocket;
  readonly #options: ConnectionOptions;
  #closed = false;
  #greeted = false;
  #pingSentAt = 0;
  #cancelTimer: () => void;

  constructor(webSocket: WebSocket, socket: TLSSocket, options: ConnectionOptions) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#options = options;
    this.#cancelTimer = options.clock.after(options.limits.handshakeTimeoutMs, () => {
      this.#abandon('heartbeat-lost');
    });
    webSocket.on('message', (data, isBinary) => {
      this.#receive(data, isBinary);
    });
    webSocket.on('pong', () => {
      if (!this.#closed) options.onRoundTrip(options.clock.now() - this.#pingSentAt);
    });
    webSocket.on('error', (error) => {
      this.#finish(reasonOfError(error));
      this.#terminateSoon();
    });
    this.ended = new Promise((resolve) => {
      webSocket.on('close', (status, text) => {
        this.#finish(reasonOfClosing(status, text.toString()));
        this.#cancelTimer();
        resolve();
      });
    });
    webSocket.resume();
  }

  /** Returns the bytes sent. */
  send(frame: Frame | Uint8Array): number {
    const bytes = frame instanceof Uint8Array ? frame : encodeFrame(frame);
    if (!this.#closed) this.#webSocket.send(bytes);
    return bytes.length;
  }

  /** Tells the peer why, and is closed on this side at once. */
  close(reason: LinkReason): void {
    if (this.#closed) return;
    this.#webSocket.close(CLOSE_STATUS, reason);
    this.#finish(reason);
    this.#terminateSoon();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closed) return;
    try {
      if (!isBinary || !(data instanceof Uint8Array)) throw new LinkError('malformed-frame', undefined, 'not binary');
      this.#dispatch(decodeFrame(data), data.length);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.close(error.reason);
    }
  }

  #dispatch(frame: Frame, bytes: number): void {
    if (frame.sender !== this.#options.peer) throw new LinkError('wrong-sender');
    if ((frame.type === 'hello') === this.#greeted) throw new LinkError('malformed-frame', undefined, 'hello');
    if (frame.type !== 'hello') {
      this.#options.onFrame(frame, bytes);
      return;
    }
    if (frame.receiver !== this.#options.self) throw new LinkError('wrong-sender', undefined, 'meant for another bank');
    this.#greeted = true;
    this.#startHeartbeat();
    this.#options.onHello(frame, bytes);
  }

  /**
   * Any byte that arrives is a sign of life, since a pong may have to wait behind a long message. Silence is counted in
   * beats: after a long computation of ours what has arrived meanwhile is not yet read when the first timer fires.
   */
  #startHeartbeat(): void {
    const { clock, limits } = this.#options;
    let silentBeats = 0;
    let bytesRead = 0;
    const beat = (): void => {
      silentBeats = this.#socket.bytesRead === bytesRead ? silentBeats + 1 : 0;
      bytesRead = this.#socket.bytesRead;
      if (silentBeats * limits.heartbeatMs >= limits.heartbeatTimeoutMs) {
        this.#abandon('heartbeat-lost');
        return;
      }
      this.#pingSentAt = clock.now();
      this.#webSocket.ping();
      this.#cancelTimer = clock.after(limits.heartbeatMs, beat);
    };
    this.#cancelTimer();
    beat();
  }

  #abandon(reason: LinkReason): void {
    this.#finish(reason);
    this.#webSocket.terminate();
  }

  #terminateSoon(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(FAREWELL_MS, () => {
      this.#webSocket.terminate();
    });
  }

  #finish(reason: LinkReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    this.#options.onClosed(reason);
  }
}

/** `ws` refuses what breaks RFC 6455 or exceeds `maxPayload`, the latter from the length field, before any of it is stored. */
function reasonOfError(error: Error & { code?: string }): LinkReason {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'frame-too-large';
  return error.code?.startsWith('WS_ERR_') === true ? 'malformed-frame' : 'unreachable';
}

function reasonOfClosing(status: number, text: string): LinkReason {
  if (status === CLOSE_STATUS) return LINK_REASONS.find((reason) => reason === text) ?? 'malformed-frame';
  // what the peer's WebSocket itself says of our frames (RFC 6455, section 7.4.1)
  if (status === 1009) return 'frame-too-large';
  if (status === 1002 || status === 1003 || status === 1007) return 'malformed-frame';
  return 'unreachable';
}
