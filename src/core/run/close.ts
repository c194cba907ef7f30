import { Writer, type Reader } from '../bytes/encoding.ts';
import { sameBytes } from '../bytes/hash.ts';
import { toHex } from '../bytes/hex.ts';
import type { Signer } from '../environment.ts';
import { MessageFault, ProtocolAbort } from '../errors.ts';
import type { Precision } from '../fixed-point/precision.ts';
import { conclude } from '../network/conclude.ts';
import type { Session } from '../network/session.ts';
import type { AgreedRun } from './proposal.ts';
import { recordStatement, type RecordedPair, type RunRecord, type SignedRunRecord } from './record.ts';

export interface Member {
  readonly name: string;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** What each bank adds to the record when it is done. */
interface Report {
  readonly durationsMs: readonly (readonly [string, number])[];
  /** By party: digest and number of the messages with that party; of no meaning for the reporting party itself. */
  readonly pairs: readonly { readonly digest: Uint8Array; readonly messages: number }[];
}

const MAX_STAGES = 10_000;
const MAX_STAGE_BYTES = 200;

/** Compares what the banks saw, makes the record, and has everybody sign it (protocol.md 4.4). */
export async function closeRun(
  session: Session,
  run: AgreedRun,
  keyBits: number,
  precision: Precision,
  members: readonly Member[],
  signer: Signer,
): Promise<SignedRunRecord> {
  session.stage('close');
  const own: Report = {
    durationsMs: [...session.durations()].map(([stage, ms]) => [stage, Math.round(ms)] as const),
    pairs: session.parties().map((party) => session.transcript.pair(session.id, party)),
  };
  const reports = await session.exchange('close/report', writeReport(own), (reader) =>
    readReport(reader, session.size),
  );
  const liars = session.peers.filter((peer) => {
    const theirs = reports[peer - 1]?.pairs[session.self - 1];
    const ours = own.pairs[peer - 1];
    return !theirs || !ours || theirs.messages !== ours.messages || !sameBytes(theirs.digest, ours.digest);
  });
  if (liars.length > 0)
    throw new ProtocolAbort('banks-disagree', { blame: liars, round: 'close/report', field: 'pair digest' });
  const broadcasts = session.transcript.broadcastDigest(session.id);
  await session.echo('close/echo');

  const record: RunRecord = {
    format: 'riskweave run record',
    version: 1,
    run: toHex(session.id),
    key: { id: toHex(run.proposal.keyId), bits: keyBits },
    parameters: run.proposal.parameters,
    fixedPoint: { weightBits: precision.weightBits, scoreBits: precision.scoreBits, slotBits: precision.slotBits },
    parties: members.map(({ name, certificate }, i) => {
      const { role, software, commitment, accounts, maxDegree } = run.approvals[i] as (typeof run.approvals)[number];
      const durationsMs = reports[i]?.durationsMs ?? [];
      return {
        party: i + 1,
        name,
        certificate: toHex(certificate),
        role,
        software,
        commitment: toHex(commitment),
        accounts,
        maxDegree,
        durationsMs,
      };
    }),
    pairs: pairsOf(session, reports),
    broadcasts: toHex(broadcasts),
  };
  const signatures = await conclude(session, signer, recordStatement(record));
  return { record, signatures: signatures.map(toHex) };
}

/** Every pair as its lower party reports it; both ends have compared their own. */
function pairsOf(session: Session, reports: readonly Report[]): RecordedPair[] {
  const parties = session.parties();
  return parties.flatMap((a) =>
    parties
      .filter((b) => b > a)
      .map((b) => {
        const { digest, messages } = reports[a - 1]?.pairs[b - 1] as Report['pairs'][number];
        return { between: [a, b] as const, digest: toHex(digest), messages };
      }),
  );
}

function writeReport({ durationsMs, pairs }: Report): Uint8Array {
  const writer = new Writer().u32(durationsMs.length);
  for (const [stage, ms] of durationsMs) writer.text(stage).u32(ms);
  for (const { digest, messages } of pairs) writer.raw(digest).u32(messages);
  return writer.done();
}

function readReport(reader: Reader, size: number): Report {
  const stages = reader.u32('stages');
  if (stages > MAX_STAGES) throw new MessageFault('too-large', 'stages');
  const durationsMs = Array.from(
    { length: stages },
    () => [reader.text(MAX_STAGE_BYTES, 'stage'), reader.u32('ms')] as const,
  );
  const pairs = Array.from({ length: size }, () => ({
    digest: reader.raw(32, 'pair digest'),
    messages: reader.u32('messages'),
  }));
  return { durationsMs, pairs };
}
