import { expand } from '../../src/core/bytes/hash.ts';
import type { Account, AccountKey, Dataset, Transfer, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import type { PropagationParameters } from '../../src/core/propagation/reference.ts';

/** One propagation: what goes in. */
export interface PropagationCase {
  readonly name: string;
  readonly description: string;
  readonly parameters: PropagationParameters;
  readonly unlisted: UnlistedRule;
  readonly datasets: readonly Dataset[];
}

interface Recipe extends Omit<PropagationCase, 'datasets'> {
  readonly banks: readonly string[];
  /** Accounts per bank. The first takes part in no transfer. */
  readonly accounts: number;
  /** Different transfers per period, some of them repeated. */
  readonly transfers: number;
  readonly idOf?: (bank: number, index: number) => string;
  readonly amountOf?: (draw: Draw) => bigint;
  /** Senders that nobody knows: a bank that does not take part, and transfers that the sender's bank does not report. */
  readonly strangers?: boolean;
  /** The last so many accounts of each bank are missing from its list. */
  readonly notListed?: number;
}

/** A number from 0 to `limit` − 1. */
type Draw = (limit: number) => number;

const HALF = { kind: 'constant', value: 0.5 } as const;
const DECAY = { kind: 'decay', a: 0.3, b: 0.8 } as const;
const EXCLUDE = { kind: 'exclude' } as const;
const LARGEST = (2n ** 53n - 1n) * 100n;

const STRANGERS = { banks: ['A', 'B', 'C'], accounts: 6, transfers: 16, strangers: true, notListed: 1 };
const UNICODE_IDS = [
  'e\u0301',
  'é',
  'É',
  '账户-1',
  'حساب',
  '👩‍👩‍👧',
  ' 1',
  '1',
  '1 ',
  '"quoted", twice',
  'two\nlines',
  '0',
];

const RECIPES: readonly Recipe[] = [
  {
    name: 'three-banks',
    description: 'Three banks, one period, constant δ; repeated transfers, self-loops, isolated accounts.',
    parameters: { delta: HALF, iterations: 3, periods: 1, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C'],
    accounts: 6,
    transfers: 20,
  },
  {
    name: 'four-banks-three-periods',
    description: 'Four banks, three periods of their own edges, a decaying δ that restarts in each.',
    parameters: { delta: DECAY, iterations: 3, periods: 3, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C', 'D'],
    accounts: 4,
    transfers: 12,
  },
  {
    name: 'seven-banks',
    description: 'Seven banks, two periods.',
    parameters: { delta: HALF, iterations: 2, periods: 2, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C', 'D', 'E', 'F', 'G'],
    accounts: 3,
    transfers: 18,
  },
  {
    name: 'unknown-senders-exclude',
    description: 'Senders without a known score leave the total: of a bank outside, not reported, not listed.',
    parameters: { delta: HALF, iterations: 3, periods: 2, unknownSenders: 'exclude' },
    unlisted: EXCLUDE,
    ...STRANGERS,
  },
  {
    name: 'unknown-senders-zero',
    description: 'Senders without a known score count with score 0: of a bank outside, not reported, not listed.',
    parameters: { delta: HALF, iterations: 3, periods: 2, unknownSenders: 'zero' },
    unlisted: EXCLUDE,
    ...STRANGERS,
  },
  {
    name: 'unlisted-with-score',
    description: 'Accounts that are missing from the list get the score 0.25.',
    parameters: { delta: DECAY, iterations: 2, periods: 2, unknownSenders: 'zero' },
    unlisted: { kind: 'score', score: 0.25 },
    ...STRANGERS,
    notListed: 2,
  },
  {
    name: 'extreme-amounts',
    description: 'Amounts of one hundredth, 1 and 2^53 − 1 side by side.',
    parameters: { delta: HALF, iterations: 3, periods: 2, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C'],
    accounts: 5,
    transfers: 16,
    amountOf: (draw) => [1n, 100n, LARGEST, LARGEST - 1n][draw(4)] as bigint,
  },
  {
    name: 'large-totals',
    description: 'Totals around 10^15 per account.',
    parameters: { delta: DECAY, iterations: 3, periods: 1, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C'],
    accounts: 5,
    transfers: 20,
    amountOf: (draw) => 3n * 10n ** 16n + BigInt(draw(2 ** 31)) * 10_000_019n,
  },
  {
    name: 'unicode',
    description: 'Ids and names of banks that differ by normalisation, case or spaces only are different ones.',
    parameters: { delta: HALF, iterations: 3, periods: 1, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['Zoë', 'Zoe\u0308', '銀行'],
    accounts: UNICODE_IDS.length,
    transfers: 30,
    idOf: (_bank, index) => UNICODE_IDS[index] as string,
  },
  {
    name: 'no-iterations',
    description: 'Without iterations the scores are the initial ones.',
    parameters: { delta: HALF, iterations: 0, periods: 1, unknownSenders: 'exclude' },
    unlisted: { kind: 'fault' },
    banks: ['A', 'B', 'C'],
    accounts: 3,
    transfers: 6,
  },
];

export const PROPAGATION_CASES: readonly PropagationCase[] = RECIPES.map(makeCase);

function makeCase(recipe: Recipe): PropagationCase {
  const { name, description, parameters, unlisted, banks, accounts, notListed = 0 } = recipe;
  const draw = seededDraw(name);
  const idOf = recipe.idOf ?? ((bank, index) => `${String(bank)}${String(index)}`);
  const listed = banks.map((_, bank): Account[] =>
    Array.from({ length: accounts - notListed }, (__, index) => ({ id: idOf(bank, index), score: scoreOf(draw) })),
  );
  const periods = Array.from({ length: parameters.periods }, () => rowsOf(recipe, idOf, draw));
  const datasets = banks.map((bank, index) => ({
    bank,
    accounts: listed[index] as Account[],
    periods: periods.map((rows) =>
      rows
        .filter(({ row, reported }) => row.destination.bank === bank || (reported && row.source.bank === bank))
        .map(({ row }) => row),
    ),
  }));
  return { name, description, parameters, unlisted, datasets };
}

/** Mostly ten decimal places, now and then 0 or 1. */
function scoreOf(draw: Draw): number {
  const kind = draw(8);
  return kind < 2 ? kind : Number(`0.${String(draw(2 ** 31)).padStart(10, '0')}`);
}

interface Row {
  readonly row: Transfer;
  /** Whether the sender's bank knows of it. */
  readonly reported: boolean;
}

function rowsOf(recipe: Recipe, idOf: (bank: number, index: number) => string, draw: Draw): Row[] {
  const { banks, accounts, transfers, strangers = false } = recipe;
  const names = strangers ? [...banks, 'outside'] : banks;
  const amountOf = recipe.amountOf ?? ((): bigint => BigInt(1 + draw(10_000_000)));
  const anyKey = (): AccountKey => {
    const bank = draw(names.length);
    return { bank: names[bank] as string, id: idOf(bank, 1 + draw(accounts - 1)) };
  };
  const rows: Row[] = [];
  for (let made = 0; made < transfers; made++) {
    const source = anyKey();
    const destination = made % 8 === 0 ? source : anyKey();
    const reported = !strangers || draw(4) > 0;
    rows.push({ row: { source, destination, amount: amountOf(draw) }, reported });
    if (made % 5 === 0) rows.push({ row: { source, destination, amount: amountOf(draw) }, reported });
  }
  return rows;
}

/** The same numbers for the same seed, everywhere and always. */
function seededDraw(seed: string): Draw {
  let counter = 0;
  return (limit) => {
    const bytes = expand(4, 'propagation vectors', seed, counter++);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) % limit;
  };
}
