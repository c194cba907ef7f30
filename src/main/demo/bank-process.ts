/** Entry of one bank's process. Its parent is the demo; it ends with it. */
import { ProtocolAbort } from '../../core/errors.ts';
import type { Progress } from '../../core/network/session.ts';
import { runBank } from './bank.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfFailure, failureOf } from './failure.ts';
import type { BankTask, FromBank, PeerAddress, ToBank } from './messages.ts';

const PROGRESS_INTERVAL_MS = 100;

const cancel = new AbortController();
const peers = Promise.withResolvers<readonly PeerAddress[]>();
const leave = Promise.withResolvers<undefined>();

process.on('message', (message: ToBank) => {
  if (message.kind === 'start') void start(message.task);
  else if (message.kind === 'peers') peers.resolve(message.peers);
  else if (message.kind === 'leave') leave.resolve(undefined);
  else cancel.abort();
});
process.on('disconnect', () => process.exit(EXIT.interrupted));
process.on('SIGINT', () => undefined); // a terminal sends it to all; the parent decides

async function start(task: BankTask): Promise<void> {
  try {
    const { report, link } = await runBank(task, {
      meet(own) {
        tell({ kind: 'listening', address: own });
        return Promise.race([peers.promise, cancelled()]);
      },
      onProgress: throttled(),
      signal: cancel.signal,
    });
    tell({ kind: 'finished', report });
    await leave.promise;
    await link.close();
    process.exit(EXIT.done);
  } catch (error) {
    const failure = failureOf(error);
    tell({ kind: 'failed', failure });
    await leave.promise;
    process.exit(exitCodeOfFailure(failure));
  }
}

function cancelled(): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(new ProtocolAbort('cancelled'));
    };
    if (cancel.signal.aborted) stop();
    else cancel.signal.addEventListener('abort', stop);
  });
}

/** Progress several times a second at most, but always the first and the last of a stage. */
function throttled(): (progress: Progress) => void {
  let last = { stage: '', at: 0 };
  return (progress) => {
    const now = performance.now();
    const isNews = progress.stage !== last.stage || progress.done === progress.total;
    if (!isNews && now - last.at < PROGRESS_INTERVAL_MS) return;
    last = { stage: progress.stage, at: now };
    tell({ kind: 'progress', progress });
  };
}

function tell(message: FromBank): void {
  process.send?.(message);
}
