import { hash } from '../bytes/hash.ts';

/** What a party saw of a session: every broadcast, and every message with each peer. Only hashes are kept. */
export class Transcript {
  readonly #self: number;
  readonly #broadcasts = new Map<string, Uint8Array>();
  /** By peer: message hashes by direction and round. */
  readonly #pairs = new Map<number, Map<string, Uint8Array>>();

  constructor(self: number) {
    this.#self = self;
  }

  /** @param bodies one per party, in their order */
  broadcast(round: string, bodies: readonly Uint8Array[]): void {
    this.#broadcasts.set(round, hash('broadcast', round, ...bodies));
  }

  sent(to: number, round: string, body: Uint8Array): void {
    this.#message(to, `${String(this.#self)}>${String(to)} ${round}`, body);
  }

  received(from: number, round: string, body: Uint8Array): void {
    this.#message(from, `${String(from)}>${String(this.#self)} ${round}`, body);
  }

  /** Equal at all parties that saw the same broadcasts, in whatever order. 32 bytes. */
  broadcastDigest(session: Uint8Array): Uint8Array {
    return digest('broadcasts', session, this.#broadcasts);
  }

  /** Equal at both ends when each received what the other sent. */
  pair(session: Uint8Array, peer: number): { digest: Uint8Array; messages: number } {
    const messages = this.#pairs.get(peer) ?? new Map<string, Uint8Array>();
    return { digest: digest('pair', session, messages), messages: messages.size };
  }

  #message(peer: number, key: string, body: Uint8Array): void {
    let messages = this.#pairs.get(peer);
    if (!messages) this.#pairs.set(peer, (messages = new Map<string, Uint8Array>()));
    messages.set(key, hash('message', body));
  }
}

function digest(purpose: string, session: Uint8Array, entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return hash(purpose, session, ...sorted.flat());
}
