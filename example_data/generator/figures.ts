import { paymentsOf } from './example.ts';
import type { Example } from './example.ts';
import type { Payment } from './payments.ts';
import { BANKS } from './population.ts';
import type { Member } from './population.ts';

export const THRESHOLD = 0.6;

/** What is in the example, counted. */
export interface Figures {
  readonly banks: readonly {
    readonly name: string;
    readonly accounts: number;
    readonly planted: number;
    /** Rows of the transfer files, and different pairs of sender and receiver, summed over the weeks. */
    readonly rows: number;
    readonly distinct: number;
    readonly joint: Flagged;
    readonly alone: Flagged;
  }[];
  readonly sameBankShare: number;
  readonly medianAmount: number;
  readonly largestAmount: number;
  readonly trails: readonly { name: string; pattern: string; accounts: number; joint: number; alone: number }[];
}

export interface Flagged {
  readonly planted: number;
  readonly others: number;
}

export function countFigures({ population, trails, weeks, joint, alone }: Example): Figures {
  const payments = weeks.flat();
  const amounts = payments.map((payment) => payment.cents / 100).sort((a, b) => a - b);
  return {
    banks: BANKS.map(({ name }) => {
      const members = population.filter((member) => member.bank === name);
      const files = weeks.map((week) => paymentsOf(name, week));
      return {
        name,
        accounts: members.length,
        planted: members.filter((member) => member.planted).length,
        rows: files.flat().length,
        distinct: files.map(countPairs).reduce((a, b) => a + b, 0),
        joint: countFlagged(members, joint),
        alone: countFlagged(members, alone),
      };
    }),
    sameBankShare: payments.filter(({ from, to }) => from.bank === to.bank).length / payments.length,
    medianAmount: amounts[Math.floor(amounts.length / 2)] ?? 0,
    largestAmount: amounts.at(-1) ?? 0,
    trails: trails.map(({ name, pattern, members }) => {
      const accounts = members.map((member) => member.account);
      return {
        name,
        pattern,
        accounts: accounts.length,
        joint: countFlagged(accounts, joint).planted,
        alone: countFlagged(accounts, alone).planted,
      };
    }),
  };
}

function countPairs(payments: readonly Payment[]): number {
  return new Set(payments.map(({ from, to }) => `${from.id} ${to.id}`)).size;
}

function countFlagged(members: readonly Member[], scores: ReadonlyMap<Member, number>): Flagged {
  const flagged = members.filter((member) => (scores.get(member) ?? 0) >= THRESHOLD);
  const planted = flagged.filter((member) => member.planted).length;
  return { planted, others: flagged.length - planted };
}
