import { makeExample, paymentsOf } from './example.ts';
import type { Example } from './example.ts';
import { countFigures } from './figures.ts';
import type { Figures } from './figures.ts';
import type { Payment } from './payments.ts';
import { BANKS } from './population.ts';
import { writeReadme } from './readme.ts';

/** Every file of the example data by its name within the folder, and what is in them, counted. */
export function makeFiles(): { files: Map<string, string>; figures: Figures } {
  const example = makeExample();
  const figures = countFigures(example);
  const files = new Map<string, string>();
  for (const { name } of BANKS) {
    files.set(`${name}/accounts.csv`, writeAccounts(example, name));
    for (const [week, payments] of example.weeks.entries()) {
      files.set(`${name}/transfers-${String(week + 1)}.csv`, writeTransfers(paymentsOf(name, payments)));
    }
  }
  files.set('truth.csv', writeTruth(example));
  files.set('expected.csv', writeExpected(example));
  files.set('README.md', writeReadme(figures));
  return { files, figures };
}

function writeAccounts({ population }: Example, bank: string): string {
  const accounts = population.filter((member) => member.bank === bank);
  return table(
    ['id', 'risk_score'],
    accounts.map(({ id, score }) => [id, score.toFixed(4)]),
  );
}

function writeTransfers(payments: readonly Payment[]): string {
  return table(
    ['id_source', 'bank_source', 'id_destination', 'bank_destination', 'amount'],
    payments.map(({ from, to, cents }) => [from.id, from.bank, to.id, to.bank, (cents / 100).toFixed(2)]),
  );
}

function writeTruth({ trails }: Example): string {
  const rows = trails.flatMap(({ name, pattern, members }) =>
    members.map(({ account, role }) => [account.bank, account.id, name, pattern, role]),
  );
  return table(['bank', 'id', 'trail', 'pattern', 'role'], rows);
}

function writeExpected({ population, joint }: Example): string {
  return table(
    ['bank', 'id', 'initial_score', 'expected_score'],
    population.map((member) => [
      member.bank,
      member.id,
      member.score.toFixed(4),
      (joint.get(member) as number).toPrecision(12),
    ]),
  );
}

/** Names and numbers here need no quotes. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
