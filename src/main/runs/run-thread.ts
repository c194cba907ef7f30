import type { RunResult, SecureRunOptions } from '../../core/run/secure-run.ts';
import type { EngineChoice } from '../compute/engine-choice.ts';
import { runInThread, type Surroundings } from '../compute/protocol-thread.ts';
import { partsOfShare, type ShareParts } from '../compute/share-parts.ts';

/** What the thread of a run starts with. */
export type RunTask = Pick<
  SecureRunOptions,
  'parameters' | 'members' | 'initiator' | 'nonce' | 'graph' | 'noiseSecret' | 'software' | 'roundMs'
> & {
  readonly share: ShareParts;
  readonly engine: EngineChoice;
  /** Further threads for long computations. */
  readonly threads: number;
};

/** A secure run in a thread of its own: this one stays free for connections and users. Throws what `secureRun` throws. */
export function runInOwnThread(
  { share, ...task }: Omit<RunTask, 'share'> & Pick<SecureRunOptions, 'share'>,
  surroundings: Surroundings,
): Promise<RunResult> {
  const entry = new URL('./run-entry.ts', import.meta.url);
  const wholeTask: RunTask = { ...task, share: partsOfShare(share) };
  return runInThread<RunResult>(entry, 'secure run', wholeTask, surroundings);
}
