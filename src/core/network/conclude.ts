import { Writer } from '../bytes/encoding.ts';
import type { Signer } from '../environment.ts';
import { ProtocolAbort } from '../errors.ts';
import type { Session } from './session.ts';

const MAX_SIGNATURE_BYTES = 1024;
const ROUND = 'conclude';
const FORWARD_ROUND = 'conclude/forward';

/**
 * All parties sign `statement`; whoever holds all signatures passes them on before finishing. So when one honest party
 * finishes, the others do, even if a dishonest one signs for some only: a complete set convinces anybody. For that
 * reason aborts are not heeded here, and the time to wait for a set is three times that for single signatures: another
 * may begin a round later than we, take a round for single signatures, and then passes on
 * (the authenticated broadcast of Dolev and Strong, SIAM J. Comput. 12(4), 1983, for one dishonest party).
 * @returns the signatures, by party
 */
export async function conclude(session: Session, signer: Signer, statement: Uint8Array): Promise<Uint8Array[]> {
  const own = await signer.sign(statement);
  const sendToAll = (round: string, body: Uint8Array) =>
    Promise.allSettled(session.peers.map((peer) => session.sendRegardless(peer, round, body)));
  void sendToAll(ROUND, own);

  const valid = async (party: number, signature: Uint8Array | undefined): Promise<Uint8Array> => {
    if (signature && (await signer.verify(party, statement, signature))) return signature;
    throw new ProtocolAbort('bad-signature', { blame: [party], round: ROUND });
  };
  const single = session.parties().map(async (party) => {
    if (party === session.self) return own;
    return valid(
      party,
      await session.overhear(party, ROUND, (r) => r.raw(Math.min(r.remaining, MAX_SIGNATURE_BYTES), 'signature')),
    );
  });
  const forwarded = session.peers.map(async (peer) => {
    const set = await session.overhear(peer, FORWARD_ROUND, (reader) =>
      session.parties().map(() => reader.bytes(MAX_SIGNATURE_BYTES, 'signature')),
    );
    return Promise.all(session.parties().map((party) => valid(party, set?.[party - 1])));
  });

  const signatures = await firstComplete(session, single, forwarded);
  const set = signatures.reduce((writer, signature) => writer.bytes(signature), new Writer()).done();
  await sendToAll(FORWARD_ROUND, set);
  return signatures;
}

/** The first complete set, be it put together here within a round or received whole within three. */
async function firstComplete(
  session: Session,
  single: readonly Promise<Uint8Array>[],
  forwarded: readonly Promise<Uint8Array[]>[],
): Promise<Uint8Array[]> {
  const missing = new Set(session.peers);
  const faults: ProtocolAbort[] = [];
  single.forEach((signature, index) => {
    signature.then(
      () => missing.delete(index + 1),
      (error: unknown) => {
        missing.delete(index + 1);
        if (error instanceof ProtocolAbort && error.blame.length > 0) faults.push(error);
      },
    );
  });
  const timers: (() => void)[] = [];
  const late = (ms: number) =>
    new Promise<never>((_, reject) => {
      const cancel = session.clock.after(ms, () => {
        reject(new Error('late'));
      });
      timers.push(cancel);
    });
  try {
    const own = Promise.race([Promise.all(single), late(session.roundMs)]);
    const whole = Promise.race([Promise.any(forwarded), late(3 * session.roundMs)]);
    return await Promise.any([own, whole]);
  } catch {
    const [first] = faults;
    if (first) throw new ProtocolAbort(first.code, { blame: faults.flatMap((fault) => fault.blame), round: ROUND });
    throw new ProtocolAbort('deadline', { round: ROUND, missing: [...missing] });
  } finally {
    timers.forEach((cancel) => {
      cancel();
    });
  }
}
