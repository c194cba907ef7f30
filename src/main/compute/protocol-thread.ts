import { parentPort, Worker, workerData, type MessagePort } from 'node:worker_threads';
import type { CancelSignal, Signer } from '../../core/environment.ts';
import { Bug } from '../../core/errors.ts';
import type { Link } from '../../core/network/network.ts';
import type { Progress } from '../../core/network/session.ts';
import { linkOver, serveLink, type LinkPort } from './link-port.ts';
import { fromPortError, toPortError, type PortError } from './port-errors.ts';
import { serveSigner, signerOver } from './signer-port.ts';

/** What a protocol in a thread of its own is connected to. */
export interface Surroundings {
  readonly link: Link;
  readonly signer: Signer;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface ThreadData {
  readonly task: unknown;
  readonly link: LinkPort;
  readonly signer: MessagePort;
}

/** To the thread. There is nothing else to say. */
type Command = 'cancel';

/** From the thread. After a result or a failure nothing follows. */
type ThreadEvent<Result> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'failure'; readonly error: PortError };

/**
 * Runs a protocol in a thread of its own, which has ended, and given back its memory, when this returns. The connections and the
 * identity key stay in this thread.
 * @param entry a module that calls {@link serveProtocol}
 * @param task, and the result: what a structured clone preserves
 * @throws what the protocol throws
 */
export async function runInThread<Result>(
  entry: URL,
  name: string,
  task: unknown,
  { link, signer, signal, onProgress }: Surroundings,
): Promise<Result> {
  const data: ThreadData = { task, link: serveLink(link), signer: serveSigner(signer) };
  const worker = new Worker(entry, { name, workerData: data, transferList: [data.link.port, data.signer] });
  const cancel = (): void => {
    worker.postMessage('cancel' satisfies Command);
  };
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await outcomeOf<Result>(worker, onProgress);
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

function outcomeOf<Result>(worker: Worker, onProgress: Surroundings['onProgress']): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.on('message', (event: ThreadEvent<Result>) => {
      if (event.kind === 'progress') onProgress?.(event.progress);
      else if (event.kind === 'result') resolve(event.result);
      else reject(fromPortError(event.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(new Bug(`the thread of a protocol ended without a result, code ${String(code)}`));
    });
  });
}

/** The other side of {@link runInThread}: does the one task of this thread. */
export async function serveProtocol(
  protocol: (task: never, surroundings: Required<Surroundings>) => Promise<unknown>,
): Promise<void> {
  const parent = parentPort;
  if (!parent) throw new Bug('a protocol is served in a worker thread');
  const { task, link, signer } = workerData as ThreadData;
  const cancellation = new AbortController();
  const tell = (event: ThreadEvent<unknown>): void => {
    parent.postMessage(event);
  };
  parent.on('message', (command: Command) => {
    cancellation.abort(command);
  });
  try {
    const result = await protocol(task as never, {
      link: linkOver(link),
      signer: signerOver(signer),
      signal: cancellation.signal,
      onProgress: (progress) => {
        tell({ kind: 'progress', progress });
      },
    });
    tell({ kind: 'result', result });
  } catch (error) {
    tell({ kind: 'failure', error: toPortError(error) });
  }
}
