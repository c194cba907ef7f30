import type { IncomingMessage } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { LINK_REASONS, LinkError, type LinkReason } from '../../core/errors.ts';
import type { Identity } from '../identity/identity.ts';
import type { CalendarTime } from '../runtime.ts';
import { MAX_FRAME_BYTES } from './frame.ts';
import { recognise, type PinnedPeer } from './pinning.ts';

const MAX_REFUSAL_BYTES = 1024;
/** The pinned key identifies the peer; no name of a machine is told or checked. */
const URL = 'wss://peer.riskweave.invalid/';

export interface DialOptions {
  readonly identity: Identity;
  readonly peer: PinnedPeer;
  readonly host: string;
  readonly port: number;
  readonly now: CalendarTime;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface OpenSocket {
  readonly webSocket: WebSocket;
  readonly socket: TLSSocket;
}

/** Connects to a peer; the WebSocket is paused. Rejects with {@link LinkError}: why we refuse the peer, why it refuses us, or that nobody is there. */
export async function dial(options: DialOptions): Promise<OpenSocket> {
  const { identity, peer, host, port, now, timeoutMs, signal } = options;
  const socket = connect({
    host,
    port,
    key: identity.exportSecretKey(),
    cert: identity.certificate.pem,
    minVersion: 'TLSv1.3',
    // Banks have no common authority to ask: the decision is made below, from the pin.
    rejectUnauthorized: false,
  });
  const cancel = (): void => {
    socket.destroy(new Error('cancelled'));
  };
  signal.addEventListener('abort', cancel, { once: true });
  socket.setTimeout(timeoutMs, cancel);
  try {
    await secured(socket, peer);
    identify(socket, peer, now());
    const webSocket = await upgrade(socket, options);
    socket.setTimeout(0);
    return { webSocket, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function identify(socket: TLSSocket, peer: PinnedPeer, time: number): void {
  try {
    recognise(socket.getPeerX509Certificate(), [peer], time);
  } catch (error) {
    throw error instanceof LinkError ? new LinkError(error.reason, peer.party, 'refused by us') : error;
  }
}

function secured(socket: TLSSocket, peer: PinnedPeer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', (error: Error & { code?: string }) => {
      reject(new LinkError(reasonOfError(error), peer.party, error.message));
    });
    socket.once('secureConnect', resolve);
  });
}

function upgrade(socket: TLSSocket, { peer, timeoutMs }: DialOptions): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(URL, {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: timeoutMs,
    });
    const refused = (error: Error): void => {
      reject(new LinkError('unreachable', peer.party, error.message));
    };
    webSocket.on('error', refused);
    webSocket.once('unexpected-response', (_, response) => {
      refusalReason(response).then((reason) => {
        reject(new LinkError(reason, peer.party, 'refused by the peer'));
        webSocket.terminate();
      }, refused);
    });
    webSocket.once('open', () => {
      webSocket.pause(); // until a Connection listens
      resolve(webSocket);
    });
  });
}

/** The peer's key is verified by now, so the reason is its own. */
async function refusalReason(response: IncomingMessage): Promise<LinkReason> {
  let body = '';
  for await (const part of response) {
    body += String(part);
    if (body.length > MAX_REFUSAL_BYTES) return 'unreachable';
  }
  const said = /^\{"reason":"([a-z-]+)"\}$/.exec(body)?.[1];
  return LINK_REASONS.find((reason) => reason === said) ?? 'unreachable';
}

function reasonOfError(error: Error & { code?: string }): LinkReason {
  return error.code?.startsWith('ERR_SSL_') === true || error.code === 'EPROTO' ? 'tls-failed' : 'unreachable';
}
