import { hash } from '../bytes/hash.ts';
import type { BankGraph } from '../datasets/bank-graph.ts';
import type { CancelSignal, Clock, Random, Signer } from '../environment.ts';
import { ParameterError } from '../errors.ts';
import { fromFixed, toFixed } from '../fixed-point/scale.ts';
import { precisionFor, type Precision } from '../fixed-point/precision.ts';
import { select } from '../modulus/batch.ts';
import type { Engine } from '../modulus/modulus.ts';
import type { Link } from '../network/network.ts';
import { runSession, type Progress, type Session } from '../network/session.ts';
import { keyId, type KeyShare } from '../paillier/key.ts';
import { MaskStock, maskSource } from '../paillier/masks.ts';
import { Paillier } from '../paillier/paillier.ts';
import { checkParties } from '../params.ts';
import type { Curve25519 } from '../reconciliation/curve.ts';
import { reconcile, type Matching } from '../reconciliation/reconcile.ts';
import { closeRun, type Member } from './close.ts';
import { iterationsOf, type RunContext } from './context.ts';
import { Contributors } from './contributors.ts';
import { graphDigest } from './dataset-commitment.ts';
import { initialHoldings, propagate, type Holdings } from './holdings.ts';
import { exchangeScores } from './iteration.ts';
import { PrecisionNoise } from './noise.ts';
import { openToOwner } from './opening.ts';
import { checkRunParameters, totalIterations, type RunParameters } from './parameters.ts';
import { RowPlan } from './period-plan.ts';
import { agreeOnRun, approve, negotiationId, type AgreedRun, type RunProposal } from './proposal.ts';
import type { SignedRunRecord } from './record.ts';

