import { hash } from '../bytes/hash.ts';

/** What a party saw of a session: every broadcast, and every message with each peer. Only hashes are kept. */
export class Transcript {
  readonly #self: number;
  readonly #broadcasts = new Map<string, Uint8Array>();
  readonly #pairs = new Map<string, Uint8Array>();
  #messages = 0;

  constructor(self: number) {
    this.#self = self;
  }

  /** Messages sent and received so far. */
  get messages(): number {
    return this.#messages;
  }

  /** @param bodies one per party, in their order */
  broadcast(round: string, bodies: readonly Uint8Array[]): void {
    this.#broadcasts.set(round, hash('broadcast', round, ...bodies));
  }

  sent(to: number, round: string, body: Uint8Array): void {
    this.#pair(this.#self, to, round, body);
  }

  received(from: number, round: string, body: Uint8Array): void {
    this.#pair(from, this.#self, round, body);
  }

  /** Equal at all parties that saw the same broadcasts, in whatever order. 32 bytes. */
  broadcastDigest(session: Uint8Array): Uint8Array {
    return digest('broadcasts', session, this.#broadcasts);
  }

  /** Equal at both ends when each received what the other sent. 32 bytes. */
  pairDigest(session: Uint8Array, peer: number): Uint8Array {
    const between = [`${String(this.#self)}>${String(peer)} `, `${String(peer)}>${String(this.#self)} `];
    return digest('pair', session, new Map([...this.#pairs].filter(([key]) => between.some((b) => key.startsWith(b)))));
  }

  #pair(from: number, to: number, round: string, body: Uint8Array): void {
    this.#messages++;
    this.#pairs.set(`${String(from)}>${String(to)} ${round}`, hash('message', body));
  }
}

function digest(purpose: string, session: Uint8Array, entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return hash(purpose, session, ...sorted.flat());
}
