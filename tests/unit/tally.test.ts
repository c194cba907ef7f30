import { describe, expect, it } from 'vitest';
import { lastLine, tallyPlaywright, tallyVitest } from '../support/tally.ts';

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 2 } };

describe('the sum of all suites', () => {
  it('adds up and names what was skipped', () => {
    expect(lastLine([tallyVitest('node', vitest, 0), tallyPlaywright('window', playwright, 0)])).toBe(
      '9 passed, 0 failed, 3 skipped',
    );
  });

  it('does not mention skipped tests where there are none', () => {
    expect(lastLine([tallyVitest('node', { ...vitest, numPendingTests: 0 }, 0)])).toBe('5 passed, 0 failed');
  });

  it('counts a suite that ran nothing as a failure', () => {
    expect(tallyVitest('node', { ...vitest, numPassedTests: 0 }, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(tallyPlaywright('window', { stats: { ...playwright.stats, expected: 0 } }, 0)).toMatchObject({ failed: 1 });
  });

  it('counts a runner without a report as a failure', () => {
    expect(tallyVitest('node', undefined, 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyPlaywright('window', undefined, 1)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a runner that fails although every test passed', () => {
    expect(tallyVitest('node', vitest, 1)).toMatchObject({ passed: 5, failed: 1 });
  });

  it('does not count a failed test twice because the runner fails with it', () => {
    expect(tallyVitest('node', { ...vitest, numFailedTests: 2 }, 1)).toMatchObject({ failed: 2 });
  });

  it('counts a test that passed only at the second try as failed', () => {
    expect(tallyPlaywright('window', { stats: { ...playwright.stats, flaky: 1 } }, 0)).toMatchObject({ failed: 1 });
  });
});
