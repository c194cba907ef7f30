import type { CeremonyResult } from '../../core/ceremony/ceremony.ts';
import { checkCeremonyParameters, type CeremonyParameters } from '../../core/ceremony/parameters.ts';
import type { EngineChoice } from '../compute/engine-choice.ts';
import { runInThread, type Surroundings } from '../compute/protocol-thread.ts';
import { shareFromParts, type ShareParts } from '../compute/share-parts.ts';

/** What the thread of a ceremony starts with. */
export interface CeremonyTask {
  readonly parameters: CeremonyParameters;
  readonly roundMs: number;
  readonly engine: EngineChoice;
}

/** All that survives the thread. */
export type CeremonyOutcome = Omit<CeremonyResult, 'share'> & { readonly share: ShareParts };

/**
 * The key ceremony in a thread of its own, which has ended, and given back its memory, when this returns.
 * @throws what `runCeremony` throws
 */
export async function runCeremonyInThread(task: CeremonyTask, surroundings: Surroundings): Promise<CeremonyResult> {
  checkCeremonyParameters(task.parameters);
  const entry = new URL('./ceremony-entry.ts', import.meta.url);
  const outcome = await runInThread<CeremonyOutcome>(entry, 'key ceremony', task, surroundings);
  return { ...outcome, share: shareFromParts(outcome.share) };
}
