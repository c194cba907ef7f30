import { THRESHOLD } from './figures.ts';
import type { Figures } from './figures.ts';

/** README.md of the example data. */
export function writeReadme(figures: Figures): string {
  const total = (value: (bank: Figures['banks'][number]) => number): number =>
    figures.banks.map(value).reduce((a, b) => a + b, 0);
  const banks = table(
    ['bank', 'accounts', 'of them planted', 'rows in four weeks', 'different transfers'],
    [
      ...figures.banks.map((bank) => [bank.name, bank.accounts, bank.planted, bank.rows, bank.distinct]),
      ['all', total((b) => b.accounts), total((b) => b.planted), '', ''],
    ],
  );
  const flagged = table(
    ['bank', 'planted', 'flagged by its own data', 'flagged jointly', 'other accounts flagged jointly'],
    [
      ...figures.banks.map(({ name, planted, alone, joint }) => [
        name,
        planted,
        alone.planted,
        joint.planted,
        joint.others,
      ]),
      [
        'all',
        total((b) => b.planted),
        total((b) => b.alone.planted),
        total((b) => b.joint.planted),
        total((b) => b.joint.others),
      ],
    ],
  );
  const trails = table(
    ['trail', 'pattern', 'accounts', 'flagged by own data', 'flagged jointly'],
    figures.trails.map(({ name, pattern, accounts, alone, joint }) => [name, pattern, accounts, alone, joint]),
  );

  return `# Example data

Three invented banks, four weeks of transfers, and eight laundering trails planted among them. Nothing here is real:
\`npm run example-data\` writes all of it, this page included, from a fixed seed.
\`npm run demo\` lets the three banks compute on it without showing each other anything.

## Files

One folder per bank. Each bank's files hold what that bank sees: its own accounts, and every transfer that one of them
makes or receives. A transfer between two banks is in the files of both.

- \`<bank>/accounts.csv\`
  - \`id\`: the account; \`<bank's prefix>-<six digits>-<two check digits>\`
  - \`risk_score\`: its initial score, from 0 (no suspicion) to 1
- \`<bank>/transfers-1.csv\` to \`transfers-4.csv\`: one file per week
  - \`id_source\`, \`bank_source\`: the sender's account and bank
  - \`id_destination\`, \`bank_destination\`: the receiver's
  - \`amount\`: in euros, with two decimal places; several rows of one sender and receiver are summed
- \`truth.csv\`: the planted accounts. Nobody but the reader of the results gets to see it.
  - \`bank\`, \`id\`: the account
  - \`trail\`, \`pattern\`: the scheme it belongs to and what kind of scheme that is
  - \`role\`: \`start\`, \`mule\`, \`layer\` or \`gatherer\`
- \`expected.csv\`: what the joint computation has to find
  - \`bank\`, \`id\`, \`initial_score\`
  - \`expected_score\`: the final score of the plaintext reference in float64 over all three banks and four weeks, with
    δ = 0.5, three iterations per week and unknown senders excluded; twelve significant digits

${banks}

- transfers inside one bank: ${percent(figures.sameBankShare)}
- median amount: ${euros(figures.medianAmount)}
- largest amount: ${euros(figures.largestAmount)}

## What is planted

The ordinary life around the trails: people shop, get a monthly salary and give each other money; businesses pay
invoices. Initial scores are low for nearly everybody, with a heavy tail that ends at 0.4.

Each trail begins with two shell companies that have no other customers and invoice each other every week. They alone
start with a high score (0.82 to 0.97); everybody else in a trail looks ordinary.

- **fan-out**: the starts pay many mules.
- **layering**: money passes through chains of four accounts, each at another bank than the one before.
- **cycle**: money goes round through accounts of several banks and comes back to its start.
- **scatter-gather**: the starts pay several mules, who all pay one gatherer.

Amounts of 10,000 euros and more are split to stay below that. Carriers keep a commission of 7 % per hop.

## What is to be found

With a threshold of ${String(THRESHOLD)}. "By its own data" means that a bank computes alone, without the scores of accounts elsewhere.

${flagged}

${trails}

Some planted accounts are missed: those that had a salary in between, or stand far down a long chain. The other accounts
that are flagged received money from a planted one in the last week. A score is a lead, not a verdict.
`;
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const isText = (column: number): boolean => typeof rows[0]?.[column] === 'string';
  const line = (row: readonly string[]): string => {
    const padded = row.map((cell, c) => (isText(c) ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)));
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, c) => (isText(c) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(' | ')} |`, ...cells.slice(1).map(line)].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function euros(amount: number): string {
  return `${amount.toFixed(2)} euros`;
}
