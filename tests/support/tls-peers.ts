import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { createIdentity, type Identity } from '../../src/main/identity/identity.ts';
import { orderParties, type PeerCertificate } from '../../src/main/identity/certificate.ts';
import { encodeFrame, EPOCH_BYTES, type Frame } from '../../src/main/link/frame.ts';
import type { LinkLimits } from '../../src/main/link/limits.ts';
import type { PeerListener, Refusal } from '../../src/main/link/listener.ts';
import { connectPeers, listenForPeers, type PeerLink } from '../../src/main/link/peer-link.ts';
import type { PeerState } from '../../src/main/link/peer.ts';
import type { CalendarTime } from '../../src/main/runtime.ts';

export const HOST = '127.0.0.1';

/** For `expect.poll`: on a busy machine a second is not enough. */
export const PATIENTLY = { timeout: 20_000, interval: 10 };

/** Quick enough for tests on a busy machine, and far below their time limit. */
export const TEST_LIMITS: Partial<LinkLimits> = { reconnectMs: 5, maxReconnectMs: 50, ackDelayMs: 5 };

/** Fresh identities in party order. */
export async function identitiesInOrder(...names: readonly string[]): Promise<Identity[]> {
  const identities = await Promise.all(names.map((name) => createIdentity({ name })));
  const order = orderParties(identities.map((identity) => identity.certificate));
  return identities.sort((a, b) => order.indexOf(a.certificate) - order.indexOf(b.certificate));
}

export interface Bank {
  readonly identity: Identity;
  readonly listener: PeerListener;
  readonly link: PeerLink;
  readonly refusals: Refusal[];
}

export interface BankOptions {
  readonly limits?: Partial<LinkLimits>;
  readonly now?: CalendarTime;
}

export interface Listening {
  readonly identity: Identity;
  readonly listener: PeerListener;
  readonly refusals: Refusal[];
}

export async function listening(identity: Identity, options: BankOptions & { port?: number } = {}): Promise<Listening> {
  const refusals: Refusal[] = [];
  const listener = await listenForPeers({
    identity,
    host: HOST,
    port: options.port ?? 0,
    ...(options.now ? { now: options.now } : {}),
    onRefused: (refusal) => refusals.push(refusal),
  });
  return { identity, listener, refusals };
}

/** `peers`: certificate and port of each. */
export function connecting(
  bank: Listening,
  peers: readonly (readonly [certificate: PeerCertificate, port: number])[],
  options: BankOptions = {},
): Bank {
  const link = connectPeers(bank.listener, {
    peers: peers.map(([certificate, port]) => ({ certificate, host: HOST, port })),
    limits: { ...TEST_LIMITS, ...options.limits },
    ...(options.now ? { now: options.now } : {}),
  });
  return { ...bank, link };
}

/** Banks that all know each other, connected. `portOf` may put a proxy in front of a bank. */
export async function connectedBanks(
  identities: readonly Identity[],
  options: BankOptions & { portOf?: (to: Listening) => number } = {},
): Promise<Bank[]> {
  const all = await Promise.all(identities.map((identity) => listening(identity, options)));
  const portOf = options.portOf ?? ((to: Listening) => to.listener.port);
  const banks = all.map((bank) => {
    const others = all.filter((other) => other !== bank);
    return connecting(
      bank,
      others.map((other) => [other.identity.certificate, portOf(other)] as const),
      options,
    );
  });
  await Promise.all(banks.map((bank) => bank.link.connected(20_000)));
  return banks;
}

/** Resolves with the first state of `party`, now or later, that the test waits for. */
export function stateOf(link: PeerLink, party: number, wanted: (state: PeerState) => boolean): Promise<PeerState> {
  return new Promise((resolve) => {
    const check = (state: PeerState): void => {
      if (state.party !== party || !wanted(state)) return;
      stop();
      resolve(state);
    };
    const stop = link.onStateChange(check);
    link.state().forEach(check);
  });
}

/** A peer whose frames the test writes itself. */
export class RawPeer {
  readonly webSocket: WebSocket;
  /** Status and text of the close frame that it gets. */
  readonly closed: Promise<{ status: number; reason: string }>;
  readonly #self: number;
  readonly #peer: number;

  private constructor(webSocket: WebSocket, self: number, peer: number) {
    this.webSocket = webSocket;
    this.#self = self;
    this.#peer = peer;
    webSocket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      webSocket.on('close', (status, reason) => {
        resolve({ status, reason: reason.toString() });
      }),
    );
  }

  static async connect(identity: Identity, port: number, self: number, peer: number): Promise<RawPeer> {
    const socket = connect({
      host: HOST,
      port,
      key: identity.exportSecretKey(),
      cert: identity.certificate.pem,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const webSocket = new WebSocket('wss://raw.invalid/', { createConnection: (): TLSSocket => socket });
    const raw = new RawPeer(webSocket, self, peer);
    await once(webSocket, 'open');
    return raw;
  }

  send(frame: Frame | Uint8Array): void {
    this.webSocket.send(frame instanceof Uint8Array ? frame : encodeFrame(frame));
  }

  /** A correct greeting of a process that has just started, with the differences that the test wants. */
  greet(changes: { sender?: number; receiver?: number; received?: number; epoch?: Uint8Array } = {}): void {
    this.send({
      type: 'hello',
      sender: this.#self,
      receiver: this.#peer,
      epoch: new Uint8Array(EPOCH_BYTES).fill(7),
      knownEpoch: new Uint8Array(EPOCH_BYTES),
      received: 0,
      ...changes,
    });
  }

  data(sequence: number, session: Uint8Array, round: string, body: Uint8Array, sender = this.#self): void {
    this.send({ type: 'data', sender, sequence, session, totalBytes: body.length, offset: 0, round, chunk: body });
  }
}
