import { Worker } from 'node:worker_threads';
import type { CeremonyOptions, CeremonyResult } from '../../core/ceremony/ceremony.ts';
import { checkCeremonyParameters } from '../../core/ceremony/parameters.ts';
import { Bug } from '../../core/errors.ts';
import type { Network } from '../../core/network/network.ts';
import { SecretExponent } from '../../core/paillier/key.ts';
import { serveNetwork } from '../compute/network-port.ts';
import { fromPortError } from '../compute/port-errors.ts';
import { serveSigner } from '../compute/signer-port.ts';
import type { CeremonyCommand, CeremonyEvent, CeremonyOutcome, CeremonyTask } from './worker-messages.ts';

export type WorkerCeremonyOptions = Pick<
  CeremonyOptions,
  'parameters' | 'roundMs' | 'signer' | 'signal' | 'onProgress'
>;

/**
 * {@link runCeremony} in a thread of its own, which has ended, and given back its memory, when this returns. The
 * connections and the identity key stay in this thread.
 * @throws what `runCeremony` throws
 */
export async function runCeremonyInWorker(network: Network, options: WorkerCeremonyOptions): Promise<CeremonyResult> {
  const { parameters, roundMs, signer, signal, onProgress } = options;
  checkCeremonyParameters(parameters);
  const task: CeremonyTask = { parameters, roundMs, network: serveNetwork(network), signer: serveSigner(signer) };
  const worker = new Worker(new URL('./ceremony-worker.ts', import.meta.url), {
    name: 'key ceremony',
    workerData: task,
    transferList: [task.network.port, task.signer],
  });
  const cancel = (): void => {
    worker.postMessage('cancel' satisfies CeremonyCommand);
  };
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return resultOf(await outcomeOf(worker, onProgress));
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

function outcomeOf(worker: Worker, onProgress: CeremonyOptions['onProgress']): Promise<CeremonyOutcome> {
  return new Promise((resolve, reject) => {
    worker.on('message', (event: CeremonyEvent) => {
      if (event.kind === 'progress') onProgress?.(event.progress);
      else if (event.kind === 'result') resolve(event.result);
      else reject(fromPortError(event.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(new Bug(`the thread of the ceremony ended without a result, code ${String(code)}`));
    });
  });
}

function resultOf({ secretMagnitude, negative, publicKey, party, ...rest }: CeremonyOutcome): CeremonyResult {
  return { share: { publicKey, party, secretExponent: new SecretExponent(secretMagnitude, negative) }, ...rest };
}
