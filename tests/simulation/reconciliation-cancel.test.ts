import { expect, it } from 'vitest';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import { runSession } from '../../src/core/network/session.ts';
import { reconcile } from '../../src/core/reconciliation/reconcile.ts';
import { hostCurve } from '../../src/main/compute/curve25519.ts';
import { Simulation, systemRandom } from '../support/simulation.ts';

const BANKS = ['A', 'B', 'C'];
const IDS = Array.from({ length: 3000 }, (_, i) => String(i));

/** A serves many accounts to B, which expects none. */
function graphOf(bank: string): BankGraph {
  const ids = bank === 'A' ? IDS : [];
  const serves = new Map(bank === 'A' ? [['B', ids.map((_, i) => i)]] : []);
  return { bank, ids, scores: new Float64Array(ids.length), periods: [{ incoming: [], foreignSources: [], serves }] };
}

it.each([
  ['hashing its own long list', 1],
  ['checking the long list of a peer', 2],
])('a bank that is %s heeds a cancellation soon', async (_, cancelling) => {
  const simulation = new Simulation(3);
  const cancel = new AbortController();
  let afterCancel = 0;
  const id = new Uint8Array(32).fill(7);
  const results = await simulation.all((link) => {
    const ours = link.self === cancelling;
    let steps = 0;
    const breathe = (): undefined => {
      if (!ours) return;
      if (cancel.signal.aborted) afterCancel++;
      else if (++steps === 100) cancel.abort();
    };
    return runSession(
      link.open(id),
      { id, clock: simulation.clock, roundMs: 60_000, ...(ours ? { signal: cancel.signal } : {}) },
      (session) => {
        const graph = graphOf(BANKS[link.self - 1] as string);
        const curve = hostCurve(() => undefined);
        return reconcile(session, { graph, banks: BANKS, curve, random: systemRandom, breathe });
      },
    );
  });
  expect(results[cancelling - 1]).toMatchObject({ reason: { code: 'cancelled' } });
  expect(afterCancel).toBeLessThan(IDS.length / 2);
});
