import type { BankGraph } from '../datasets/bank-graph.ts';
import type { AccountRow } from './period-plan.ts';

/**
 * Which outside accounts have reached each account of ours, directly or through other accounts of ours (protocol.md 6).
 * Only as many are remembered as the contributor minimum asks for: more make no difference.
 */
export class Contributors {
  readonly #enough: number;
  #of: readonly ReadonlySet<string>[];

  constructor(accounts: number, enough: number) {
    this.#enough = enough;
    this.#of = Array.from({ length: accounts }, () => new Set<string>());
  }

  /** Distinct outside contributors of an account, counted up to the minimum. */
  count(account: number): number {
    return this.#of[account]?.size ?? 0;
  }

  /** One iteration over the rows of a period. */
  spread(graph: BankGraph, period: number, rows: readonly AccountRow[]): void {
    const sources = graph.periods[period]?.foreignSources ?? [];
    const before = this.#of;
    this.#of = rows.map(({ ownWeight, inside, outside }, account) => {
      // With δ so near to 1 that the own weight rounds to 0, nothing is left of those who came before.
      const reached = new Set(ownWeight > 0n ? before[account] : []);
      for (const { source } of outside) {
        if (reached.size >= this.#enough) return reached;
        const { bank, id } = sources[source] as (typeof sources)[number];
        reached.add(JSON.stringify([bank, id]));
      }
      for (const { source } of inside) {
        for (const contributor of before[source] as ReadonlySet<string>) {
          if (reached.size >= this.#enough) return reached;
          reached.add(contributor);
        }
      }
      return reached;
    });
  }
}
