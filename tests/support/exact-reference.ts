import type { Dataset, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import type { PropagationParameters } from '../../src/core/propagation/reference.ts';
import { deltaAt } from '../../src/core/run/parameters.ts';

/** numerator / denominator, the denominator positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * Risk propagation (protocol.md 1) in exact fractions, straight from the rows of the datasets. It shares no code with
 * the implementation: no graph, no indices, no floating point. All scores of an iteration have one denominator.
 * Returns the scores by bank and id.
 */
export function propagateExactly(
  datasets: readonly Dataset[],
  unlisted: UnlistedRule,
  parameters: PropagationParameters,
): Map<string, Map<string, Fraction>> {
  const initial = new Map<string, Fraction>();
  for (const { bank, accounts, periods } of datasets) {
    for (const { id, score } of accounts) initial.set(name(bank, id), exactly(score));
    if (unlisted.kind !== 'score') continue;
    for (const { source, destination } of periods.flat()) {
      for (const key of [source, destination]) {
        const account = name(key.bank, key.id);
        if (key.bank === bank && !initial.has(account)) initial.set(account, exactly(unlisted.score));
      }
    }
  }
  let denominator = [...initial.values()].map((score) => score.denominator).reduce(leastCommonMultiple, 1n);
  let numerators = new Map([...initial].map(([key, s]) => [key, s.numerator * (denominator / s.denominator)]));

  for (let z = 0; z < parameters.periods; z++) {
    const received = receivedIn(z, datasets, numerators, parameters.unknownSenders);
    const totals = [...received.values()].map(({ total }) => total);
    const common = totals.filter((total) => total > 0n).reduce(leastCommonMultiple, 1n);
    for (let k = 1; k <= parameters.iterations; k++) {
      const delta = exactly(deltaAt(parameters.delta, k));
      const kept = delta.denominator - delta.numerator;
      const before = numerators;
      numerators = new Map(
        [...before].map(([account, own]) => {
          const { total, from } = received.get(account) as Received;
          let weighted = 0n;
          for (const [sender, amount] of from) weighted += amount * (before.get(sender) as bigint);
          const inflow = total === 0n ? 0n : delta.numerator * (common / total) * weighted;
          return [account, kept * common * own + inflow];
        }),
      );
      denominator *= common * delta.denominator;
    }
  }

  const result = new Map(datasets.map(({ bank }) => [bank, new Map<string, Fraction>()]));
  for (const [key, numerator] of numerators) {
    const [bank, id] = JSON.parse(key) as [string, string];
    result.get(bank)?.set(id, { numerator, denominator });
  }
  return result;
}

interface Received {
  total: bigint;
  /** Senders with a score, and what they sent. */
  readonly from: [sender: string, amount: bigint][];
}

/** What each scored account receives in period `z`, according to its own bank's rows. */
function receivedIn(
  z: number,
  datasets: readonly Dataset[],
  scored: ReadonlyMap<string, bigint>,
  unknownSenders: PropagationParameters['unknownSenders'],
): Map<string, Received> {
  const served = new Set<string>();
  for (const { bank, periods } of datasets) {
    for (const { source, destination } of periods[z] ?? []) {
      const sender = name(source.bank, source.id);
      if (source.bank === bank && scored.has(sender)) served.add(JSON.stringify([sender, destination.bank]));
    }
  }
  const received = new Map([...scored.keys()].map((account): [string, Received] => [account, { total: 0n, from: [] }]));
  for (const { bank, periods } of datasets) {
    for (const { source, destination, amount } of periods[z] ?? []) {
      const account = received.get(name(destination.bank, destination.id));
      if (destination.bank !== bank || !account) continue;
      const sender = name(source.bank, source.id);
      const known = served.has(JSON.stringify([sender, bank]));
      if (known || unknownSenders === 'zero') account.total += amount;
      if (known) account.from.push([sender, amount]);
    }
  }
  return received;
}

function name(bank: string, id: string): string {
  return JSON.stringify([bank, id]);
}

/** The exact value of a float64 in [0, 1]. */
export function exactly(value: number): Fraction {
  let numerator = value;
  let denominator = 1n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(numerator), denominator };
}

/** A fraction in [0, 1] as a decimal number with `places` places, rounded down. */
export function toDecimal({ numerator, denominator }: Fraction, places: number): string {
  const scale = 10n ** BigInt(places);
  const digits = String((numerator * scale) / denominator).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
