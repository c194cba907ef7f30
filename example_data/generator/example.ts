import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { Dataset } from '../../src/core/datasets/dataset.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { PropagationParameters } from '../../src/core/propagation/reference.ts';
import { makeOrdinaryPayments } from './ordinary-payments.ts';
import { WEEKS } from './payments.ts';
import type { Payment } from './payments.ts';
import { BANKS, makePopulation } from './population.ts';
import type { Member } from './population.ts';
import { SeededRandom } from './random.ts';
import { makeTrailPayments, plantTrails } from './trails.ts';
import type { Trail } from './trails.ts';

const SEED = 20_261_123;

/** The demo's default parameters, as far as the plaintext reference knows them. */
export const PARAMETERS: PropagationParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 3,
  periods: WEEKS,
  unknownSenders: 'exclude',
};

export interface Example {
  readonly population: readonly Member[];
  readonly trails: readonly Trail[];
  /** Week by week, in the order of the files. */
  readonly weeks: readonly (readonly Payment[])[];
  /** Final scores of the joint propagation, and of each bank's own data alone. */
  readonly joint: ReadonlyMap<Member, number>;
  readonly alone: ReadonlyMap<Member, number>;
}

/** The whole example; the same on every call. */
export function makeExample(): Example {
  const random = new SeededRandom(SEED);
  const population = makePopulation(random);
  const trails = plantTrails(population, random);
  const ordinary = makeOrdinaryPayments(population, random);
  const planted = makeTrailPayments(trails, random);
  const weeks = ordinary.map((payments, week) => random.shuffled([...payments, ...(planted[week] ?? [])]));
  const graphs = datasetsOf(population, weeks).map((dataset) => buildBankGraph(dataset, { kind: 'fault' }).graph);
  const joint = propagateInTheClear(graphs, PARAMETERS);
  const alone = new Map(graphs.flatMap((graph) => [...propagateInTheClear([graph], PARAMETERS)]));
  return { population, trails, weeks, joint: byMember(population, joint), alone: byMember(population, alone) };
}

export function paymentsOf(bank: string, payments: readonly Payment[]): Payment[] {
  return payments.filter(({ from, to }) => from.bank === bank || to.bank === bank);
}

function datasetsOf(population: readonly Member[], weeks: readonly (readonly Payment[])[]): Dataset[] {
  return BANKS.map(({ name }) => ({
    bank: name,
    accounts: population.filter((member) => member.bank === name),
    periods: weeks.map((payments) =>
      paymentsOf(name, payments).map(({ from, to, cents }) => ({
        source: from,
        destination: to,
        amount: BigInt(cents),
      })),
    ),
  }));
}

/** Scores come in the order of the accounts, bank by bank, as the population does. */
function byMember(population: readonly Member[], scores: ReadonlyMap<string, Float64Array>): Map<Member, number> {
  const all = BANKS.flatMap(({ name }) => [...(scores.get(name) ?? [])]);
  return new Map(population.map((member, index) => [member, all[index] as number]));
}
