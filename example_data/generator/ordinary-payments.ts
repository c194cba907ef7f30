import { pay, WEEKS } from './payments.ts';
import type { Payment } from './payments.ts';
import { BANKS } from './population.ts';
import type { BankName, Kind, Member } from './population.ts';
import type { SeededRandom } from './random.ts';

/** How often people deal with somebody at their own bank. */
const SAME_BANK = 0.74;

const SHOPPING_PER_PERSON = 0.5;
const GIFTS_PER_PERSON = 0.16;
const INVOICES_PER_BUSINESS = 0.55;
const PLANTED_GIFTS_PER_PERSON = 0.1;

/** The everyday payments of each week: shopping, monthly salaries, gifts between people, invoices between businesses. */
export function makeOrdinaryPayments(population: readonly Member[], random: SeededRandom): Payment[][] {
  const groups = groupByBankAndKind(population);
  const near = (member: Member, kind: Kind): readonly Member[] => {
    const others = BANKS.map((bank) => bank.name).filter((name) => name !== member.bank);
    const bank = random.chance(SAME_BANK) ? member.bank : random.pick(others);
    return groups.get(`${bank}/${kind}`) ?? [];
  };
  const people = population.filter((member) => member.kind === 'person');
  const businesses = population.filter((member) => member.kind === 'business');
  // Shell companies have neither staff nor customers.
  const jobs = people.map((person) => {
    const employers = near(person, 'business').filter((business) => !business.planted);
    return {
      person,
      employer: random.pickPopular(employers),
      salary: random.logNormal(2300, 0.35),
      week: random.below(WEEKS),
    };
  });

  return Array.from({ length: WEEKS }, (_, week) => {
    const payments: Payment[] = [];
    for (const { person, employer, salary, week: payday } of jobs) {
      if (payday === week) payments.push(pay(employer, person, salary));
    }
    for (const person of people) {
      if (random.chance(SHOPPING_PER_PERSON)) {
        const merchant = random.pickPopular(near(person, 'merchant'));
        payments.push(pay(person, merchant, random.logNormal(48, 0.9)));
        if (random.chance(0.2)) payments.push(pay(person, merchant, random.logNormal(25, 0.7)));
      }
      if (random.chance(person.planted ? PLANTED_GIFTS_PER_PERSON : GIFTS_PER_PERSON)) {
        const friend = random.pick(near(person, 'person'));
        if (friend !== person) payments.push(pay(person, friend, random.logNormal(60, 1.1)));
      }
    }
    for (const business of businesses) {
      if (business.planted || !random.chance(INVOICES_PER_BUSINESS)) continue;
      const supplier = random.pick(near(business, random.chance(0.3) ? 'merchant' : 'business'));
      if (supplier !== business && !supplier.planted)
        payments.push(pay(business, supplier, random.logNormal(1400, 1.3)));
    }
    return payments;
  });
}

function groupByBankAndKind(population: readonly Member[]): Map<`${BankName}/${Kind}`, Member[]> {
  return Map.groupBy(population, (member) => `${member.bank}/${member.kind}` as const);
}
