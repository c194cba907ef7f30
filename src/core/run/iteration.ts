import { concat, select, type Batch } from '../modulus/batch.ts';
import { readResidues, requireUnits } from '../paillier/ciphertexts.ts';
import type { Matching } from '../reconciliation/reconcile.ts';
import type { Iteration, RunContext } from './context.ts';
import { encryptedPartsOf, type Holdings, type ReceivedScores } from './holdings.ts';

const MASKS_AT_ONCE = 128;

/**
 * Sends every peer the current scores of the accounts that it expects, and receives those that we expect (protocol.md 4.2).
 * An account served to several peers is masked once; all get the same ciphertext. While the peers are waited for, masks for the
 * next iteration are prepared.
 */
export async function exchangeScores(
  context: RunContext,
  iteration: Iteration,
  holdings: Holdings,
): Promise<ReceivedScores> {
  const { session, paillier, masks } = context;
  const { modulus } = paillier;
  const matchings = matchingsOf(context, iteration.index);
  const served = servedAccounts(matchings);
  const ciphertexts = await encryptScores(context, iteration, holdings, served);
  const indexOf = new Map(served.map((account, i) => [account, i]));

  masks.prepare(servedAccounts(matchingsOf(context, iteration.index + 1)).length);
  const round = `iteration/${String(iteration.index)}`;
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
  return { ciphertexts: concat(received, modulus.width), position };
}

/** One fresh ciphertext per account, of its plain and encrypted part and the precision noise. */
async function encryptScores(
  { session, graph, paillier, masks, noise }: RunContext,
  iteration: Iteration,
  holdings: Holdings,
  served: readonly number[],
): Promise<Batch> {
  const { modulus } = paillier;
  const fresh: Batch[] = [];
  for (let from = 0; from < served.length; from += MASKS_AT_ONCE) {
    const accounts = served.slice(from, from + MASKS_AT_ONCE);
    const plaintexts = accounts.map(
      (account) => (holdings.plain[account] as bigint) + noise.of(graph.ids[account] as string, iteration.index),
    );
    const encrypted = await modulus.multiply(paillier.embed(plaintexts), encryptedPartsOf(holdings, accounts, modulus));
    fresh.push(await paillier.remask(encrypted, masks));
    session.progress(from + accounts.length, served.length);
    await session.checkpoint();
  }
  return concat(fresh, modulus.width);
}

/** By party; none after the last iteration. */
function matchingsOf({ run, matchings }: RunContext, iteration: number): readonly Matching[] {
  return matchings[Math.floor((iteration - 1) / run.proposal.parameters.iterations)] ?? [];
}

/** Our accounts that any peer expects scores of, each once. */
function servedAccounts(matchings: readonly Matching[]): number[] {
  return [...new Set(matchings.flatMap((matching) => matching.served))].sort((a, b) => a - b);
}
