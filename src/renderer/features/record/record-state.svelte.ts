import { checkRecord } from './check-record.ts';
import type { Verdict } from './verdict.ts';

/** Far above what nine banks' certificates and signatures need. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The file that was last given to the page, and what came of it. */
export class RecordState {
  fileName = $state<string>();
  verdict = $state.raw<Verdict>();
  /** Why the file could not be read at all. */
  problem = $state<string>();
  checking = $state(false);
  #turn = 0;

  /** Of two files given in quick succession the later one counts. */
  async check(file: File): Promise<void> {
    const turn = ++this.#turn;
    this.fileName = file.name;
    this.verdict = undefined;
    this.problem = undefined;
    this.checking = true;
    let verdict: Verdict | undefined;
    let problem: string | undefined;
    if (file.size > MAX_BYTES) {
      problem = 'This file is far larger than any run record. Choose the file run.json that a run has written.';
    } else {
      try {
        verdict = await checkRecord(await file.text());
      } catch (error) {
        problem = `The file could not be read (${error instanceof Error ? error.message : String(error)}). Nothing was changed.`;
      }
    }
    if (turn !== this.#turn) return;
    this.verdict = verdict;
    this.problem = problem;
    this.checking = false;
  }
}
