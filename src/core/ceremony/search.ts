import { FactorBase } from '../numbers/factor-base.ts';
import { primesBelow } from '../numbers/primes.ts';
import { passesAllRounds, passesFirst } from './biprimality.ts';
import type { CeremonyContext } from './context.ts';
import { openProducts, type Candidate } from './product.ts';
import { FactorSampler } from './sampling.ts';
import { sieveFor } from './sieve.ts';

/**
 * Tries batches of candidates until one is a product of two primes (protocol.md 2.2 to 2.5). While a batch is tested, the
 * next one is sampled, so that the lines and the processors are both busy.
 */
export async function findBiprime(context: CeremonyContext): Promise<Candidate> {
  const { session, tuning } = context;
  const sampler = new FactorSampler(context);
  const trialDivision = new FactorBase(trialPrimes(context));
  const prepare = async (batch: number): Promise<Candidate[]> => {
    const candidates = await openProducts(context, batch, await sampler.sample(batch));
    return candidates.filter(({ n }) => trialDivision.factorOf(n) === undefined);
  };

  let upcoming = prepare(0);
  for (let batch = 0; ; batch++) {
    const candidates = await upcoming;
    upcoming = prepare(batch + 1);
    upcoming.catch(() => undefined); // waited for below, or after an abort by nobody
    const found = await firstBiprime(context, batch, candidates);
    session.progress((batch + 1) * tuning.batchSize);
    if (found) {
      await upcoming; // all banks end the search with the same rounds behind them
      return found;
    }
    await session.checkpoint();
  }
}

/** Of several survivors, the one with the lowest index. */
async function firstBiprime(
  context: CeremonyContext,
  batch: number,
  candidates: readonly Candidate[],
): Promise<Candidate | undefined> {
  for (const survivor of await passesFirst(context, batch, candidates)) {
    if (await passesAllRounds(context, survivor)) return survivor;
  }
  return undefined;
}

/** The primes that N can still have: those of the sieve and below are ruled out. */
function trialPrimes({ keyBits, session, tuning }: CeremonyContext): number[] {
  const largest = sieveFor(keyBits, session.size).primes.at(-1) ?? 2;
  return primesBelow(tuning.trialBound).filter((prime) => prime > largest);
}
