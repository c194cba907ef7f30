import { batchOf, concat, select, type Batch } from '../modulus/batch.ts';
import { readResidues, requireUnits } from '../paillier/ciphertexts.ts';
import type { MaskSource } from '../paillier/masks.ts';
import type { Paillier } from '../paillier/paillier.ts';
import type { Session } from '../network/session.ts';
import type { Matching } from '../reconciliation/reconcile.ts';
import { encryptedPartsOf, type Holdings, type ReceivedScores } from './holdings.ts';

const MASKS_AT_ONCE = 32;

/**
 * Sends every peer the current scores of the accounts that it expects, and receives those that we expect (protocol.md 4.2).
 * An account served to several peers is masked once; all get the same ciphertext.
 * @param matchings of the period, by party
 * @param noise η of an account of ours in this iteration
 */
export async function exchangeScores(
  session: Session,
  round: string,
  holdings: Holdings,
  matchings: readonly Matching[],
  noise: (account: number) => bigint,
  paillier: Paillier,
  masks: MaskSource,
): Promise<ReceivedScores> {
  const { modulus } = paillier;
  const served = [...new Set(matchings.flatMap((matching) => matching.served))].sort((a, b) => a - b);
  const fresh: Batch[] = [];
  for (let from = 0; from < served.length; from += MASKS_AT_ONCE) {
    const accounts = served.slice(from, from + MASKS_AT_ONCE);
    const plaintexts = accounts.map((account) => (holdings.plain[account] as bigint) + noise(account));
    const encrypted = await modulus.multiply(paillier.embed(plaintexts), encryptedPartsOf(holdings, accounts, modulus));
    fresh.push(await paillier.remask(encrypted, masks));
    session.progress(from + accounts.length, served.length);
    await session.checkpoint();
  }
  const ciphertexts = concat(fresh, modulus.width);
  const indexOf = new Map(served.map((account, i) => [account, i]));

  const received = await session.scatter(
    round,
    (to) => {
      const accounts = matchings[to - 1]?.served ?? [];
      return select(
        ciphertexts,
        accounts.map((account) => indexOf.get(account) as number),
      ).bytes;
    },
    (reader, from) => readResidues(reader, matchings[from - 1]?.expected.length ?? 0, modulus, 'scores'),
  );
  await requireUnits(modulus, received, round, 'scores');

  const position = new Map<number, number>();
  for (const { expected } of matchings) for (const source of expected) position.set(source, position.size);
  return {
    ciphertexts: concat(
      received.map((batch) => batchOf(batch.bytes, modulus.width)),
      modulus.width,
    ),
    position,
  };
}
