import { Bug, LinkError, ProtocolAbort } from '../../core/errors.ts';
import { Mailbox } from '../../core/network/mailbox.ts';
import type { Message } from './assembler.ts';
import { SESSION_BYTES, type DataFrame } from './frame.ts';
import { LinkSession, type SessionTraffic } from './link-session.ts';
import { maxUnreadBytes, type LinkLimits } from './limits.ts';

/** How many ended sessions are remembered, so that late messages of theirs are dropped instead of kept for an opening. */
const REMEMBERED_SESSIONS = 4096;

interface Entry {
  readonly id: Uint8Array;
  readonly mailbox: Mailbox;
  readonly traffic: ReadonlyMap<number, SessionTraffic>;
  /** The peer that began it, if that was before we opened it. */
  readonly begunBy: number | undefined;
  isOpen: boolean;
  /** Peers that take no part any more. One that restarted knows nothing of this session, and is not to hear of it. */
  readonly lost: Map<number, LinkError>;
}

export interface SessionsOptions {
  readonly self: number;
  readonly peers: readonly number[];
  readonly limits: LinkLimits;
  readonly send: (to: number, session: Uint8Array, round: string, body: Uint8Array) => Promise<void>;
  /** Refuses what the session still wanted to send to anybody. */
  readonly cancel: (session: Uint8Array, error: Error) => void;
  /** Fewer bytes lie unread than before: acknowledgements that were held back may go out. */
  readonly onRead: () => void;
}

/** The sessions of a link: sorts messages into their mailboxes, before and after a session is opened here. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ended = new Set<string>();
  readonly #gone = new Map<number, LinkError>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Throws {@link Bug} for an identifier that was opened before. */
  open(id: Uint8Array): LinkSession {
    const key = keyOf(id);
    const known = this.#entries.get(key);
    if (id.length !== SESSION_BYTES || known?.isOpen === true || this.#ended.has(key))
      throw new Bug('a session needs a fresh identifier of 32 bytes');
    const entry = known ?? this.#enter(id, undefined);
    entry.isOpen = true;
    const { self, peers, limits, send, onRead } = this.#options;
    return new LinkSession({
      self,
      size: peers.length + 1,
      mailbox: entry.mailbox,
      traffic: entry.traffic,
      maxMessageBytes: limits.maxMessageBytes,
      send: (to, round, body) => {
        const error = entry.lost.get(to);
        return error ? Promise.reject(error) : send(to, entry.id, round, body);
      },
      onRead,
      onClose: () => {
        this.#close(entry);
      },
    });
  }

  /** Whether a message that begins with this chunk is wanted. A peer that floods us ends its session, or the link. */
  admit(from: number, first: DataFrame): boolean {
    const { limits } = this.#options;
    const key = keyOf(first.session);
    if (this.#ended.has(key)) return false;
    const entry = this.#entries.get(key) ?? this.#enter(first.session, from);
    if (!entry.mailbox.hears(from)) return false;
    const isTooLarge =
      first.totalBytes > limits.maxMessageBytes || this.unreadBytes(from) + first.totalBytes > maxUnreadBytes(limits);
    if (isTooLarge) entry.mailbox.depart(from, new ProtocolAbort('too-large', { blame: [from], round: first.round }));
    return !isTooLarge;
  }

  deliver(from: number, message: Message): void {
    const entry = this.#entries.get(keyOf(message.session));
    if (!entry) return;
    const traffic = entry.traffic.get(from);
    if (traffic) {
      traffic.receivedMessages += 1;
      traffic.receivedBytes += message.body.length;
    }
    entry.mailbox.deliver(from, message.round, message.body);
  }

  /** What lies here of one peer's messages, in all sessions. */
  unreadBytes(from: number): number {
    let bytes = 0;
    for (const { mailbox } of this.#entries.values()) bytes += mailbox.waitingBytes(from);
    return bytes;
  }

  /** A peer restarted, left or is lost: the sessions that need it end. */
  lose(peer: number, error: LinkError): void {
    if (error.reason !== 'peer-restarted') this.#gone.set(peer, error); // a restarted peer can take part in new sessions
    for (const entry of this.#entries.values()) this.#losePeer(entry, peer, error);
  }

  #losePeer(entry: Entry, peer: number, error: LinkError): void {
    entry.lost.set(peer, error);
    // What it began and nobody opened here makes no sense any more. In all else the others may not be done with each other.
    if (error.reason !== 'done' && entry.begunBy === peer && !entry.isOpen) this.#fail(entry, error);
    else entry.mailbox.depart(peer, error);
  }

  /** @param begunBy the peer whose message came before we opened the session */
  #enter(id: Uint8Array, begunBy: number | undefined): Entry {
    const { peers, limits } = this.#options;
    if (begunBy !== undefined && this.#unopenedOf(begunBy) >= limits.maxUnopenedSessions)
      throw new LinkError('overflow', begunBy, 'too many sessions that nobody opens');
    const entry: Entry = {
      id: new Uint8Array(id),
      mailbox: new Mailbox(maxUnreadBytes(limits)),
      traffic: new Map(
        peers.map((peer) => [peer, { sentMessages: 0, sentBytes: 0, receivedMessages: 0, receivedBytes: 0 }]),
      ),
      begunBy,
      isOpen: false,
      lost: new Map(),
    };
    this.#entries.set(keyOf(id), entry);
    for (const [peer, error] of this.#gone) this.#losePeer(entry, peer, error);
    return entry;
  }

  #unopenedOf(peer: number): number {
    return [...this.#entries.values()].filter((entry) => !entry.isOpen && entry.begunBy === peer).length;
  }

  #fail(entry: Entry, error: Error): void {
    entry.mailbox.fail(error);
    this.#options.cancel(entry.id, error);
    this.#options.onRead();
  }

  #close(entry: Entry): void {
    this.#fail(entry, new ProtocolAbort('cancelled'));
    const key = keyOf(entry.id);
    this.#entries.delete(key);
    this.#ended.add(key);
    const [oldest] = this.#ended;
    if (this.#ended.size > REMEMBERED_SESSIONS && oldest !== undefined) this.#ended.delete(oldest);
  }
}

function keyOf(session: Uint8Array): string {
  return Buffer.from(session).toString('latin1');
}
