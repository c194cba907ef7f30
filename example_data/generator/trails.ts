import { pay, WEEKS } from './payments.ts';
import type { Payment } from './payments.ts';
import { rounded } from './population.ts';
import type { BankName, Kind, Member } from './population.ts';
import type { SeededRandom } from './random.ts';

export type Pattern = 'fan-out' | 'layering' | 'cycle' | 'scatter-gather';
export type Role = 'start' | 'mule' | 'layer' | 'gatherer';

/** One planted laundering scheme: who plays which part, and who pays whom about how much in every week. */
export interface Trail {
  readonly name: string;
  readonly pattern: Pattern;
  readonly members: readonly { readonly account: Member; readonly role: Role }[];
  readonly flows: readonly { readonly from: Member; readonly to: Member; readonly weekly: number }[];
}

/** Banks by the initial of their names, one letter per account. */
type Casting = string;

const INITIALS: Readonly<Record<string, BankName>> = { A: 'Alderbrook', N: 'Northmere', Q: 'Quillhaven' };

/** What remains after each hop: every carrier keeps a commission. */
const PASSED_ON = 0.93;

/** Makes the trails out of ordinary accounts and gives their starts a high initial score. */
export function plantTrails(population: readonly Member[], random: SeededRandom): Trail[] {
  const plant = new Planter(population, random);
  return [
    fanOut(plant, 'F1', 'AA', 'AANNNNQQQ'),
    fanOut(plant, 'F2', 'NQ', 'AAANNQQQ'),
    layering(plant, 'L1', 'AA', ['NQAN', 'QNQA']),
    layering(plant, 'L2', 'QN', ['AQNA', 'QANQ']),
    cycle(plant, 'C1', 'NN', 'QAN'),
    cycle(plant, 'C2', 'AQ', 'NAQ'),
    scatterGather(plant, 'S1', 'QQ', 'AANNQQ', 'N'),
    scatterGather(plant, 'S2', 'AN', 'AQQNN', 'Q'),
  ];
}

/** The trails' payments of each week. Sums of 10,000 or more are split to stay below that. */
export function makeTrailPayments(trails: readonly Trail[], random: SeededRandom): Payment[][] {
  const flows = trails.flatMap((trail) => trail.flows);
  return Array.from({ length: WEEKS }, () =>
    flows.flatMap(({ from, to, weekly }) => {
      const amount = weekly * random.between(0.88, 1.12);
      const parts = Math.ceil(amount / 9_800);
      return Array.from({ length: parts }, () => pay(from, to, (amount / parts) * random.between(0.97, 1.02)));
    }),
  );
}

class Planter {
  readonly random: SeededRandom;
  readonly #population: readonly Member[];

  constructor(population: readonly Member[], random: SeededRandom) {
    this.#population = population;
    this.random = random;
  }

  cast(casting: Casting, kind: Kind): Member[] {
    return Array.from(casting, (initial) => {
      const free = this.#population.filter(
        (member) => member.bank === INITIALS[initial] && member.kind === kind && !member.planted,
      );
      const chosen = this.random.pick(free);
      chosen.planted = true;
      return chosen;
    });
  }

  /** Shell companies that invoice each other in a ring, week by week, and are known to be risky. */
  starts(casting: Casting): { starts: Member[]; ring: Trail['flows'] } {
    const starts = this.cast(casting, 'business');
    for (const start of starts) start.score = rounded(this.random.between(0.82, 0.97));
    const ring = starts.map((from, index) => {
      const to = starts[(index + 1) % starts.length] as Member;
      return { from, to, weekly: this.random.between(38_000, 64_000) };
    });
    return { starts, ring };
  }
}

function withRole(accounts: readonly Member[], role: Role): Trail['members'] {
  return accounts.map((account) => ({ account, role }));
}

/** The starts pay many mules. */
function fanOut(plant: Planter, name: string, startCasting: Casting, muleCasting: Casting): Trail {
  const { starts, ring } = plant.starts(startCasting);
  const mules = plant.cast(muleCasting, 'person');
  const payouts = mules.map((to, index) => ({
    from: starts[index % starts.length] as Member,
    to,
    weekly: plant.random.between(6_000, 9_500),
  }));
  const members = [...withRole(starts, 'start'), ...withRole(mules, 'mule')];
  return { name, pattern: 'fan-out', members, flows: [...ring, ...payouts] };
}

/** Money passes through chains of accounts, from bank to bank. */
function layering(plant: Planter, name: string, startCasting: Casting, chainCastings: readonly Casting[]): Trail {
  const { starts, ring } = plant.starts(startCasting);
  const chains = chainCastings.map((casting) => plant.cast(casting, 'person'));
  const flows = chains.flatMap((chain, index) => {
    const route = [starts[index % starts.length] as Member, ...chain];
    const first = plant.random.between(8_000, 14_000);
    return chain.map((to, hop) => ({ from: route[hop] as Member, to, weekly: first * PASSED_ON ** hop }));
  });
  const members = [...withRole(starts, 'start'), ...withRole(chains.flat(), 'layer')];
  return { name, pattern: 'layering', members, flows: [...ring, ...flows] };
}

/** Money leaves a start, goes round and comes back to it. */
function cycle(plant: Planter, name: string, startCasting: Casting, layerCasting: Casting): Trail {
  const { starts, ring } = plant.starts(startCasting);
  const layers = plant.cast(layerCasting, 'person');
  const home = starts[0] as Member;
  const round = [home, ...layers, home];
  const first = plant.random.between(8_000, 12_000);
  const flows = round.slice(1).map((to, hop) => ({ from: round[hop] as Member, to, weekly: first * PASSED_ON ** hop }));
  const members = [...withRole(starts, 'start'), ...withRole(layers, 'layer')];
  return { name, pattern: 'cycle', members, flows: [...ring, ...flows] };
}

/** The starts pay several mules, who all pay one account. */
function scatterGather(
  plant: Planter,
  name: string,
  startCasting: Casting,
  muleCasting: Casting,
  gathererCasting: Casting,
): Trail {
  const { starts, ring } = plant.starts(startCasting);
  const mules = plant.cast(muleCasting, 'person');
  const [gatherer] = plant.cast(gathererCasting, 'person') as [Member];
  const flows = mules.flatMap((mule, index) => {
    const weekly = plant.random.between(6_000, 9_500);
    const from = starts[index % starts.length] as Member;
    return [
      { from, to: mule, weekly },
      { from: mule, to: gatherer, weekly: weekly * PASSED_ON },
    ];
  });
  const members = [
    ...withRole(starts, 'start'),
    ...withRole(mules, 'mule'),
    { account: gatherer, role: 'gatherer' as const },
  ];
  return { name, pattern: 'scatter-gather', members, flows: [...ring, ...flows] };
}
