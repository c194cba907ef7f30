import { Reader, Writer } from '../bytes/encoding.ts';
import { sameBytes } from '../bytes/hash.ts';
import type { CancelSignal, Clock } from '../environment.ts';
import { ABORT_CODES, LinkError, MessageFault, ProtocolAbort, type AbortCode } from '../errors.ts';
import type { Network } from './network.ts';
import { Transcript } from './transcript.ts';

export interface Progress {
  readonly stage: string;
  /** Units finished in this stage so far. */
  readonly done: number;
  /** Absent where the end is not known. */
  readonly total?: number;
}

export interface SessionOptions {
  /** 32 bytes that bind everything the session is about; used once. */
  readonly id: Uint8Array;
  readonly clock: Clock;
  /** How long one round may take before the session gives up. */
  readonly roundMs: number;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Reads one message; throws {@link MessageFault} at the first deviation. */
export type Read<T> = (reader: Reader, from: number) => T;

const ABORT_ROUND = 'abort';
const FAREWELL_MS = 2000;

/** Runs one party's side of a protocol. Whatever goes wrong ends as {@link ProtocolAbort} here and at all peers. */
export async function runSession<T>(
  network: Network,
  options: SessionOptions,
  protocol: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(network, options);
  try {
    return await protocol(session);
  } catch (error) {
    throw await session.abort(error);
  } finally {
    session.end();
  }
}

/** One party's view of a running protocol: rounds with deadlines, checked messages, blame, and the transcript. */
export class Session {
  readonly self: number;
  readonly size: number;
  readonly peers: readonly number[];
  readonly id: Uint8Array;
  readonly transcript: Transcript;
  readonly clock: Clock;
  readonly roundMs: number;
  readonly #network: Network;
  readonly #options: SessionOptions;
  readonly #stageMs = new Map<string, number>();
  #stage = { name: 'start', since: 0 };
  #interrupt!: (error: Error) => void;
  readonly #interrupted: Promise<never>;
  readonly #cancel = () => {
    this.#interrupt(new ProtocolAbort('cancelled', { blame: [this.self] }));
  };

