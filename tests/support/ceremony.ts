import type { CeremonyContext } from '../../src/core/ceremony/context.ts';
import {
  ceremonySessionId,
  DEFAULT_TUNING,
  type CeremonyParameters,
  type Tuning,
} from '../../src/core/ceremony/parameters.ts';
import { runCeremony, type CeremonyOptions, type CeremonyResult } from '../../src/core/ceremony/ceremony.ts';
import { hash } from '../../src/core/bytes/hash.ts';
import { bytesToBigint } from '../../src/core/bytes/integers.ts';
import type { Network } from '../../src/core/network/network.ts';
import { runSession } from '../../src/core/network/session.ts';
import type { KeyShare } from '../../src/core/paillier/key.ts';
import type { KeyBits } from '../../src/core/params.ts';
import type { PairwiseSeeds } from '../../src/core/sharing/pairwise-seeds.ts';
import { pairwiseSeedsOf } from './pairwise-seeds.ts';
import { seededRandom } from './seeded-random.ts';
import { Simulation, testSigners, type Fault } from './simulation.ts';
import { engineUnderTest } from './engine-under-test.ts';

/** Parameters of a ceremony among made-up banks. */
export function ceremonyParameters(parties: number, keyBits: KeyBits, name = 'test'): CeremonyParameters {
  const members = Array.from({ length: parties }, (_, i) => {
    const fingerprint = hash('test member', i);
    fingerprint[0] = i;
    return fingerprint;
  });
  return { keyBits, members, nonce: hash('test nonce', name), tuning: DEFAULT_TUNING[keyBits] };
}

export interface SimulatedCeremony {
  readonly parties: number;
  readonly keyBits?: KeyBits;
  /** Fixes all randomness. */
  readonly seed: string;
  /** What one party does differently. */
  readonly disguise?: (network: Network, simulation: Simulation) => Network;
  readonly options?: (party: number, simulation: Simulation) => Partial<CeremonyOptions>;
  /** What the lines do to messages. */
  readonly fault?: Fault;
}

/** All banks of a ceremony in one process. */
export function simulateCeremony({
  parties,
  keyBits = 512,
  seed,
  disguise = (network) => network,
  options = () => ({}),
  fault,
}: SimulatedCeremony): Promise<PromiseSettledResult<CeremonyResult>[]> {
  const simulation = new Simulation(parties, fault);
  const signers = testSigners(parties);
  const parameters = ceremonyParameters(parties, keyBits, seed);
  return simulation.all(async (link) => {
    const own: CeremonyOptions = {
      parameters,
      engine: engineUnderTest(),
      random: seededRandom(seed, link.self),
      signer: signers[link.self - 1] as CeremonyOptions['signer'],
      clock: simulation.clock,
      roundMs: 60_000,
      ...options(link.self, simulation),
    };
    return runCeremony(disguise(link.open(ceremonySessionId(own.parameters)), simulation), own);
  });
}

/** The results of a ceremony in which nobody fails. */
export async function successfulCeremony(ceremony: SimulatedCeremony): Promise<CeremonyResult[]> {
  return (await simulateCeremony(ceremony)).map(resultOf);
}

/** d_i as a signed number. */
export function signedExponent({ secretExponent }: KeyShare): bigint {
  const magnitude = bytesToBigint(secretExponent.exposeMagnitude());
  return secretExponent.negative ? -magnitude : magnitude;
}

/** Why a bank's ceremony failed; undefined when it did not. */
export function reasonOf(outcome: PromiseSettledResult<unknown> | undefined): unknown {
  return outcome?.status === 'rejected' ? outcome.reason : undefined;
}

/** Runs one step of the ceremony at all banks, with what the steps before it would have agreed on. */
export async function simulateStep<T>(
  parties: number,
  seed: string,
  tuning: Tuning,
  step: (context: CeremonyContext) => Promise<T>,
): Promise<T[]> {
  const simulation = new Simulation(parties);
  const id = hash('test step', seed);
  const pairwiseSeeds = pairwiseSeedsOf(parties, seededRandom(seed, 'pairwise'), id);
  const outcomes = await simulation.all((link) =>
    runSession(link.open(id), { id, clock: simulation.clock, roundMs: 60_000 }, (session) =>
      step({
        session,
        engine: engineUnderTest(),
        random: seededRandom(seed, link.self),
        keyBits: 512,
        tuning,
        pairwiseSeeds: pairwiseSeeds[link.self - 1] as PairwiseSeeds,
        seed: hash('test joint seed', seed),
      }),
    ),
  );
  return outcomes.map(resultOf);
}

function resultOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
