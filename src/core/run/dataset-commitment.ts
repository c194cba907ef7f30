import { Writer } from '../bytes/encoding.ts';
import { hash } from '../bytes/hash.ts';
import type { BankGraph } from '../datasets/bank-graph.ts';

const KINDS = ['own', 'foreign', 'unknown'] as const;

/** Names what a bank computes with: accounts, scores and summed transfers. 32 bytes. */
export function graphDigest(graph: BankGraph): Uint8Array {
  const writer = new Writer().text(graph.bank).u32(graph.ids.length);
  graph.ids.forEach((id, i) => writer.text(id).f64(graph.scores[i] as number));
  for (const period of graph.periods) {
    writer.u32(period.foreignSources.length);
    for (const { bank, id } of period.foreignSources) writer.text(bank).text(id);
    for (const edges of period.incoming) {
      writer.u32(edges.length);
      for (const { kind, source, amount } of edges) {
        writer
          .u8(KINDS.indexOf(kind))
          .u32(source >>> 0)
          .text(amount.toString(16));
      }
    }
    writer.u32(period.serves.size);
    for (const [bank, accounts] of [...period.serves].sort(([a], [b]) => (a < b ? -1 : 1))) {
      writer.text(bank).u32(accounts.length);
      for (const account of accounts) writer.u32(account);
    }
  }
  return hash('dataset', writer.done());
}

/** Binds a bank to its dataset without showing anything of it: the salt stays with the bank. */
export function commitToDataset(salt: Uint8Array, digest: Uint8Array): Uint8Array {
  return hash('dataset commitment', salt, digest);
}

/** The largest number of senders that an account has in any period, rounded up to a power of two. */
export function roundedMaxDegree(graph: BankGraph): number {
  let most = 1;
  for (const { incoming } of graph.periods) for (const edges of incoming) most = Math.max(most, edges.length);
  return 2 ** Math.ceil(Math.log2(most));
}
