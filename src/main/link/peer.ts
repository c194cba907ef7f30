import type { TLSSocket } from 'node:tls';
import type { WebSocket } from 'ws';
import { sameBytes } from '../../core/bytes/hash.ts';
import type { Clock, Random } from '../../core/environment.ts';
import { LinkError, type LinkReason } from '../../core/errors.ts';
import type { PeerCertificate } from '../identity/certificate.ts';
import type { Identity } from '../identity/identity.ts';
import type { CalendarTime } from '../runtime.ts';
import type { Message } from './assembler.ts';
import { Backoff } from './backoff.ts';
import { Connection } from './connection.ts';
import { dial } from './dialer.ts';
import { EPOCH_BYTES, type AckFrame, type DataFrame, type HelloFrame } from './frame.ts';
import type { LinkLimits } from './limits.ts';
import { Stream } from './stream.ts';

/** Where and how a peer is reached. */
export interface PeerAddress {
  readonly party: number;
  readonly certificate: PeerCertificate;
  readonly host: string;
  readonly port: number;
}

export interface PeerState {
  readonly party: number;
  readonly name: string;
  readonly phase: 'connecting' | 'connected' | 'closed';
  /** Why the last connection or attempt ended. */
  readonly reason: LinkReason | undefined;
  /** When the phase began and when something last came from the peer, on the link's clock. */
  readonly sinceMs: number;
  readonly lastSeenMs: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly reconnects: number;
}

/** In bytes of frames, including those sent again; without what WebSocket, TLS and TCP add. */
export interface Traffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** What every peer of a link shares. */
export interface PeerEnvironment {
  readonly self: number;
  readonly identity: Identity;
  readonly epoch: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: CalendarTime;
  readonly limits: LinkLimits;
}

export interface PeerEvents {
  readonly admit: (party: number, first: DataFrame) => boolean;
  readonly deliver: (party: number, message: Message) => void;
  readonly holdsAcknowledgements: (party: number) => boolean;
  /** The sessions with this peer are over: it restarted, left, or is lost. */
  readonly ended: (party: number, error: LinkError) => void;
  readonly changed: (party: number) => void;
}

/** Failures that may pass: the link keeps trying until it gives up. All other reasons end it. */
const TRANSIENT: readonly LinkReason[] = ['unreachable', 'not-ready', 'tls-failed', 'heartbeat-lost', 'replaced'];

/** One peer: keeps a connection to it and carries the stream of messages from one connection to the next. */
export class Peer {
  readonly party: number;
  readonly certificate: PeerCertificate;
  readonly #address: PeerAddress;
  readonly #environment: PeerEnvironment;
  readonly #events: PeerEvents;
  readonly #dialling = new AbortController();
  readonly #backoff: Backoff;
  #stream: Stream;
  #connection: Connection | undefined;
  #knownEpoch: Uint8Array = new Uint8Array(EPOCH_BYTES);
  #phase: PeerState['phase'] = 'connecting';
  #error: LinkError | undefined;
  #reason: LinkReason | undefined;
  #since: number;
  #lastSeen: number | undefined;
  #roundTripMs: number | undefined;
  #connections = 0;
  #sentBytes = 0;
  #receivedBytes = 0;
  #cancelGivingUp: () => void;

  constructor(address: PeerAddress, environment: PeerEnvironment, events: PeerEvents) {
    this.party = address.party;
    this.certificate = address.certificate;
    this.#address = address;
    this.#environment = environment;
    this.#events = events;
    this.#backoff = new Backoff(environment);
    this.#stream = this.#newStream();
    this.#since = environment.clock.now();
    this.#cancelGivingUp = this.#giveUpLater();
    // Of each pair, the bank with the lower number dials.
    if (environment.self < this.party) void this.#dial();
  }

  get state(): PeerState {
    return {
      party: this.party,
      name: this.certificate.name,
      phase: this.#phase,
      reason: this.#reason,
      sinceMs: this.#since,
      lastSeenMs: this.#lastSeen,
      roundTripMs: this.#roundTripMs,
      reconnects: Math.max(0, this.#connections - 1),
    };
  }

  get traffic(): Traffic {
    return { sentBytes: this.#sentBytes, receivedBytes: this.#receivedBytes };
  }

  /** Why the peer is gone for good, once it is. */
  get error(): LinkError | undefined {
    return this.#error;
  }

  get stream(): Stream {
    return this.#stream;
  }

  /** A connection is open, dialled by us or by the peer; an older one is taken for dead. */
  take(webSocket: WebSocket, socket: TLSSocket): void {
    this.#connection?.close('replaced');
    const { self, clock, limits, epoch } = this.#environment;
    const connection = new Connection(webSocket, socket, {
      self,
      peer: this.party,
      clock,
      limits,
      onHello: (hello, bytes) => {
        this.#receivedBytes += bytes;
        this.#greeted(hello, connection);
      },
      onFrame: (frame, bytes) => {
        this.#received(frame, bytes);
      },
      onRoundTrip: (milliseconds) => {
        this.#roundTripMs = milliseconds;
        this.#lastSeen = clock.now();
      },
      onClosed: (reason) => {
        this.#disconnected(reason);
      },
    });
    this.#connection = connection;
    this.#sentBytes += connection.send({
      type: 'hello',
      sender: self,
      receiver: this.party,
      epoch,
      knownEpoch: this.#knownEpoch,
      received: this.#stream.received,
    });
  }

