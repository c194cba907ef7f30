import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { Clock, Random, Signer } from '../../src/core/environment.ts';
import { ProtocolAbort } from '../../src/core/errors.ts';
import { Mailbox } from '../../src/core/network/mailbox.ts';
import type { Link, Network } from '../../src/core/network/network.ts';

export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

export interface Message {
  readonly from: number;
  readonly to: number;
  /** Hexadecimal session identifier. */
  readonly session: string;
  readonly round: string;
  readonly body: Uint8Array;
}

/** What the network does to a message: what arrives instead. */
export type Fault = (message: Message) => readonly (Message & Lateness)[];

export interface Lateness {
  /** How many rounds of other deliveries it is overtaken by. */
  readonly delay?: number;
  /** For how much virtual time it is on its way. */
  readonly delayMs?: number;
}

const IDLE_TICKS = 20;
const MAILBOX_BYTES = 64 << 20;

/**
 * A network of parties in one process. Time is virtual: it stands still while anything is being delivered or computed and
 * jumps to the next timer when nothing is, so that deadlines are tested without waiting.
 */
export class Simulation {
  readonly size: number;
  readonly clock: Clock;
  /** Every message that was sent, in order. */
  readonly sent: Message[] = [];
  readonly #fault: Fault;
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #closed = new Set<string>();
  #inFlight: { message: Message; ticks: number }[] = [];
  #timers: { at: number; callback: () => void }[] = [];
  #now = 0;
  #idle = 0;
  #running = false;

  constructor(size: number, fault: Fault = (message) => [message]) {
    this.size = size;
    this.#fault = fault;
    this.clock = {
      now: () => this.#now,
      after: (ms, callback) => {
        const timer = { at: this.#now + ms, callback };
        this.#timers.push(timer);
        this.#run();
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    };
  }

  link(party: number): Link {
    return { self: party, size: this.size, open: (session) => this.#open(party, Buffer.from(session).toString('hex')) };
  }

  /** Runs one party per link and waits for all; never rejects. */
  async all<T>(party: (link: Link) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
    return Promise.allSettled(Array.from({ length: this.size }, (_, i) => party(this.link(i + 1))));
  }

  #open(party: number, session: string): Network {
    const mailbox = this.#mailbox(party, session);
    return {
      self: party,
      size: this.size,
      send: (to, round, body) => {
        const message = { from: party, to, session, round, body: new Uint8Array(body) };
        this.sent.push(message);
        for (const { delay = 0, delayMs = 0, ...arriving } of this.#fault(message)) {
          const depart = (): number => this.#inFlight.push({ message: arriving, ticks: delay });
          if (delayMs > 0) this.clock.after(delayMs, depart);
          else depart();
        }
        this.#run();
        return Promise.resolve();
      },
      receive: (from, round) => mailbox.take(from, round),
      close: () => {
        this.#closed.add(`${String(party)} ${session}`);
        mailbox.fail(new ProtocolAbort('internal', { field: 'session closed' }));
      },
    };
  }

  #mailbox(party: number, session: string): Mailbox {
    const key = `${String(party)} ${session}`;
    let mailbox = this.#mailboxes.get(key);
    if (!mailbox) this.#mailboxes.set(key, (mailbox = new Mailbox(MAILBOX_BYTES)));
    return mailbox;
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#tick();
    });
  }

  #tick(): void {
    this.#running = false;
    const due = this.#inFlight.filter(({ ticks }) => ticks <= 0);
    this.#inFlight = this.#inFlight.filter(({ ticks }) => ticks > 0).map((m) => ({ ...m, ticks: m.ticks - 1 }));
    for (const { message } of due) {
      this.#mailbox(message.to, message.session).deliver(message.from, message.round, message.body);
    }
    this.#idle = due.length > 0 || this.#inFlight.length > 0 ? 0 : this.#idle + 1;
    if (this.#idle > IDLE_TICKS) this.#fireNextTimer();
    if (this.#inFlight.length > 0 || this.#timers.length > 0) this.#run();
  }

  #fireNextTimer(): void {
    const next = this.#timers.reduce<{ at: number; callback: () => void } | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
    if (!next) return;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#now = Math.max(this.#now, next.at);
    next.callback();
  }
}

/** Signers of `size` parties that know each other's public keys. Ed25519 in place of the certificates' RSA, for speed. */
export function testSigners(size: number): Signer[] {
  const keys = Array.from({ length: size }, () => generateKeyPairSync('ed25519'));
  const publicKeys: KeyObject[] = keys.map(({ publicKey }) =>
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
  );
  return keys.map(({ privateKey }) => {
    const secretKey = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return {
      sign: (message) => Promise.resolve(new Uint8Array(sign(null, message, secretKey))),
      verify: (party, message, signature) => {
        const publicKey = publicKeys[party - 1];
        return Promise.resolve(publicKey !== undefined && verify(null, message, publicKey, signature));
      },
    };
  });
}
