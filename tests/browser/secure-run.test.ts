import { describe, expect, it } from 'vitest';
import { hash } from '../../src/core/bytes/hash.ts';
import { runCeremony } from '../../src/core/ceremony/ceremony.ts';
import { ceremonySessionId, DEFAULT_TUNING, type CeremonyParameters } from '../../src/core/ceremony/parameters.ts';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { Dataset, Transfer } from '../../src/core/datasets/dataset.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { RunParameters } from '../../src/core/run/parameters.ts';
import { secureRun } from '../../src/core/run/secure-run.ts';
import { pageLinks, webClock, webCurve, webRandom, webSigners } from '../support/web-runtime.ts';

const BANKS = ['Noordzee', 'Lumen', 'Zürich'];
const ROUND_MS = 60_000;

const parameters: RunParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 2,
  periods: 1,
  unknownSenders: 'exclude',
  precisionBits: 32,
  minContributors: 1,
  masking: 'short',
};

function transfer(from: number, source: string, to: number, destination: string, amount: bigint): Transfer {
  const key = (bank: number, id: string) => ({ bank: BANKS[bank] as string, id });
  return { source: key(from, source), destination: key(to, destination), amount };
}

/** A suspicious account at the first bank pays into the second, from there into the third and back. */
const transfers = [
  transfer(0, 'a', 1, 'b', 70_000n),
  transfer(1, 'x', 1, 'b', 30_000n),
  transfer(1, 'b', 2, 'c', 50_000n),
  transfer(2, 'c', 0, 'd', 1n),
  transfer(0, 'a', 0, 'd', 2n),
];

function dataset(bank: number, scores: Readonly<Record<string, number>>): Dataset {
  const name = BANKS[bank] as string;
  return {
    bank: name,
    accounts: Object.entries(scores).map(([id, score]) => ({ id, score })),
    periods: [transfers.filter(({ source, destination }) => source.bank === name || destination.bank === name)],
  };
}

const graphs = [dataset(0, { a: 1, d: 0 }), dataset(1, { b: 0.1, x: 0.2 }), dataset(2, { c: 0 })].map(
  (data) => buildBankGraph(data, { kind: 'fault' }).graph,
);

describe('three banks in one page, without node', () => {
  it('make a shared key and compute the scores of the plaintext reference', async () => {
    const engine = bigintEngine();
    const signers = await webSigners(BANKS.length);
    const fingerprints = BANKS.map((_, i) => new Uint8Array(32).fill(i + 1));
    const environment = (party: number) => ({
      engine,
      random: webRandom,
      clock: webClock,
      signer: signers[party - 1] as (typeof signers)[number],
      roundMs: ROUND_MS,
    });

    const ceremony: CeremonyParameters = {
      keyBits: 512,
      members: fingerprints,
      nonce: hash('test nonce', 'browser'),
      tuning: DEFAULT_TUNING[512],
    };
    const keys = await Promise.all(
      pageLinks(BANKS.length).map((link) =>
        runCeremony(link.open(ceremonySessionId(ceremony)), { parameters: ceremony, ...environment(link.self) }),
      ),
    );

    const results = await Promise.all(
      pageLinks(BANKS.length).map((link, i) =>
        secureRun(link, {
          parameters,
          members: BANKS.map((name, bank) => ({
            name,
            certificate: Uint8Array.of(bank),
            fingerprint: fingerprints[bank] as Uint8Array,
          })),
          initiator: 1,
          nonce: hash('test nonce', 'run'),
          share: (keys[i] as (typeof keys)[number]).share,
          graph: graphs[i] as (typeof graphs)[number],
          noiseSecret: webRandom.bytes(32),
          software: 'test',
          curve: webCurve,
          ...environment(link.self),
        }),
      ),
    );

    const expected = propagateInTheClear(graphs, parameters);
    for (const [i, { scores }] of results.entries()) {
      const reference = [...(expected.get(BANKS[i] as string) as Float64Array)];
      expect(scores).toHaveLength(reference.length);
      scores.forEach(({ score }, account) => {
        expect(score).toBeCloseTo(reference[account] as number, 8);
      });
    }
    expect(results[1]?.scores[0]?.score).toBeGreaterThan(0.3);
  });
});