  /** Ends the link to this peer for good. Resolves when the socket is gone. */
  async end(error: LinkError): Promise<void> {
    if (this.#error) return;
    this.#error = error;
    this.#dialling.abort();
    this.#backoff.cancel();
    this.#enter('closed', error.reason);
    this.#cancelGivingUp();
    this.#stream.fail(error);
    this.#events.ended(this.party, error);
    const connection = this.#connection;
    connection?.close(error.reason);
    await connection?.ended;
  }

  #newStream(): Stream {
    const { self, clock, limits } = this.#environment;
    return new Stream({
      self,
      clock,
      limits,
      admit: (first) => this.#events.admit(this.party, first),
      deliver: (message) => {
        this.#events.deliver(this.party, message);
      },
      holdsAcknowledgements: () => this.#events.holdsAcknowledgements(this.party),
    });
  }

  #greeted(hello: HelloFrame, connection: Connection): void {
    const isNew = !sameBytes(hello.epoch, this.#knownEpoch);
    if (isNew && this.#connections > 0) this.#restarted();
    this.#knownEpoch = hello.epoch;
    const remembersUs = sameBytes(hello.knownEpoch, this.#environment.epoch);
    this.#stream.attach(
      (frame) => {
        this.#sentBytes += connection.send(frame);
      },
      remembersUs ? hello.received : 0,
    );
    this.#connections += 1;
    this.#lastSeen = this.#environment.clock.now();
    this.#backoff.reset();
    this.#cancelGivingUp();
    this.#enter('connected', undefined);
  }

  /** The memory of the old process is gone, and with it whatever the sessions were about. */
  #restarted(): void {
    const error = new LinkError('peer-restarted', this.party);
    this.#stream.fail(error);
    this.#stream = this.#newStream();
    this.#events.ended(this.party, error);
  }

  #received(frame: DataFrame | AckFrame, bytes: number): void {
    this.#receivedBytes += bytes;
    this.#lastSeen = this.#environment.clock.now();
    if (frame.type === 'data') this.#stream.accept(frame, bytes);
    else this.#stream.acknowledged(frame.received);
  }

  #disconnected(reason: LinkReason): void {
    this.#connection = undefined;
    this.#stream.detach();
    if (this.#error) return;
    if (!TRANSIENT.includes(reason)) {
      void this.end(new LinkError(reason, this.party));
      return;
    }
    if (this.#phase === 'connected') this.#cancelGivingUp = this.#giveUpLater();
    this.#enter('connecting', reason);
    this.#dialLater();
  }

  async #dial(): Promise<void> {
    const { identity, now, limits } = this.#environment;
    const { host, port } = this.#address;
    try {
      const { webSocket, socket } = await dial({
        identity,
        peer: this,
        host,
        port,
        now,
        timeoutMs: limits.handshakeTimeoutMs,
        signal: this.#dialling.signal,
      });
      if (this.#error) webSocket.terminate();
      else this.take(webSocket, socket);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      if (this.#error) return;
      if (!TRANSIENT.includes(error.reason)) await this.end(error);
      else {
        this.#enter('connecting', error.reason);
        this.#dialLater();
      }
    }
  }

  #dialLater(): void {
    if (this.#environment.self > this.party) return;
    this.#backoff.wait(() => void this.#dial());
  }

  #giveUpLater(): () => void {
    const { clock, limits } = this.#environment;
    return clock.after(limits.giveUpAfterMs, () => {
      void this.end(new LinkError(this.#reason ?? 'unreachable', this.party, 'gave up'));
    });
  }

  #enter(phase: PeerState['phase'], reason: LinkReason | undefined): void {
    if (phase !== this.#phase) this.#since = this.#environment.clock.now();
    this.#phase = phase;
    this.#reason = reason;
    this.#events.changed(this.party);
  }
}
