import { X509Certificate } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fromHex } from '../../core/bytes/hex.ts';
import { DEFAULT_TUNING, type CeremonyParameters } from '../../core/ceremony/parameters.ts';
import type { Progress } from '../../core/network/session.ts';
import type { RunResult } from '../../core/run/secure-run.ts';
import { runCeremonyInThread } from '../ceremony/ceremony-thread.ts';
import { readBank } from '../datasets/read-data-folder.ts';
import { PeerCertificate } from '../identity/certificate.ts';
import { createIdentity } from '../identity/identity.ts';
import { createSigner } from '../identity/signer.ts';
import { connectPeers, listenForPeers, type PeerLink } from '../link/peer-link.ts';
import { hostRandom } from '../runtime.ts';
import { runInOwnThread } from '../runs/run-thread.ts';
import { SOFTWARE } from '../software.ts';
import type { BankReport, BankTask, MatchedCounts, PeerAddress } from './messages.ts';
import { writeResults } from './result-files.ts';

const HOST = '127.0.0.1';
const CONNECT_MS = 60_000;
/** A round includes what the slowest bank computes in it. */
const ROUND_MS = 1_800_000;
const DELAY_RESOLUTION_MS = 5;

/** What the process of one bank does in the demo, between its own files and its peers. */
export interface Surroundings {
  /** Says where this bank listens; resolves with where the others do. */
  meet(own: PeerAddress): Promise<readonly PeerAddress[]>;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** The whole way of one bank: identity, link, key ceremony, secure run, result files. The link is still open afterwards. */
export async function runBank(
  task: BankTask,
  surroundings: Surroundings,
): Promise<{ report: BankReport; link: PeerLink }> {
  const { graph } = await readBank(task.data, task.bank, { unlisted: task.unlisted, periods: task.parameters.periods });
  const identity = await createIdentity({ name: task.bank });

  const listener = await listenForPeers({ identity, host: HOST, port: 0 });
  const own = { host: HOST, port: listener.port, certificatePem: identity.certificate.pem };
  const addresses = await surroundings.meet(own);
  const peers = addresses.map(({ certificatePem, ...address }) => ({
    ...address,
    certificate: new PeerCertificate(certificatePem),
  }));
  const link = connectPeers(listener, { peers });
  await link.connected(CONNECT_MS);
  const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delays.enable();
  const atStart = costs(link);

  const members = link.parties.map(({ name, pem, fingerprint }) => ({
    name,
    certificate: new Uint8Array(new X509Certificate(pem).raw),
    fingerprint: fromHex(fingerprint),
  }));
  const { onProgress, signal } = surroundings;
  const shared = { link, signal, onProgress };
  const ceremony: CeremonyParameters = {
    keyBits: task.keyBits,
    members: members.map((member) => member.fingerprint),
    nonce: task.ceremonyNonce,
    tuning: DEFAULT_TUNING[task.keyBits],
  };
  const made = await runCeremonyInThread(
    { parameters: ceremony, roundMs: ROUND_MS, engine: task.engine },
    { ...shared, signer: createSigner(identity, link.parties, 'key ceremony') },
  );
  const afterCeremony = costs(link);

  const result = await runInOwnThread(
    {
      parameters: task.parameters,
      members,
      initiator: 1,
      nonce: task.runNonce,
      share: made.share,
      graph,
      noiseSecret: hostRandom.bytes(32),
      software: SOFTWARE,
      roundMs: ROUND_MS,
      engine: task.engine,
      threads: task.threads,
    },
    { ...shared, signer: createSigner(identity, link.parties, 'run record') },
  );
  await writeResults(task.out, { ...result, certificatePem: identity.certificate.pem }, task.threshold);

  const afterRun = costs(link);
  const { record } = result.record;
  const report: BankReport = {
    party: link.self,
    scores: result.scores,
    candidates: made.candidates,
    ceremonyMs: [...made.durations],
    runMs: record.parties[link.self - 1]?.durationsMs ?? [],
    sentBytes: { ceremony: afterCeremony.sentBytes, run: afterRun.sentBytes - afterCeremony.sentBytes },
    cpuMs: {
      start: atStart.cpuMs,
      ceremony: afterCeremony.cpuMs - atStart.cpuMs,
      run: afterRun.cpuMs - afterCeremony.cpuMs,
    },
    longestBlockMs: Math.max(0, delays.max / 1e6 - DELAY_RESOLUTION_MS),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    matched: matchedCounts(result, link),
    run: record.run,
  };
  return { report, link };
}

function costs(link: PeerLink): { cpuMs: number; sentBytes: number } {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, sentBytes: link.traffic().sentBytes };
}

function matchedCounts({ matchings }: RunResult, link: PeerLink): MatchedCounts[] {
  return link.parties.flatMap(({ name }, index) => {
    if (index + 1 === link.self) return [];
    const periods = matchings.map((period) => period[index] as (typeof period)[number]);
    const sum = (count: (matching: (typeof periods)[number]) => number): number =>
      periods.reduce((s, m) => s + count(m), 0);
    return [
      {
        bank: name,
        served: sum((m) => m.served.length),
        servedUnmatched: sum((m) => m.servedUnmatched),
        expected: sum((m) => m.expected.length),
        expectedUnmatched: sum((m) => m.expectedUnmatched),
      },
    ];
  });
}
