import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomGraph, writeGraph } from '../../bench/random-graph.ts';
import { readDataFolder } from '../../src/main/datasets/read-data-folder.ts';

const BANKS = 3;
const ACCOUNTS = 200;

describe('a random graph of the benchmark', () => {
  const graph = randomGraph(BANKS, ACCOUNTS, 1);
  const bankOf = (account: number): number => Math.floor(account / ACCOUNTS);

  it('has nine distinct directed edges per account of a bank among all accounts, none to itself', () => {
    expect(graph.edges).toHaveLength(9 * ACCOUNTS);
    expect(new Set(graph.edges.map(({ source, destination }) => `${String(source)} ${String(destination)}`)).size).toBe(
      9 * ACCOUNTS,
    );
    expect(graph.edges.filter(({ source, destination }) => source === destination)).toEqual([]);
    for (const { source, destination } of graph.edges) {
      for (const account of [source, destination]) {
        expect(account).toBeGreaterThanOrEqual(0);
        expect(account).toBeLessThan(BANKS * ACCOUNTS);
      }
    }
  });

  it('crosses banks with about two thirds of its edges', () => {
    const crossing = graph.edges.filter(({ source, destination }) => bankOf(source) !== bankOf(destination));
    // five standard deviations of a binomial distribution
    const deviation = Math.sqrt((9 * ACCOUNTS * 2) / 9);
    expect(Math.abs(crossing.length - 6 * ACCOUNTS)).toBeLessThan(5 * deviation);
  });

  it('has whole amounts from 100 to 100000 and scores from 0 to 1, spread over the whole range', () => {
    const amounts = graph.edges.map(({ amount }) => amount);
    expect(amounts.every(Number.isInteger)).toBe(true);
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...amounts)).toBeLessThanOrEqual(100_000);
    expect(graph.scores).toHaveLength(BANKS * ACCOUNTS);
    expect(Math.min(...graph.scores)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...graph.scores)).toBeLessThan(1);
    for (const [values, top] of [[amounts, 100_000] as const, [graph.scores, 1] as const]) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean / top - 0.5)).toBeLessThan(0.06); // five standard deviations of 600 values
    }
  });

  it('is the same for the same seed and another for another', () => {
    expect(randomGraph(BANKS, ACCOUNTS, 1)).toEqual(graph);
    expect(randomGraph(BANKS, ACCOUNTS, 2).edges).not.toEqual(graph.edges);
  });

  it('is refused where so few accounts cannot have so many distinct edges', () => {
    expect(() => randomGraph(3, 1, 1)).toThrow(RangeError);
  });
});

describe('the files of a random graph', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-graph-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read as the same graph, each edge by the banks that it touches', async () => {
    const graph = randomGraph(5, 20, 3);
    await writeGraph(graph, folder);
    const { banks } = await readDataFolder(folder, { unlisted: { kind: 'fault' } });
    expect(banks.map(({ name }) => name)).toEqual(graph.banks);
    for (const [bank, { dataset, warnings }] of banks.entries()) {
      const touches = (account: number): boolean => Math.floor(account / 20) === bank;
      const own = graph.edges.filter(({ source, destination }) => touches(source) || touches(destination));
      const name = (account: number) => ({
        bank: graph.banks[Math.floor(account / 20)],
        id: `account-${String(account)}`,
      });
      expect(dataset.periods).toEqual([
        own.map(({ source, destination, amount }) => ({
          source: name(source),
          destination: name(destination),
          amount: BigInt(amount) * 100n,
        })),
      ]);
      expect(dataset.accounts.map(({ score }) => score)).toEqual(
        graph.scores.slice(20 * bank, 20 * bank + 20).map((score) => Number(score.toFixed(9))),
      );
      expect(warnings).toEqual([]);
    }
  });
});
