/** What the core asks of its surroundings, by what every browser has; and links between banks that share one page. */
import { fromHex, toHex } from '../../src/core/bytes/hex.ts';
import type { Clock, Random, Signer } from '../../src/core/environment.ts';
import { batchOf, bytesAt } from '../../src/core/modulus/batch.ts';
import { Mailbox } from '../../src/core/network/mailbox.ts';
import type { Link } from '../../src/core/network/network.ts';
import type { Curve25519 } from '../../src/core/reconciliation/curve.ts';

export const webRandom: Random = {
  bytes: (length) => {
    const bytes = new Uint8Array(length);
    const limit = 65_536; // of one call
    for (let at = 0; at < length; at += limit) crypto.getRandomValues(bytes.subarray(at, at + limit));
    return bytes;
  },
};

export const webClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A key pair for each bank. */
export async function webSigners(size: number): Promise<Signer[]> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pairs = await Promise.all(
    Array.from({ length: size }, () => crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])),
  );
  return pairs.map(({ privateKey }) => ({
    sign: async (message) => new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, new Uint8Array(message))),
    verify: async (party, message, signature) => {
      const pair = pairs[party - 1];
      if (!pair) return false;
      return crypto.subtle.verify(algorithm, pair.publicKey, new Uint8Array(signature), new Uint8Array(message));
    },
  }));
}

const PKCS8_PREFIX = fromHex('302e020100300506032b656e04220420');

export const webCurve: Curve25519 = {
  async multiply(scalar, points) {
    const encoded = new Uint8Array([...PKCS8_PREFIX, ...scalar]);
    const secret = await crypto.subtle.importKey('pkcs8', encoded, 'X25519', false, ['deriveBits']);
    const out = new Uint8Array(points.bytes.length);
    for (let i = 0; i < points.count; i++) {
      const point = await crypto.subtle.importKey('raw', new Uint8Array(bytesAt(points, i)), 'X25519', false, []);
      const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: point }, secret, 256);
      out.set(new Uint8Array(shared), i * points.width);
    }
    return batchOf(out, points.width);
  },
};

const MAILBOX_BYTES = 1 << 24;

/** One link per bank, among banks of this page. */
export function pageLinks(size: number): Link[] {
  const mailboxes = new Map<string, Mailbox>();
  const mailboxOf = (party: number, session: string): Mailbox => {
    const key = `${String(party)} ${session}`;
    const mailbox = mailboxes.get(key) ?? new Mailbox(MAILBOX_BYTES);
    mailboxes.set(key, mailbox);
    return mailbox;
  };
  return Array.from({ length: size }, (_, i) => {
    const self = i + 1;
    return {
      self,
      size,
      open: (id) => {
        const session = toHex(id);
        return {
          self,
          size,
          send: (to, round, body) => {
            mailboxOf(to, session).deliver(self, round, new Uint8Array(body));
            return Promise.resolve();
          },
          receive: (from, round) => mailboxOf(self, session).take(from, round),
          close: () => {
            mailboxOf(self, session).fail(new Error('closed'));
          },
        };
      },
    };
  });
}
