import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { BankGraph } from '../../core/datasets/bank-graph.ts';
import { propagateInTheClear } from '../../core/propagation/reference.ts';
import type { RunParameters } from '../../core/run/parameters.ts';
import type { AccountScore } from '../../core/run/secure-run.ts';

/** How well planted laundering trails are found: by each bank alone, and together. */
export interface Planted {
  readonly accounts: number;
  readonly foundAlone: number;
  readonly foundTogether: number;
  /** Flagged accounts that were not planted. */
  readonly othersAlone: number;
  readonly othersTogether: number;
}

/** Looks for `truth.csv` (columns `bank`, `id`) in the data; undefined where there is none. */
export function assessPlanted(
  data: string,
  graphs: readonly BankGraph[],
  scores: readonly (readonly AccountScore[])[],
  parameters: RunParameters,
  threshold: number,
): Planted | undefined {
  const file = join(data, 'truth.csv');
  if (!existsSync(file)) return undefined;
  const rows = parse<{ bank: string; id: string }>(readFileSync(file), { columns: true, bom: true });
  const planted = new Set(rows.map(({ bank, id }) => JSON.stringify([bank, id])));
  const result = { accounts: planted.size, foundAlone: 0, foundTogether: 0, othersAlone: 0, othersTogether: 0 };
  graphs.forEach((graph, b) => {
    const alone = propagateInTheClear([graph], parameters).get(graph.bank);
    graph.ids.forEach((id, account) => {
      const isPlanted = planted.has(JSON.stringify([graph.bank, id]));
      if ((alone?.[account] ?? 0) >= threshold) result[isPlanted ? 'foundAlone' : 'othersAlone']++;
      if ((scores[b]?.[account]?.score ?? 0) >= threshold) result[isPlanted ? 'foundTogether' : 'othersTogether']++;
    });
  });
  return result;
}
