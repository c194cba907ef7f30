import { batchOf, bytesAt, concat, type Batch } from '../modulus/batch.ts';
import { exchangeInPieces } from '../network/pieces.ts';
import { readResidues, requireUnits } from '../paillier/ciphertexts.ts';
import type { Matching } from '../reconciliation/reconcile.ts';
import type { Iteration, RunContext } from './context.ts';
import { encryptedPartsOf, type Holdings, type ReceivedScores } from './holdings.ts';

const MASKS_AT_ONCE = 128;

/**
 * Sends every peer the current scores of the accounts that it expects, and receives those that we expect (protocol.md 4.2).
 * An account served to several peers is masked once; all get the same ciphertext. When ours are on their way, masks for the
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
  const fresh = new FreshCiphertexts(context, iteration, holdings, servedAccounts(matchings).length);
  const received = await exchangeInPieces(session, {
    round: `iteration/${String(iteration.index)}`,
    width: modulus.width,
    lengthTo: (party) => matchings[party - 1]?.served.length ?? 0,
    lengthFrom: (party) => matchings[party - 1]?.expected.length ?? 0,
    async produce(from, to) {
      const accountsOf = (party: number) => matchings[party - 1]?.served.slice(from, to) ?? [];
      await fresh.add(servedAccounts(session.peers.map((peer) => ({ served: accountsOf(peer) }))));
      if (fresh.isComplete) masks.prepare(servedAccounts(matchingsOf(context, iteration.index + 1)).length);
      return (party) => fresh.of(accountsOf(party));
    },
    read: (reader, count) => readResidues(reader, count, modulus, 'scores'),
    check: (batch, from, round) => requireUnits(modulus, batch, { from, round, field: 'scores' }),
  });

  const position = new Map<number, number>();
  for (const { expected } of matchings) for (const source of expected) position.set(source, position.size);
  return { ciphertexts: concat(received, modulus.width), position };
}

/** One fresh ciphertext per served account, of its plain and encrypted part and the precision noise. */
class FreshCiphertexts {
  readonly #context: RunContext;
  readonly #iteration: Iteration;
  readonly #holdings: Holdings;
  readonly #total: number;
  readonly #ciphertexts = new Map<number, Uint8Array>();

  constructor(context: RunContext, iteration: Iteration, holdings: Holdings, total: number) {
    this.#context = context;
    this.#iteration = iteration;
    this.#holdings = holdings;
    this.#total = total;
  }

  get isComplete(): boolean {
    return this.#ciphertexts.size === this.#total;
  }

  /** Encrypts those of `accounts` that have not been encrypted yet. */
  async add(accounts: readonly number[]): Promise<void> {
    const { session } = this.#context;
    const missing = accounts.filter((account) => !this.#ciphertexts.has(account));
    for (let from = 0; from < missing.length; from += MASKS_AT_ONCE) {
      await this.#encrypt(missing.slice(from, from + MASKS_AT_ONCE));
      session.progress(this.#ciphertexts.size, this.#total);
      await session.checkpoint();
    }
  }

  of(accounts: readonly number[]): Batch {
    const { width } = this.#context.paillier.modulus;
    const batches = accounts.map((account) => batchOf(this.#ciphertexts.get(account) as Uint8Array, width));
    return concat(batches, width);
  }

  async #encrypt(accounts: readonly number[]): Promise<void> {
    const { graph, paillier, masks, noise } = this.#context;
    const { modulus } = paillier;
    const plaintexts = accounts.map(
      (account) =>
        (this.#holdings.plain[account] as bigint) + noise.of(graph.ids[account] as string, this.#iteration.index),
    );
    const parts = encryptedPartsOf(this.#holdings, accounts, modulus);
    const fresh = await paillier.remask(await modulus.multiply(paillier.embed(plaintexts), parts), masks);
    accounts.forEach((account, i) => this.#ciphertexts.set(account, bytesAt(fresh, i)));
  }
}

/** By party; none after the last iteration. */
function matchingsOf({ run, matchings }: RunContext, iteration: number): readonly Matching[] {
  return matchings[Math.floor((iteration - 1) / run.proposal.parameters.iterations)] ?? [];
}

/** Our accounts that any peer expects scores of, each once. */
function servedAccounts(matchings: readonly Pick<Matching, 'served'>[]): number[] {
  return [...new Set(matchings.flatMap((matching) => matching.served))].sort((a, b) => a - b);
}
