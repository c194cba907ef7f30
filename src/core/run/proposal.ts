import { Reader, Writer } from '../bytes/encoding.ts';
import { hash, sameBytes } from '../bytes/hash.ts';
import { MessageFault, ProtocolAbort } from '../errors.ts';
import type { Session } from '../network/session.ts';
import { PROTOCOL_VERSION } from '../params.ts';
import type { BankGraph } from '../datasets/bank-graph.ts';
import { commitToDataset, graphDigest, roundedMaxDegree } from './dataset-commitment.ts';
import { readParameters, writeParameters, type RunParameters } from './parameters.ts';

/** What the initiator puts to the others (protocol.md 4.0). */
export interface RunProposal {
  readonly parameters: RunParameters;
  /** Names the shared key; 32 bytes. */
  readonly keyId: Uint8Array;
  /** By party: digest of name and certificate; 32 bytes each. */
  readonly members: readonly Uint8Array[];
  /** Makes equal proposals different runs; 32 bytes. */
  readonly nonce: Uint8Array;
}

/** What every bank answers with, the initiator included. Seen by all. */
export interface Approval {
  /** A contributor brings a dataset, a helper only opens. */
  readonly role: 'contributor' | 'helper';
  /** Salted commitment to the dataset; 32 bytes. */
  readonly commitment: Uint8Array;
  /** Accounts in the dataset: bounds how much the bank may have opened. */
  readonly accounts: number;
  /** Largest in-degree, rounded up to a power of two: decides the precision of the weights. */
  readonly maxDegree: number;
  readonly software: string;
}

/** A run that all banks agreed on. */
export interface AgreedRun {
  /** Binds proposal and approvals; the run's session. 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly proposal: RunProposal;
  /** By party. */
  readonly approvals: readonly Approval[];
}

const MAX_ACCOUNTS = 100_000_000;
const MAX_SOFTWARE_BYTES = 200;
const MEMBER_BYTES = 32;

/**
 * The session in which a run is agreed on; known to all who know the nonce.
 * @param fingerprints of the members' certificates, by party
 */
export function negotiationId(keyId: Uint8Array, fingerprints: readonly Uint8Array[], nonce: Uint8Array): Uint8Array {
  return hash('run negotiation', PROTOCOL_VERSION, keyId, nonce, ...fingerprints);
}

/**
 * Our answer to a proposal: what we bring, committed to.
 * @param salt 32 fresh bytes; whoever keeps them can show later what the commitment was to
 */
export function approve(graph: BankGraph | undefined, software: string, salt: Uint8Array): Approval {
  const digest = graph ? graphDigest(graph) : new Uint8Array(32);
  return {
    role: graph ? 'contributor' : 'helper',
    commitment: commitToDataset(salt, digest),
    accounts: graph?.ids.length ?? 0,
    maxDegree: graph ? roundedMaxDegree(graph) : 1,
    software,
  };
}

/**
 * Brings the proposal to all, then everybody's approval to everybody.
 * @param own the proposal as this bank's user wants it; a proposal that differs is refused as `parameters-differ`
 */
export async function agreeOnRun(
  session: Session,
  initiator: number,
  own: RunProposal,
  approval: Approval,
): Promise<AgreedRun> {
  session.stage('agree on the run');
  const expected = writeProposal(own);
  if (session.self === initiator) {
    await Promise.all(session.peers.map((peer) => session.send(peer, 'proposal', expected)));
  } else {
    const proposed = await session.receive(initiator, 'proposal', (reader) => readProposal(reader, session.size));
    if (!sameBytes(writeProposal(proposed), expected))
      throw new ProtocolAbort('parameters-differ', { round: 'proposal' });
  }
  const proposalDigest = hash('run proposal', expected);
  const approvals = await session.exchange('approval', writeApproval(proposalDigest, approval), (reader) =>
    readApproval(reader, proposalDigest),
  );
  await session.echo('approval/echo');
  const sessionId = hash(
    'run session',
    session.id,
    proposalDigest,
    ...approvals.map((a) => writeApproval(proposalDigest, a)),
  );
  return { sessionId, proposal: own, approvals };
}

function writeProposal(proposal: RunProposal): Uint8Array {
  const writer = writeParameters(new Writer().text(PROTOCOL_VERSION), proposal.parameters);
  writer.raw(proposal.keyId).raw(proposal.nonce).u8(proposal.members.length);
  for (const member of proposal.members) writer.raw(member);
  return writer.done();
}

function readProposal(reader: Reader, size: number): RunProposal {
  readVersion(reader);
  const parameters = readParameters(reader);
  const keyId = reader.raw(32, 'key id');
  const nonce = reader.raw(32, 'nonce');
  if (reader.u8('members') !== size) throw new MessageFault('wrong-length', 'members');
  const members = Array.from({ length: size }, () => reader.raw(MEMBER_BYTES, 'member'));
  return { parameters, keyId, nonce, members };
}

function readVersion(reader: Reader): void {
  const expected = new Writer().text(PROTOCOL_VERSION).done();
  if (!sameBytes(reader.raw(Math.min(expected.length, reader.remaining), 'version'), expected)) {
    throw new MessageFault('parameters-differ', 'version');
  }
}

function writeApproval(proposalDigest: Uint8Array, approval: Approval): Uint8Array {
  return new Writer()
    .raw(proposalDigest)
    .u8(approval.role === 'contributor' ? 0 : 1)
    .raw(approval.commitment)
    .u32(approval.accounts)
    .u32(approval.maxDegree)
    .text(approval.software)
    .done();
}

function readApproval(reader: Reader, proposalDigest: Uint8Array): Approval {
  // Whoever proposed may have told others something else: nobody is blamed for holding on to it.
  if (!sameBytes(reader.raw(32, 'proposal digest'), proposalDigest))
    throw new ProtocolAbort('parameters-differ', { round: 'approval', field: 'proposal digest' });
  const role = reader.u8('role');
  if (role > 1) throw new MessageFault('not-canonical', 'role');
  const commitment = reader.raw(32, 'commitment');
  const accounts = reader.u32('accounts');
  if (accounts > MAX_ACCOUNTS) throw new MessageFault('out-of-range', 'accounts');
  const maxDegree = reader.u32('degree');
  if (maxDegree === 0 || (maxDegree & (maxDegree - 1)) !== 0) throw new MessageFault('not-canonical', 'degree');
  if (role === 1 && (accounts !== 0 || maxDegree !== 1)) throw new MessageFault('not-canonical', 'helper');
  const software = reader.text(MAX_SOFTWARE_BYTES, 'software');
  return { role: role === 0 ? 'contributor' : 'helper', commitment, accounts, maxDegree, software };
}
