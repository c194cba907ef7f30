import { describe, expect, it } from 'vitest';
import type { CeremonyParameters } from '../../src/core/ceremony/parameters.ts';
import type { CeremonyResult } from '../../src/core/ceremony/ceremony.ts';
import { LinkError, ParameterError, ProtocolAbort } from '../../src/core/errors.ts';
import type { Network } from '../../src/core/network/network.ts';
import type { Progress } from '../../src/core/network/session.ts';
import { runCeremonyInThread } from '../../src/main/ceremony/ceremony-thread.ts';
import type { Surroundings } from '../../src/main/compute/protocol-thread.ts';
import { fromPortError, toPortError } from '../../src/main/compute/port-errors.ts';
import { ceremonyParameters, reasonOf } from '../support/ceremony.ts';
import { Simulation, testSigners } from '../support/simulation.ts';

const PARTIES = 3;

function inThreads(
  parameters: CeremonyParameters,
  options: (party: number) => Partial<Surroundings> = () => ({}),
  disguise = (network: Network) => network,
): Promise<PromiseSettledResult<CeremonyResult>[]> {
  const signers = testSigners(PARTIES);
  return new Simulation(PARTIES).all((link) =>
    runCeremonyInThread(
      { parameters, roundMs: 60_000, engine: 'bigint' },
      {
        link: { ...link, open: (session) => disguise(link.open(session)) },
        signer: signers[link.self - 1] as Surroundings['signer'],
        ...options(link.self),
      },
    ),
  );
}

describe('a ceremony in threads of its own', () => {
  it('gives every bank its share of one key, and reports progress', async () => {
    const progress: Progress[] = [];
    const outcomes = await inThreads(ceremonyParameters(PARTIES, 512), (party) =>
      party === 1 ? { onProgress: (step) => progress.push(step) } : {},
    );
    const keys = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.share.publicKey : outcome));
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
    expect(keys[0]).toMatchObject({ bits: 512, parties: PARTIES });
    expect(progress.filter(({ stage }) => stage === 'search').at(-1)?.done).toBeGreaterThan(0);
  });

  it('stops at all banks when one cancels', async () => {
    const cancellation = new AbortController();
    const outcomes = await inThreads(ceremonyParameters(PARTIES, 3072), (party) =>
      party === 2
        ? {
            signal: cancellation.signal,
            onProgress: ({ stage }) => {
              if (stage === 'search') cancellation.abort();
            },
          }
        : {},
    );
    expect(reasonOf(outcomes[1])).toMatchObject({ code: 'cancelled' });
    expect(reasonOf(outcomes[1])).toBeInstanceOf(ProtocolAbort);
    for (const other of [outcomes[0], outcomes[2]]) {
      expect(reasonOf(other)).toMatchObject({ code: 'peer-aborted', by: 2, reason: 'cancelled' });
    }
  });

  it('ends with the reason when the link breaks', async () => {
    const broken = (network: Network): Network => ({
      ...network,
      self: network.self,
      receive: (from, round) =>
        network.self === 1 && from === 2
          ? Promise.reject(new LinkError('heartbeat-lost', 2))
          : network.receive(from, round),
    });
    const [first] = await inThreads(ceremonyParameters(PARTIES, 512), undefined, broken);
    expect(reasonOf(first)).toMatchObject({ code: 'link-lost', missing: [2] });
  });

  it('refuses two banks', async () => {
    const outcomes = await inThreads({ ...ceremonyParameters(2, 512) });
    expect(outcomes.map(reasonOf)).toEqual(
      Array.from({ length: PARTIES }, () => expect.any(ParameterError) as unknown),
    );
  });
});

describe('errors that cross a port', () => {
  it.each([
    new ProtocolAbort('out-of-range', { blame: [2], round: 'batch/0/units', field: 'a_i' }),
    new ProtocolAbort('deadline', { missing: [1, 3] }),
    new ProtocolAbort('peer-aborted', { by: 3, reason: 'cancelled' }),
    new LinkError('unreachable', 2, 'no route'),
    new ParameterError('too many'),
    new Error('anything'),
  ])('arrive as what they were: %s', (error) => {
    const arrived = fromPortError(structuredClone(toPortError(error)));
    expect(arrived.constructor).toBe(error.constructor);
    expect(arrived).toEqual(error);
    expect(Object.entries(arrived)).toEqual(Object.entries(error));
  });
});
