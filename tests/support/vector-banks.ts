import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { RunResult } from '../../src/core/run/secure-run.ts';
import { readDatasets, type PropagationVector } from '../vectors/propagation-vector.ts';

const FOLDER = new URL('../vectors/propagation/', import.meta.url);

/** The graphs of a propagation vector, its parameters, and the exact scores by bank and id. */
export interface VectorBanks {
  readonly graphs: readonly BankGraph[];
  readonly parameters: PropagationVector['parameters'];
  readonly expected: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export const vectorNames: readonly string[] = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

export function vectorBanks(name: string): VectorBanks {
  const vector = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as PropagationVector;
  const scores = Object.entries(vector.expected).map(
    ([bank, rows]) => [bank, new Map(rows.map(([id, score]) => [id, Number(score)]))] as const,
  );
  return {
    graphs: readDatasets(vector).map((dataset) => buildBankGraph(dataset, vector.unlisted).graph),
    parameters: vector.parameters,
    expected: new Map(scores),
  };
}

/** Every account of the bank was opened, and to its exact score within `tolerance`. */
export function expectExact(result: RunResult, bank: string, { expected }: VectorBanks, tolerance: number): void {
  const exact = expected.get(bank) ?? new Map<string, number>();
  expect(result.scores.map(({ id }) => id).sort()).toEqual([...exact.keys()].sort());
  for (const { id, score } of result.scores) {
    expect(Math.abs((score ?? NaN) - (exact.get(id) ?? NaN)), `${bank}/${id}`).toBeLessThan(tolerance);
  }
}
