import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../core/network/session.ts';
import { mostTelling } from './failure.ts';
import type { BankReport, BankTask, Failure, FromBank, PeerAddress, ToBank } from './messages.ts';
import { makeResultFolder } from './result-files.ts';

const BANK_PROCESS = fileURLToPath(new URL('./bank-process.ts', import.meta.url));
/** After a first failure: how long the others have to notice by themselves. */
const NOTICE_MS = 5_000;
/** After they were told to end: how long until they are killed. */
const LEAVE_MS = 10_000;

export type CommonTask = Omit<BankTask, 'bank' | 'out' | 'ceremonyNonce' | 'runNonce'>;

/** A consortium that failed: the failure that says most, and the bank that reported it. */
export class ConsortiumFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

export interface ConsortiumOptions {
  /** `out`: where the results of this bank go. */
  readonly banks: readonly { readonly name: string; readonly out: string }[];
  readonly task: CommonTask;
  readonly onProgress: (bank: string, progress: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs one process per bank until all have finished, and ends them whatever happens. The processes learn each other's
 * addresses and certificates here, as banks do by invitation; all else goes over their own links.
 * @returns reports in the order of `banks`
 * @throws ConsortiumFailure; ParameterError where a folder for results cannot be made; or the reason of `signal` when that was aborted before anything began
 */
export async function runConsortium(options: ConsortiumOptions): Promise<BankReport[]> {
  const { banks, task, onProgress, signal } = options;
  signal.throwIfAborted(); // Ctrl-C may have come while the data were read
  for (const { out } of banks) await makeResultFolder(out);
  signal.throwIfAborted();
  const nonces = { ceremonyNonce: new Uint8Array(randomBytes(32)), runNonce: new Uint8Array(randomBytes(32)) };
  const processes = banks.map(
    ({ name, out }) => new BankProcess(name, { ...task, ...nonces, bank: name, out }, onProgress),
  );
  const cancelAll = (): void => {
    for (const bank of processes) bank.tell({ kind: 'cancel' });
  };
  signal.addEventListener('abort', cancelAll, { once: true });
  try {
    const addresses = await Promise.all(processes.map((bank) => bank.listening));
    processes.forEach((bank, i) => {
      bank.tell({ kind: 'peers', peers: addresses.filter((_, other) => other !== i) });
    });
    return await Promise.all(processes.map((bank) => bank.finished));
  } catch {
    throw new ConsortiumFailure(await collectFailures(processes, cancelAll));
  } finally {
    signal.removeEventListener('abort', cancelAll);
    await Promise.all(processes.map((bank) => bank.end()));
  }
}

/** Every bank's failure tells something; who noticed nothing yet is cancelled after a while. */
async function collectFailures(processes: readonly BankProcess[], cancelAll: () => void): Promise<Failure> {
  const settled = Promise.allSettled(processes.map((bank) => bank.finished));
  await Promise.race([settled, sleep(NOTICE_MS)]);
  cancelAll();
  await Promise.race([settled, sleep(NOTICE_MS)]);
  const failures = processes.flatMap((bank) => bank.failure ?? []);
  return mostTelling(failures) ?? { kind: 'bug', message: 'a bank failed without saying why' };
}

class BankProcess {
  readonly listening: Promise<PeerAddress>;
  readonly finished: Promise<BankReport>;
  failure: Failure | undefined;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(name: string, task: BankTask, onProgress: ConsortiumOptions['onProgress']) {
    this.#child = fork(BANK_PROCESS, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const listening = Promise.withResolvers<PeerAddress>();
    const finished = Promise.withResolvers<BankReport>();
    const exited = Promise.withResolvers<undefined>();
    for (const promise of [listening.promise, finished.promise]) promise.catch(() => undefined);
    const fail = (failure: Failure): void => {
      this.failure ??= failure;
      const error = new ConsortiumFailure(failure);
      listening.reject(error);
      finished.reject(error);
    };
    this.#child.on('message', (message: FromBank) => {
      if (message.kind === 'listening') listening.resolve(message.address);
      else if (message.kind === 'progress') onProgress(name, message.progress);
      else if (message.kind === 'finished') finished.resolve(message.report);
      else fail(message.failure);
    });
    this.#child.on('error', (error) => {
      fail({ kind: 'bug', message: `the process of ${name} could not be started: ${error.message}` });
      exited.resolve(undefined);
    });
    this.#child.on('exit', (code, signal) => {
      fail({ kind: 'killed', bank: name, how: signal ?? `exit code ${String(code)}` });
      exited.resolve(undefined);
    });
    this.listening = listening.promise;
    this.finished = finished.promise;
    this.#exited = exited.promise;
    this.tell({ kind: 'start', task });
  }

  tell(message: ToBank): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Lets the process leave, or kills it. */
  async end(): Promise<void> {
    this.tell({ kind: 'leave' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
