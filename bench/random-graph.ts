import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../example_data/generator/random.ts';

/** Transfers per account, over all banks. */
const EDGES_PER_ACCOUNT = 3;
const LEAST_AMOUNT = 100;
const LARGEST_AMOUNT = 100_000;

/** Accounts are numbered over all banks; account a belongs to bank ⌊a / accountsPerBank⌋. */
export interface RandomGraph {
  readonly banks: readonly string[];
  readonly accountsPerBank: number;
  /** Initial scores, by account. */
  readonly scores: readonly number[];
  readonly edges: readonly RandomEdge[];
}

export interface RandomEdge {
  readonly source: number;
  readonly destination: number;
  readonly amount: number;
}

/**
 * The graphs of the benchmark: for n accounts at each of m banks 3mn distinct directed edges whose ends are uniformly
 * random among all accounts, without self-loops, so that of three banks about two thirds cross banks; amounts uniform in
 * 100 … 100000, initial scores uniform in [0, 1).
 */
export function randomGraph(bankCount: number, accountsPerBank: number, seed: number): RandomGraph {
  const random = new SeededRandom(seed);
  const accounts = bankCount * accountsPerBank;
  const wanted = EDGES_PER_ACCOUNT * accounts;
  if (wanted > accounts * (accounts - 1)) throw new RangeError('so few accounts do not have so many edges');
  const edges = new Map<number, RandomEdge>();
  while (edges.size < wanted) {
    const [source, destination] = [random.below(accounts), random.below(accounts)];
    const key = source * accounts + destination;
    if (source === destination || edges.has(key)) continue;
    edges.set(key, { source, destination, amount: LEAST_AMOUNT + random.below(LARGEST_AMOUNT - LEAST_AMOUNT + 1) });
  }
  return {
    banks: Array.from({ length: bankCount }, (_, i) => `Bank${String(i + 1)}`),
    accountsPerBank,
    scores: Array.from({ length: accounts }, () => random.uniform()),
    edges: [...edges.values()],
  };
}

/** The graph as the files of its banks, each with the transfers that touch it: name to content. */
export function graphFiles(graph: RandomGraph): Map<string, string> {
  const bankOf = (account: number): number => Math.floor(account / graph.accountsPerBank);
  const end = (account: number): string => `${idOf(account)},${graph.banks[bankOf(account)] as string}`;
  const transfers = graph.banks.map(() => ['id_source,bank_source,id_destination,bank_destination,amount']);
  for (const { source, destination, amount } of graph.edges) {
    const row = `${end(source)},${end(destination)},${String(amount)}`;
    for (const bank of new Set([bankOf(source), bankOf(destination)])) transfers[bank]?.push(row);
  }
  const files = new Map<string, string>();
  graph.banks.forEach((name, bank) => {
    const first = bank * graph.accountsPerBank;
    const accounts = Array.from({ length: graph.accountsPerBank }, (_, i) => {
      const account = first + i;
      return `${idOf(account)},${(graph.scores[account] as number).toFixed(9)}`;
    });
    files.set(`${name}/accounts.csv`, ['id,risk_score', ...accounts, ''].join('\n'));
    files.set(`${name}/transfers.csv`, [...(transfers[bank] as string[]), ''].join('\n'));
  });
  return files;
}

export async function writeGraph(graph: RandomGraph, folder: string): Promise<void> {
  for (const bank of graph.banks) await mkdir(join(folder, bank), { recursive: true });
  for (const [name, content] of graphFiles(graph)) await writeFile(join(folder, name), content);
}

function idOf(account: number): string {
  return `account-${String(account)}`;
}