export interface SecureRunOptions {
  readonly parameters: RunParameters;
  /** By party, in the order of certificate fingerprints; `name` is what datasets call the bank. */
  readonly members: readonly (Member & { readonly fingerprint: Uint8Array })[];
  readonly initiator: number;
  /** Agreed beforehand; makes this run another one than equal ones before. 32 bytes. */
  readonly nonce: Uint8Array;
  readonly share: KeyShare;
  /** Absent for a helper, which only opens. */
  readonly graph?: BankGraph;
  /** 32 bytes that this bank keeps over all its runs (protocol.md 6). */
  readonly noiseSecret: Uint8Array;
  readonly software: string;
  readonly engine: Engine;
  readonly curve: Curve25519;
  readonly random: Random;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly breathe?: () => Promise<void> | undefined;
  readonly roundMs: number;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface AccountScore {
  readonly id: string;
  readonly initialScore: number;
  /** Absent where too few outside accounts contributed for the score to be opened: "no joint score". */
  readonly score?: number;
  /** What the account kept of its own initial score. */
  readonly fromOwn: number;
  /** What came from the initial scores of other accounts of this bank, over this bank's transfers alone. */
  readonly fromBank: number;
  /** What came in through other banks. Absent with the score. */
  readonly fromPeers?: number;
}

export interface RunResult {
  /** By account, in the order of the dataset. */
  readonly scores: readonly AccountScore[];
  /** By period and party. */
  readonly matchings: readonly (readonly Matching[])[];
  readonly precision: Precision;
  readonly record: SignedRunRecord;
  /** Opens our commitment in the record, together with the dataset. For this bank alone: with it, guesses can be checked. */
  readonly datasetSalt: Uint8Array;
}

/**
 * One bank's side of a secure run (protocol.md 4), from the proposal to the signed record.
 * @throws ParameterError before anything is sent where the parameters, the dataset and the key do not go together; after
 *   the approvals where a peer announces a dataset with which they do not
 * @throws ProtocolAbort when the run ends early
 */
export async function secureRun(link: Link, options: SecureRunOptions): Promise<RunResult> {
  checkParties(link.size);
  const parameters = checkRunParameters(options.parameters);
  const graph = graphFor(options, parameters, link.self);
  const session = { clock: options.clock, roundMs: options.roundMs, ...optional(options) };

  const proposal: RunProposal = {
    parameters,
    keyId: keyId(options.share.publicKey),
    // Names too: the record has them, and banks that call a member differently would refuse each other's signatures.
    members: options.members.map(({ name, certificate }) => hash('run member', name, certificate)),
    nonce: options.nonce,
  };
  const fingerprints = options.members.map((member) => member.fingerprint);
  const negotiation = negotiationId(proposal.keyId, fingerprints, proposal.nonce);
  const datasetSalt = options.random.bytes(32);
  const approval = approve(options.graph ? graph : undefined, options.software, datasetSalt);
  precisionFor(parameters.precisionBits, totalIterations(parameters), approval.maxDegree, options.share.publicKey.bits);
  const run = await runSession(link.open(negotiation), { id: negotiation, ...session }, (negotiating) =>
    agreeOnRun(negotiating, options.initiator, proposal, approval),
  );
  return runSession(link.open(run.sessionId), { id: run.sessionId, ...session }, async (running) => ({
    ...(await propagateSecretly(running, run, graph, options)),
    datasetSalt,
  }));
}

async function propagateSecretly(
  session: Session,
  run: AgreedRun,
  graph: BankGraph,
  options: SecureRunOptions,
): Promise<Omit<RunResult, 'datasetSalt'>> {
  const { engine, share, random } = options;
  const { parameters } = run.proposal;
  const keyBits = share.publicKey.bits;
  const maxDegree = Math.max(...run.approvals.map((approval) => approval.maxDegree));
  const precision = precisionFor(parameters.precisionBits, totalIterations(parameters), maxDegree, keyBits);

  session.stage('find common accounts');
  const breathe = options.breathe ?? (() => undefined);
  const banks = options.members.map((member) => member.name);
  const matchings = await reconcile(session, { graph, banks, curve: options.curve, random, breathe });

  session.stage('prepare the key');
  const paillier = new Paillier(engine, share.publicKey);
  const masks = new MaskStock(
    await maskSource(engine, share.publicKey, parameters.masking, random),
    paillier.modulus.width,
  );
  const noise = new PrecisionNoise(options.noiseSecret, graphDigest(graph), parameters, precision);
  const context: RunContext = { session, run, graph, matchings, precision, paillier, masks, noise, share };

  const contributors = new Contributors(graph.ids.length, parameters.minContributors);
  let holdings = initialHoldings(
    Array.from(graph.scores, (score) => toFixed(score, precision.scoreBits)),
    paillier.modulus,
  );
  const plan = new RowPlan(context);
  for (const iteration of iterationsOf(parameters)) {
    const { index, period } = iteration;
    const name = `iteration ${String(index)} of ${String(precision.totalIterations)}`;
    session.stage(`${name}: encrypt`);
    const received = await exchangeScores(context, iteration, holdings);

    session.stage(`${name}: propagate`);
    const rows = plan.rowsFor(iteration);
    contributors.spread(graph, period, rows);
    holdings = await propagate(holdings, received, rows, paillier.modulus, async (done, total) => {
      session.progress(done, total);
      await session.checkpoint();
    });
  }

  const opened = await open(context, holdings, contributors);
  const record = await closeRun(session, run, keyBits, precision, options.members, options.signer);
  return { scores: accountScores(graph, holdings, opened, precision), matchings, precision, record };
}

/** By account: the opened encrypted part; 0 without one; absent where too few contributed to open it. */
async function open(
  context: RunContext,
  holdings: Holdings,
  contributors: Contributors,
): Promise<(bigint | undefined)[]> {
  const { minContributors } = context.run.proposal.parameters;
  const reached = [...holdings.position.keys()].filter((account) => (holdings.position[account] as number) >= 0);
  const opening = reached.filter((account) => contributors.count(account) >= minContributors);
  const ciphertexts = select(
    holdings.encrypted,
    opening.map((account) => holdings.position[account] as number),
  );
  const values = await openToOwner(context, ciphertexts);
  const result: (bigint | undefined)[] = holdings.plain.map(() => 0n);
  for (const account of reached) result[account] = undefined;
  opening.forEach((account, i) => (result[account] = values[i]));
  return result;
}

function accountScores(
  graph: BankGraph,
  holdings: Holdings,
  opened: readonly (bigint | undefined)[],
  { finalBits }: Precision,
): AccountScore[] {
  return graph.ids.map((id, account) => {
    const plain = holdings.plain[account] as bigint;
    const kept = holdings.kept[account] as bigint;
    const fromPeers = opened[account];
    return {
      id,
      initialScore: graph.scores[account] as number,
      fromOwn: fromFixed(kept, finalBits),
      fromBank: fromFixed(plain - kept, finalBits),
      ...(fromPeers === undefined
        ? {}
        : { fromPeers: fromFixed(fromPeers, finalBits), score: Math.min(1, fromFixed(plain + fromPeers, finalBits)) }),
    };
  });
}

/** The periods that the run is about; nothing at all for a helper. */
function graphFor({ graph, members, share }: SecureRunOptions, { periods }: RunParameters, self: number): BankGraph {
  const bank = members[self - 1]?.name ?? '';
  if (new Set(members.map((member) => member.name)).size !== members.length) {
    throw new ParameterError('Two banks of the run have the same name; names must differ.');
  }
  if (share.party !== self || share.publicKey.parties !== members.length) {
    throw new ParameterError('The shared key belongs to other banks than the run.');
  }
  if (!graph) {
    const nothing = { incoming: [], foreignSources: [], serves: new Map<string, readonly number[]>() };
    return { bank, ids: [], scores: new Float64Array(0), periods: Array.from({ length: periods }, () => nothing) };
  }
  if (graph.bank !== bank) throw new ParameterError(`The dataset belongs to the bank ${graph.bank}, not to ${bank}.`);
  if (graph.periods.length < periods) {
    throw new ParameterError(
      `The run covers ${String(periods)} periods, but the dataset of ${bank} has ${String(graph.periods.length)}.`,
    );
  }
  return { ...graph, periods: graph.periods.slice(0, periods) };
}

function optional({ signal, onProgress }: SecureRunOptions): {
  signal?: CancelSignal;
  onProgress?: (p: Progress) => void;
} {
  return { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
}
