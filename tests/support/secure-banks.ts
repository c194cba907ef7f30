import { hash } from '../../src/core/bytes/hash.ts';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import type { Engine } from '../../src/core/modulus/modulus.ts';
import type { Link } from '../../src/core/network/network.ts';
import type { KeyShare } from '../../src/core/paillier/key.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { RunParameters } from '../../src/core/run/parameters.ts';
import { secureRun, type RunResult, type SecureRunOptions } from '../../src/core/run/secure-run.ts';
import { hostCurve } from '../../src/main/compute/curve25519.ts';
import { Simulation, systemRandom, testSigners, type Fault } from './simulation.ts';
import { engineUnderTest } from './engine-under-test.ts';

export const defaultParameters: RunParameters = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 2,
  periods: 1,
  unknownSenders: 'exclude',
  precisionBits: 32,
  minContributors: 1,
  masking: 'short',
};

export interface SecureBanks {
  /** By party; undefined for a helper. */
  readonly graphs: readonly (BankGraph | undefined)[];
  readonly keys: readonly KeyShare[];
  readonly parameters?: Partial<RunParameters>;
  readonly engine?: Engine;
  readonly fault?: Fault;
  readonly simulation?: Simulation;
  /** Changes what one party brings. */
  readonly alter?: (options: SecureRunOptions, party: number) => SecureRunOptions;
  readonly wrap?: (link: Link) => Link;
}

/** Runs all banks over a simulated network. */
export function runBanks(banks: SecureBanks): Promise<PromiseSettledResult<RunResult>[]> {
  const { graphs, keys, alter = (options: SecureRunOptions) => options, wrap = (link: Link) => link } = banks;
  const simulation = banks.simulation ?? new Simulation(graphs.length, banks.fault);
  const signers = testSigners(graphs.length);
  const members = graphs.map((graph, i) => ({
    name: graph?.bank ?? `helper ${String(i + 1)}`,
    certificate: Uint8Array.of(i + 1),
    fingerprint: hash('test member', i + 1),
  }));
  const nonce = systemRandom.bytes(32);
  return simulation.all((link) => {
    const graph = graphs[link.self - 1];
    const options: SecureRunOptions = {
      parameters: { ...defaultParameters, ...banks.parameters },
      members,
      initiator: 1,
      nonce,
      share: keys[link.self - 1] as KeyShare,
      ...(graph ? { graph } : {}),
      noiseSecret: systemRandom.bytes(32),
      software: 'test',
      engine: banks.engine ?? engineUnderTest(),
      curve: hostCurve(() => undefined),
      random: systemRandom,
      signer: signers[link.self - 1] as (typeof signers)[number],
      clock: simulation.clock,
      roundMs: 60_000,
    };
    return secureRun(wrap(link), alter(options, link.self));
  });
}

/** The results of banks that must all have finished. */
export function finished(results: readonly PromiseSettledResult<RunResult>[]): RunResult[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** The largest difference of any opened score from the plaintext reference; every score must have been opened. */
export function largestDifference(
  results: readonly RunResult[],
  graphs: readonly BankGraph[],
  parameters: RunParameters,
): number {
  const expected = propagateInTheClear(graphs, parameters);
  let largest = 0;
  graphs.forEach((graph, bank) => {
    results[bank]?.scores.forEach(({ id, score }, account) => {
      if (score === undefined) throw new Error(`${graph.bank}/${id} was not opened`);
      largest = Math.max(largest, Math.abs(score - ((expected.get(graph.bank) as Float64Array)[account] as number)));
    });
  });
  return largest;
}
