import { sameBytes } from '../bytes/hash.ts';
import { ProtocolAbort } from '../errors.ts';
import type { Session } from '../network/session.ts';

/**
 * All banks must have come to the same: each tells all others a digest of 32 bytes. Who lied to whom cannot be told from
 * a difference, so nobody is blamed.
 */
export async function agree(session: Session, round: string, digest: Uint8Array): Promise<void> {
  const digests = await session.scatter(
    round,
    () => digest,
    (reader) => reader.raw(32, 'digest'),
  );
  if (!digests.every((other) => sameBytes(other, digest))) throw new ProtocolAbort('broadcast-mismatch', { round });
}
