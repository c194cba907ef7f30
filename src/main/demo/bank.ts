import { X509Certificate } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '../../core/bytes/hex.ts';
import { ceremonySessionId, DEFAULT_TUNING, type CeremonyParameters } from '../../core/ceremony/parameters.ts';
import type { Progress } from '../../core/network/session.ts';
import { secureRun, type RunResult } from '../../core/run/secure-run.ts';
import { runCeremonyInWorker } from '../ceremony/run-in-worker.ts';
import { createBreather } from '../compute/breather.ts';
import { hostCurve } from '../compute/curve25519.ts';
import { hostEngine } from '../compute/host-engine.ts';
import { readBank } from '../datasets/read-data-folder.ts';
import { PeerCertificate } from '../identity/certificate.ts';
import { createIdentity } from '../identity/identity.ts';
import { createSigner } from '../identity/signer.ts';
import { connectPeers, listenForPeers, type PeerLink } from '../link/peer-link.ts';
import { hostClock, hostRandom } from '../runtime.ts';
import { SOFTWARE } from '../software.ts';
import type { BankReport, BankTask, MatchedCounts, PeerAddress } from './messages.ts';
import { writeResults } from './result-files.ts';

const HOST = '127.0.0.1';
const CONNECT_MS = 60_000;
const ROUND_MS = 300_000;

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
  await mkdir(task.out, { recursive: true });
  await writeFile(join(task.out, 'certificate.pem'), identity.certificate.pem);

  const listener = await listenForPeers({ identity, host: HOST, port: 0 });
  const own = { host: HOST, port: listener.port, certificatePem: identity.certificate.pem };
  const addresses = await surroundings.meet(own);
  const peers = addresses.map(({ certificatePem, ...address }) => ({
    ...address,
    certificate: new PeerCertificate(certificatePem),
  }));
  const link = connectPeers(listener, { peers });
  await link.connected(CONNECT_MS);

  const members = link.parties.map(({ name, pem, fingerprint }) => ({
    name,
    certificate: new Uint8Array(new X509Certificate(pem).raw),
    fingerprint: fromHex(fingerprint),
  }));
  const { onProgress, signal } = surroundings;
  const shared = { clock: hostClock, roundMs: ROUND_MS, signal, onProgress };

  const ceremony: CeremonyParameters = {
    keyBits: task.keyBits,
    members: members.map((member) => member.fingerprint),
    nonce: task.ceremonyNonce,
    tuning: DEFAULT_TUNING[task.keyBits],
  };
  const made = await runCeremonyInWorker(link.open(ceremonySessionId(ceremony)), {
    parameters: ceremony,
    signer: createSigner(identity, link.parties, 'key ceremony'),
    ...shared,
  });
  const afterCeremony = costs(link);

  const result = await secureRun(link, {
    parameters: task.parameters,
    members,
    initiator: 1,
    nonce: task.runNonce,
    share: made.share,
    graph,
    noiseSecret: hostRandom.bytes(32),
    software: SOFTWARE,
    engine: hostEngine(),
    curve: hostCurve(createBreather()),
    breathe: createBreather(),
    random: hostRandom,
    signer: createSigner(identity, link.parties, 'run record'),
    ...shared,
  });
  await writeResults(task.out, result.scores, task.threshold, result.record);

  const afterRun = costs(link);
  const { record } = result.record;
  const report: BankReport = {
    party: link.self,
    scores: result.scores,
    candidates: made.candidates,
    ceremonyMs: [...made.durations],
    runMs: record.parties[link.self - 1]?.durationsMs ?? [],
    sentBytes: { ceremony: afterCeremony.sentBytes, run: afterRun.sentBytes - afterCeremony.sentBytes },
    cpuMs: { ceremony: afterCeremony.cpuMs, run: afterRun.cpuMs - afterCeremony.cpuMs },
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
