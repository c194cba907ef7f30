import Table from 'cli-table3';
import { DEFAULT_MIN_CONTRIBUTORS, DEFAULT_PRECISION_BITS, type RunParameters } from '../../core/run/parameters.ts';
import { printable } from './printable.ts';
import type { BankSummary, Summary } from './summary.ts';

/** The summary as a person reads it in a terminal. */
export function renderSummary(summary: Summary, out: string): string {
  const parts = [
    ...summary.banks.map((bank) => renderBank(bank, summary.threshold)),
    renderCosts(summary),
    `Largest difference from the plaintext reference: ${summary.largestDifference.toExponential(1)}`,
    ...renderPlanted(summary),
    `Results are in ${out}: scores.csv, flagged.csv and run.json (the signed run record) per bank, and summary.json.`,
    renderStrictness(summary.parameters),
  ];
  return parts.join('\n\n');
}

/** The demo is there to show that the result is right; it must not be taken for what the product does. */
function renderStrictness({ precisionBits, minContributors }: RunParameters): string {
  const options = `--precision-bits ${String(precisionBits)} --min-contributors ${String(minContributors)}`;
  const product = `${String(DEFAULT_PRECISION_BITS)} bits, and no score with fewer than ${String(DEFAULT_MIN_CONTRIBUTORS)} outside contributors`;
  if (precisionBits <= DEFAULT_PRECISION_BITS && minContributors >= DEFAULT_MIN_CONTRIBUTORS) {
    return `This run was as strict as the product by default: ${product}.`;
  }
  const every = minContributors === 1 ? 'opens every account' : 'opens accounts';
  return `With ${options} this demo ${every} more exactly than the product, which is stricter by default: ${product}.`;
}

function renderBank(bank: BankSummary, threshold: number): string {
  const table = compactTable(['riskiest accounts', 'before', 'after']);
  for (const { id, before, after } of bank.top) table.push([printable(id), before.toFixed(4), after.toFixed(4)]);
  const hidden = bank.withoutJointScore === 0 ? '' : `, ${String(bank.withoutJointScore)} without a joint score`;
  const counts = `${String(bank.accounts)} accounts, ${String(bank.flagged)} flagged at ${String(threshold)}${hidden}`;
  const unmatched = bank.matched
    .filter((peer) => peer.servedUnmatched + peer.expectedUnmatched > 0)
    .map(
      (peer) =>
        `  With ${printable(peer.bank)}: senders of ours that are not expected there: ${String(peer.servedUnmatched)}; senders that we expect and are not served: ${String(peer.expectedUnmatched)}.`,
    );
  return [`${printable(bank.bank)}: ${counts}`, ...unmatched, table.toString()].join('\n');
}

function renderCosts({ banks, seconds, candidates }: Summary): string {
  const table = compactTable(['seconds per stage', ...banks.map(({ bank }) => printable(bank))]);
  for (const stage of Object.keys(banks[0]?.secondsByStage ?? {})) {
    table.push([stage, ...banks.map((bank) => (bank.secondsByStage[stage] ?? 0).toFixed(1))]);
  }
  table.push([
    'processor time',
    ...banks.map(({ cpuSeconds }) => (cpuSeconds.start + cpuSeconds.ceremony + cpuSeconds.run).toFixed(1)),
  ]);
  table.push([
    'megabytes sent',
    ...banks.map(({ sentBytes }) => ((sentBytes.ceremony + sentBytes.run) / 1e6).toFixed(2)),
  ]);
  const times = `key ceremony ${seconds.ceremony.toFixed(1)} s (${candidates.toLocaleString('en')} candidates), run ${seconds.run.toFixed(1)} s, in all ${seconds.total.toFixed(1)} s`;
  return `${table.toString()}\n${times}`;
}

function renderPlanted({ planted, threshold }: Summary): string[] {
  if (!planted) return [];
  const { accounts, foundAlone, foundTogether, othersAlone, othersTogether } = planted;
  return [
    `Of ${String(accounts)} planted accounts, ${String(foundAlone)} reach ${String(threshold)} by each bank’s own data alone and ${String(foundTogether)} by the joint run ` +
      `(with ${String(othersAlone)} and ${String(othersTogether)} accounts flagged that were not planted).`,
  ];
}

/** The first column is text, the others are numbers. */
function compactTable(head: string[]): Table.Table {
  return new Table({
    head,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
}
