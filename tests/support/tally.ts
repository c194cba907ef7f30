/** What came of one suite. A suite that ran nothing counts as failed: silence is not success. */
export interface Tally {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The parts of vitest's JSON report that count. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** The parts of Playwright's JSON report that count. */
export interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

/** @param exitCode of the runner: when it is not 0 although no test failed, something outside of the tests did */
export function tallyVitest(suite: string, report: VitestReport | undefined, exitCode: number): Tally {
  return settle({
    suite,
    exitCode,
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  });
}

/** As {@link tallyVitest}. A test that needed a second try has failed. */
export function tallyPlaywright(suite: string, report: PlaywrightReport | undefined, exitCode: number): Tally {
  return settle({
    suite,
    exitCode,
    passed: report?.stats.expected ?? 0,
    failed: (report?.stats.unexpected ?? 0) + (report?.stats.flaky ?? 0),
    skipped: report?.stats.skipped ?? 0,
  });
}

function settle({ exitCode, ...tally }: Tally & { exitCode: number }): Tally {
  const ranNothing = tally.passed + tally.failed === 0;
  const failedElsewhere = exitCode !== 0 && tally.failed === 0;
  return ranNothing || failedElsewhere ? { ...tally, failed: tally.failed + 1 } : tally;
}

export function lastLine(tallies: readonly Tally[]): string {
  const sum = (field: 'passed' | 'failed' | 'skipped'): number =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  const skipped = sum('skipped');
  return `${String(sum('passed'))} passed, ${String(sum('failed'))} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`;
}