  constructor(network: Network, options: SessionOptions) {
    this.#network = network;
    this.#options = options;
    this.self = network.self;
    this.size = network.size;
    this.id = options.id;
    this.clock = options.clock;
    this.roundMs = options.roundMs;
    this.peers = this.parties().filter((party) => party !== this.self);
    this.transcript = new Transcript(this.self);
    this.#stage.since = this.clock.now();
    this.#interrupted = new Promise<never>((_, reject) => (this.#interrupt = reject));
    this.#interrupted.catch(() => undefined); // somebody may be waiting, or nobody
    this.#listenForAborts();
    if (options.signal?.aborted) this.#cancel();
    options.signal?.addEventListener('abort', this.#cancel, { once: true });
  }

  /** 1 … size. */
  parties(): number[] {
    return Array.from({ length: this.size }, (_, i) => i + 1);
  }

  /** Names what happens next, for the progress display and the durations in the run record. */
  stage(name: string, total?: number): void {
    this.#closeStage();
    this.#stage = { name, since: this.clock.now() };
    this.progress(0, total);
  }

  progress(done: number, total?: number): void {
    this.#options.onProgress?.({ stage: this.#stage.name, done, ...(total === undefined ? {} : { total }) });
  }

  /** Milliseconds spent per stage so far. */
  durations(): ReadonlyMap<string, number> {
    this.#closeStage();
    return this.#stageMs;
  }

  /** Throws when the session was cancelled or a peer stopped it; to be called within long computations. */
  async checkpoint(): Promise<void> {
    await Promise.race([this.#interrupted, Promise.resolve()]);
  }

  /** Sends the same to all. Returns what each party sent, in party order, our own included. */
  exchange<T>(round: string, body: Uint8Array, read: Read<T>): Promise<T[]> {
    return this.#round(
      round,
      () => body,
      read,
      (bodies) => {
        this.transcript.broadcast(round, bodies);
      },
    );
  }

  /** Sends each party its own message. Returns what each sent to us, in party order; our own to ourselves included. */
  scatter<T>(round: string, bodyFor: (to: number) => Uint8Array, read: Read<T>): Promise<T[]> {
    return this.#round(round, bodyFor, read);
  }

  /** To one party only, without waiting for an answer. */
  async send(to: number, round: string, body: Uint8Array): Promise<void> {
    await Promise.race([this.sendRegardless(to, round, body), this.#interrupted]);
  }

  /** As {@link send}, also when the session is being stopped. */
  async sendRegardless(to: number, round: string, body: Uint8Array): Promise<void> {
    this.transcript.sent(to, round, body);
    const deadline = this.#deadline(round, new Set([to])); // a peer that accepts nothing holds us up too
    try {
      await Promise.race([this.#network.send(to, round, body), deadline.passed]);
    } finally {
      deadline.cancel();
    }
  }

  /** From one party only. */
  async receive<T>(from: number, round: string, read: Read<T>): Promise<T> {
    const [value] = await this.#gather(round, [from], read);
    return (value as Received<T>).value;
  }

  /** All parties must have seen the same broadcasts so far. */
  async echo(round: string): Promise<void> {
    const digest = this.transcript.broadcastDigest(this.id);
    const digests = await this.scatter(
      round,
      () => digest,
      (reader) => reader.raw(32, 'broadcast digest'),
    );
    // Who lied to whom cannot be told from here: nobody is blamed.
    if (!digests.every((other) => sameBytes(other, digest))) throw new ProtocolAbort('broadcast-mismatch', { round });
  }

  /** A message of a peer that is waited for without a deadline and regardless of aborts; undefined where unreadable. */
  async overhear<T>(from: number, round: string, read: Read<T>): Promise<T | undefined> {
    const body = await this.#network.receive(from, round);
    try {
      return this.#readOne(round, from, body, read);
    } catch {
      return undefined;
    }
  }

  /** Tells the peers why the session ends here, and returns the error that our caller gets. */
  async abort(error: unknown): Promise<Error> {
    const abort = error instanceof LinkError ? new ProtocolAbort('link-lost', linkDetails(error)) : error;
    const code = abort instanceof ProtocolAbort ? abort.code : 'internal';
    if (code !== 'peer-aborted') await this.#sayFarewell(code);
    return abort instanceof Error ? abort : new Error(String(abort));
  }

  end(): void {
    this.#options.signal?.removeEventListener('abort', this.#cancel);
    this.#network.close();
  }

  async #sayFarewell(code: AbortCode): Promise<void> {
    const body = new Writer().u8(ABORT_CODES.indexOf(code)).done();
    const sends = this.peers.map((peer) => this.#network.send(peer, ABORT_ROUND, body).catch(() => undefined));
    await new Promise<void>((resolve) => {
      const cancelTimer = this.clock.after(FAREWELL_MS, resolve);
      void Promise.all(sends).then(() => {
        cancelTimer();
        resolve();
      });
    });
  }

  #listenForAborts(): void {
    for (const peer of this.peers) {
      this.#network.receive(peer, ABORT_ROUND).then(
        (body) => {
          const reason = body.length === 1 ? ABORT_CODES[body[0] as number] : undefined;
          this.#interrupt(new ProtocolAbort('peer-aborted', { by: peer, reason: reason ?? 'internal' }));
        },
        (error: unknown) => {
          // A peer that finished and left stops nobody any more; what is still needed of it rejects by itself.
          if (error instanceof LinkError && error.reason === 'done') return;
          this.#interrupt(error as Error); // the network itself ended the session
        },
      );
    }
  }

  async #round<T>(
    round: string,
    bodyFor: (to: number) => Uint8Array,
    read: Read<T>,
    record: (bodies: readonly Uint8Array[]) => void = () => undefined,
  ): Promise<T[]> {
    const sending = Promise.all(this.peers.map((peer) => this.send(peer, round, bodyFor(peer))));
    const [received] = await Promise.all([this.#gather(round, this.peers, read), sending]);
    const body = bodyFor(this.self);
    received.splice(this.self - 1, 0, { body, value: this.#readOne(round, this.self, body, read) });
    record(received.map((message) => message.body));
    return received.map((message) => message.value);
  }

  /**
   * One message of each of `from`. Every message that arrived is read before complaining, so that all who are to blame
   * are named, also when the session is interrupted meanwhile or somebody else is late.
   */
  async #gather<T>(round: string, from: readonly number[], read: Read<T>): Promise<Received<T>[]> {
    const missing = new Set(from);
    const faults: ProtocolAbort[] = [];
    const arriving = from.map(async (peer) => {
      const body = await this.#network.receive(peer, round);
      missing.delete(peer);
      this.transcript.received(peer, round, body);
      try {
        return { body, value: this.#readOne(round, peer, body, read) };
      } catch (error) {
        if (!(error instanceof ProtocolAbort)) throw error;
        faults.push(error);
        return undefined;
      }
    });
    const all = Promise.all(arriving);
    all.catch(() => undefined);
    const deadline = this.#deadline(round, missing);
    try {
      const received = await Promise.race([all, this.#interrupted, deadline.passed]);
      if (faults.length === 0) return received.filter((message) => message !== undefined);
    } catch (error) {
      if (faults.length === 0) throw error;
    } finally {
      deadline.cancel();
    }
    throw together(round, faults);
  }

  #deadline(round: string, missing: ReadonlySet<number>): { passed: Promise<never>; cancel: () => void } {
    let cancel = (): void => undefined;
    const passed = new Promise<never>((_, reject) => {
      cancel = this.clock.after(this.roundMs, () => {
        reject(new ProtocolAbort('deadline', { round, missing: [...missing] }));
      });
    });
    passed.catch(() => undefined);
    return { passed, cancel };
  }

  #readOne<T>(round: string, from: number, body: Uint8Array, read: Read<T>): T {
    try {
      const reader = new Reader(body);
      const value = read(reader, from);
      reader.end();
      return value;
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      throw new ProtocolAbort(error.code, { blame: [from], round, field: error.field });
    }
  }

  #closeStage(): void {
    const now = this.clock.now();
    this.#stageMs.set(this.#stage.name, (this.#stageMs.get(this.#stage.name) ?? 0) + now - this.#stage.since);
    this.#stage = { ...this.#stage, since: now };
  }
}

interface Received<T> {
  readonly body: Uint8Array;
  readonly value: T;
}

/** The faults of one round as one abort that blames all senders. */
function together(round: string, faults: readonly ProtocolAbort[]): ProtocolAbort {
  const [first] = faults as [ProtocolAbort];
  return new ProtocolAbort(first.code, {
    blame: faults.flatMap((fault) => fault.blame).sort((a, b) => a - b),
    round,
    ...(first.field === undefined ? {} : { field: first.field }),
  });
}

function linkDetails(error: LinkError): { missing?: readonly number[] } {
  return error.peer === undefined ? {} : { missing: [error.peer] };
}
