import { hash, sameBytes } from '../bytes/hash.ts';
import type { Random } from '../environment.ts';
import { MessageFault } from '../errors.ts';
import type { Session } from './session.ts';

const SEED_BYTES = 32;

/**
 * A seed that no party could choose: all commit to a contribution, then open it (protocol.md 2.1).
 * @returns σ, 32 bytes, equal at all parties
 */
export async function tossCoin(session: Session, random: Random, label: string): Promise<Uint8Array> {
  const seed = random.bytes(SEED_BYTES);
  const salt = random.bytes(SEED_BYTES);
  const commit = (party: number, opening: Uint8Array) => hash('coin commitment', session.id, label, party, opening);

  const opening = new Uint8Array([...seed, ...salt]);
  const commitments = await session.exchange(`${label}/commit`, commit(session.self, opening), (reader) =>
    reader.raw(32, 'commitment'),
  );
  const openings = await session.exchange(`${label}/open`, opening, (reader, from) => {
    const opened = reader.raw(2 * SEED_BYTES, 'opening');
    if (!sameBytes(commit(from, opened), commitments[from - 1] as Uint8Array)) {
      throw new MessageFault('commitment-mismatch', 'opening');
    }
    return opened;
  });
  return hash('coin', session.id, label, ...openings);
}
