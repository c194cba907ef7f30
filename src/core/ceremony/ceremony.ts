import { hash, sameBytes } from '../bytes/hash.ts';
import type { CancelSignal, Clock, Random, Signer } from '../environment.ts';
import { ParameterError, ProtocolAbort } from '../errors.ts';
import type { Engine } from '../modulus/modulus.ts';
import { tossCoin } from '../network/coin.ts';
import { conclude } from '../network/conclude.ts';
import type { Network } from '../network/network.ts';
import { runSession, type Progress, type Session } from '../network/session.ts';
import { keyId, type KeyShare } from '../paillier/key.ts';
import { PairwiseSeeds } from '../sharing/pairwise-seeds.ts';
import { agree } from './agreement.ts';
import { checkLength, checkNoSmallFactor, checkNotPerfectPower, checkOdd, checkTheta } from './checks.ts';
import type { CeremonyContext } from './context.ts';
import { shareExponents } from './exponents.ts';
import {
  ceremonySessionId,
  checkCeremonyParameters,
  encodeCeremonyParameters,
  type CeremonyParameters,
} from './parameters.ts';
import { ceremonyStatement, type CeremonyRecord } from './record.ts';
import { rounds } from './rounds.ts';
import { findBiprime } from './search.ts';
import { verifyExponents } from './verification.ts';

export interface CeremonyOptions {
  readonly parameters: CeremonyParameters;
  readonly engine: Engine;
  readonly random: Random;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly roundMs: number;
  readonly signal?: CancelSignal;
  /** In the stage `search` the unit is a candidate, and the end is not known: see {@link chanceWithin}. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface CeremonyResult {
  readonly share: KeyShare;
  readonly record: CeremonyRecord;
  /** Candidates tried until the modulus was found, the rest of its batch included. */
  readonly candidates: number;
  /** Milliseconds by stage. */
  readonly durations: ReadonlyMap<string, number>;
}

export const CEREMONY_STAGES = ['seeds', 'search', 'exponents', 'verification', 'conclusion'] as const;

/**
 * One bank's side of the key ceremony (protocol.md 2): a Paillier modulus whose factors nobody knows, and a share of the
 * exponent that opens.
 *
 * The seeds, the shares of the factors, of φ and β, the polynomials and what was received of them live in the local
 * variables of these functions only: nothing but the result leaves. JavaScript cannot overwrite big numbers, so the host
 * runs the ceremony in a thread of its own, whose memory is given back when it ends.
 *
 * @param network open for the session {@link ceremonySessionId}
 * @throws ProtocolAbort at every bank when one of them misbehaves, leaves or cancels
 * @throws ParameterError before anything is sent
 */
export async function runCeremony(network: Network, options: CeremonyOptions): Promise<CeremonyResult> {
  const { parameters, clock, roundMs, signal, onProgress } = options;
  checkCeremonyParameters(parameters);
  if (parameters.members.length !== network.size)
    throw new ParameterError('Not all members take part in the ceremony.');
  return runSession(
    network,
    {
      id: ceremonySessionId(parameters),
      clock,
      roundMs,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    },
    (session) => ceremony(session, options),
  );
}

async function ceremony(session: Session, options: CeremonyOptions): Promise<CeremonyResult> {
  const { parameters, engine, random, signer } = options;
  const { keyBits, tuning } = parameters;

  session.stage('seeds');
  await agreeOnParameters(session, parameters);
  const seed = await tossCoin(session, random, rounds.jointSeed);
  const pairwiseSeeds = await PairwiseSeeds.agree(session, random);
  const context: CeremonyContext = { session, engine, random, keyBits, tuning, pairwiseSeeds, seed };

  session.stage('search');
  const candidate = await findBiprime(context);
  const { n } = candidate;
  checkLength(n, keyBits);
  checkOdd(n);
  checkNoSmallFactor(n);
  checkNotPerfectPower(n);

  session.stage('exponents');
  const exponents = await shareExponents(context, candidate);
  await agree(session, rounds.modulusAndTheta, hash('modulus and theta', session.id, n, exponents.theta));
  checkTheta(exponents.theta, n);

  session.stage('verification');
  const share = await verifyExponents(context, n, exponents);
  await session.echo(rounds.broadcasts);

  session.stage('conclusion');
  const transcriptDigest = session.transcript.broadcastDigest(session.id);
  const signatures = await conclude(session, signer, ceremonyStatement(share.publicKey, parameters, transcriptDigest));
  const tried = (Math.floor(candidate.index / tuning.batchSize) + 1) * tuning.batchSize;
  return {
    share,
    record: { keyId: keyId(share.publicKey), parameters, transcriptDigest, signatures },
    candidates: tried,
    durations: session.durations(),
  };
}

/** Banks with different parameters have different sessions and never meet; this catches a wrong implementation. */
async function agreeOnParameters(session: Session, parameters: CeremonyParameters): Promise<void> {
  const ours = hash('ceremony parameters', encodeCeremonyParameters(parameters));
  const all = await session.exchange(rounds.parameters, ours, (reader) => reader.raw(32, 'digest of the parameters'));
  if (!all.every((digest) => sameBytes(digest, ours)))
    throw new ProtocolAbort('parameters-differ', { round: rounds.parameters });
}
