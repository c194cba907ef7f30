import { constants } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';
import { Bug, LinkError, type LinkReason } from '../../core/errors.ts';
import type { Identity } from '../identity/identity.ts';
import { hostCalendarTime, type CalendarTime } from '../runtime.ts';
import { MAX_FRAME_BYTES } from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { recognise, type PinnedPeer } from './pinning.ts';

const MAX_CONNECTIONS = 64;
const MAX_HEADER_BYTES = 8 * 1024;

export interface Refusal {
  readonly reason: LinkReason;
  /** Of the machine that was refused, as TCP knows it. */
  readonly address: string;
  /** The peer, where the certificate is that of one or bears its name. */
  readonly peer: number | undefined;
}

export interface ListenOptions {
  readonly identity: Identity;
  readonly host: string;
  /** 0 for any free one; see {@link PeerListener.port}. */
  readonly port: number;
  readonly now?: CalendarTime;
  readonly onRefused?: (refusal: Refusal) => void;
  readonly handshakeTimeoutMs?: number;
}

/** Throws {@link LinkError} to refuse, or says who gets the WebSocket. */
type Doorman = (socket: TLSSocket) => (webSocket: WebSocket) => void;

/** Listens for peers. Until {@link admit} has said who they are, everybody is asked to come back later. */
export class PeerListener {
  readonly #server: Server;
  readonly #options: ListenOptions;
  readonly #sockets = new Set<Duplex>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  #port = 0;
  #doorman: Doorman = () => {
    throw new LinkError('not-ready');
  };

  constructor(options: ListenOptions) {
    const timeoutMs = options.handshakeTimeoutMs ?? DEFAULT_LIMITS.handshakeTimeoutMs;
    this.#options = options;
    this.#server = createServer({
      key: options.identity.exportSecretKey(),
      cert: options.identity.certificate.pem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // A refusal by TLS would reach the user as a bare reset connection: the doorman decides, and says why.
      rejectUnauthorized: false,
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: timeoutMs,
      headersTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('request', (_, response) => response.writeHead(426, { Connection: 'close' }).end());
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head);
    });
    this.#server.on('tlsClientError', (_, socket) => {
      this.#report('tls-failed', socket);
    });
  }

  get identity(): Identity {
    return this.#options.identity;
  }

  /** The port that it got, also after it was closed. */
  get port(): number {
    return this.#port;
  }

  start(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(new LinkError('unreachable', undefined, error.message));
      });
      this.#server.listen(port, host, () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** From now on lets in these peers, as long as `refusalOf` knows nothing against it. `accept` gets the open connections. */
  admit<P extends PinnedPeer>(
    peers: readonly P[],
    refusalOf: (peer: P) => LinkReason | undefined,
    accept: (peer: P, webSocket: WebSocket, socket: TLSSocket) => void,
  ): void {
    this.#doorman = (socket) => {
      const peer = recognise(socket.getPeerX509Certificate(), peers, (this.#options.now ?? hostCalendarTime)());
      if (socket.isSessionReused()) throw new LinkError('tls-failed', peer.party, 'a resumed session proves no key');
      const reason = refusalOf(peer);
      if (reason) throw new LinkError(reason, peer.party);
      return (webSocket) => {
        accept(peer, webSocket, socket);
      };
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof TLSSocket)) throw new Bug('a server of TLS only');
    socket.on('error', () => undefined); // a reset; 'close' follows
    try {
      this.#webSockets.handleUpgrade(request, socket, head, this.#doorman(socket));
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      refuse(socket, error.reason);
      if (error.reason !== 'not-ready') this.#report(error.reason, socket, error.peer);
    }
  }

  #report(reason: LinkReason, socket: TLSSocket, peer?: number): void {
    this.#options.onRefused?.({ reason, address: socket.remoteAddress ?? 'unknown', peer });
  }
}

function refuse(socket: TLSSocket, reason: LinkReason): void {
  const body = JSON.stringify({ reason });
  const status = reason === 'not-ready' ? '503 Service Unavailable' : '403 Forbidden';
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${String(body.length)}\r\n\r\n${body}`,
  );
  socket.setTimeout(DEFAULT_LIMITS.handshakeTimeoutMs, () => socket.destroy());
}
