/**
 * The connections of one bank to all others. Every pair of banks has one WebSocket over mutual TLS 1.3, dialled by the
 * bank with the lower party number; both sides recognise each other by pinned keys. First {@link listenForPeers}, which
 * learns the port; then, when all addresses are known, {@link connectPeers}.
 */
import type { Clock, Random } from '../../core/environment.ts';
import { Bug, LinkError } from '../../core/errors.ts';
import type { Link } from '../../core/network/network.ts';
import { orderParties, type PeerCertificate } from '../identity/certificate.ts';
import { hostCalendarTime, hostClock, hostRandom, type CalendarTime } from '../runtime.ts';
import { EPOCH_BYTES } from './frame.ts';
import { DEFAULT_LIMITS, type LinkLimits } from './limits.ts';
import type { LinkSession } from './link-session.ts';
import { PeerListener, type ListenOptions } from './listener.ts';
import { Peer, type PeerState, type Traffic } from './peer.ts';
import { Sessions } from './sessions.ts';

export interface ConnectOptions {
  readonly peers: readonly {
    readonly certificate: PeerCertificate;
    readonly host: string;
    /** Not used, and may be 0, for a bank with a lower party number: it dials us. */
    readonly port: number;
  }[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly now?: CalendarTime;
  readonly limits?: Partial<LinkLimits>;
}

/** Listens on `port` (0: any free one, see {@link PeerListener.port}). Rejects with LinkError `unreachable` when it is taken. */
export async function listenForPeers(options: ListenOptions): Promise<PeerListener> {
  const listener = new PeerListener(options);
  await listener.start();
  return listener;
}

/** Begins to connect to all peers; see {@link PeerLink.connected}. The link owns the listener from now on. */
export function connectPeers(listener: PeerListener, options: ConnectOptions): PeerLink {
  return new PeerLink(listener, options);
}

export class PeerLink implements Link {
  readonly self: number;
  readonly size: number;
  /** All members' certificates, our own included, in party order. */
  readonly parties: readonly PeerCertificate[];
  readonly #listener: PeerListener;
  readonly #clock: Clock;
  readonly #limits: LinkLimits;
  readonly #peers = new Map<number, Peer>();
  readonly #sessions: Sessions;
  readonly #watchers = new Set<(state: PeerState) => void>();

  constructor(listener: PeerListener, options: ConnectOptions) {
    const { clock = hostClock, random = hostRandom, now = hostCalendarTime } = options;
    const own = listener.identity.certificate;
    this.parties = orderParties([own, ...options.peers.map((peer) => peer.certificate)]);
    this.self = this.parties.indexOf(own) + 1;
    this.size = this.parties.length;
    this.#listener = listener;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const addresses = options.peers.map((peer) => ({ ...peer, party: this.parties.indexOf(peer.certificate) + 1 }));
    this.#sessions = new Sessions({
      self: this.self,
      peers: addresses.map((address) => address.party),
      limits: this.#limits,
      send: (to, session, round, body) => this.#peer(to).stream.send(session, round, body),
      cancel: (session, error) => {
        for (const peer of this.#peers.values()) peer.stream.cancel(session, error);
      },
      onRead: () => {
        for (const peer of this.#peers.values()) peer.stream.acknowledgeSoon();
      },
    });
    const environment = {
      self: this.self,
      identity: listener.identity,
      epoch: random.bytes(EPOCH_BYTES),
      clock,
      random,
      now,
      limits: this.#limits,
    };
    const events = {
      admit: this.#sessions.admit.bind(this.#sessions),
      deliver: this.#sessions.deliver.bind(this.#sessions),
      holdsAcknowledgements: (party: number) => this.#sessions.unreadBytes(party) > this.#limits.unreadBytes,
      ended: this.#sessions.lose.bind(this.#sessions),
      changed: (party: number) => {
        this.#tell(party);
      },
    };
    for (const address of addresses) this.#peers.set(address.party, new Peer(address, environment, events));
    listener.admit(
      [...this.#peers.values()],
      (peer) => peer.error?.reason ?? (peer.party > this.self ? 'wrong-sender' : undefined),
      (peer, webSocket, socket) => {
        peer.take(webSocket, socket);
      },
    );
  }

  open(session: Uint8Array): LinkSession {
    return this.#sessions.open(session);
  }

  /**
   * Resolves when all peers are connected. Rejects with {@link LinkError}: the reason of the first peer that is lost for
   * good, or of the first that is missing after `timeoutMs`.
   */
  connected(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (isLate: boolean): void => {
        const peers = [...this.#peers.values()];
        const missing = peers.find((peer) => peer.state.phase !== 'connected');
        const lost = peers.find((peer) => peer.error)?.error;
        if (missing && !lost && !isLate) return;
        cancelTimer();
        stopWatching();
        if (lost) reject(lost);
        else if (missing) reject(new LinkError(missing.state.reason ?? 'unreachable', missing.party));
        else resolve();
      };
      const cancelTimer = this.#clock.after(timeoutMs, () => {
        check(true);
      });
      const stopWatching = this.onStateChange(() => {
        check(false);
      });
      check(false);
    });
  }

  /** Of every peer, in party order. */
  state(): PeerState[] {
    return [...this.#peers.values()].map((peer) => peer.state).sort((a, b) => a.party - b.party);
  }

  /** Calls back with every change of a peer's state. Returns the function that ends this. */
  onStateChange(watcher: (state: PeerState) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** With one peer, or with all together. */
  traffic(party?: number): Traffic {
    const peers = party === undefined ? [...this.#peers.values()] : [this.#peer(party)];
    return {
      sentBytes: peers.reduce((sum, peer) => sum + peer.traffic.sentBytes, 0),
      receivedBytes: peers.reduce((sum, peer) => sum + peer.traffic.receivedBytes, 0),
    };
  }

  /** Lets the peers acknowledge what was sent, for `lingerMs` at most; then leaves. Sessions still open end. */
  async close(): Promise<void> {
    const peers = [...this.#peers.values()];
    await this.#within(this.#limits.lingerMs, Promise.all(peers.map((peer) => peer.stream.drained())));
    await Promise.all(peers.map((peer) => peer.end(new LinkError('done', peer.party))));
    await this.#listener.close();
  }

  #within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancelTimer = this.#clock.after(timeoutMs, resolve);
      void work.then(() => {
        cancelTimer();
        resolve();
      });
    });
  }

  #peer(party: number): Peer {
    const peer = this.#peers.get(party);
    if (!peer) throw new Bug(`bank ${String(party)} is not a peer`);
    return peer;
  }

  #tell(party: number): void {
    const state = this.#peer(party).state;
    for (const watcher of [...this.#watchers]) watcher(state);
  }
}
