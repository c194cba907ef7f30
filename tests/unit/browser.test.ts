import { afterEach, expect, it, vi } from 'vitest';
import { browserLaunchOptions, findBrowser } from '../support/browser.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('the tests use the browser that RISKWEAVE_CHROMIUM names', () => {
  vi.stubEnv('RISKWEAVE_CHROMIUM', process.execPath);
  expect(findBrowser()).toBe(process.execPath);
  expect(browserLaunchOptions()).toMatchObject({ executablePath: process.execPath });
});

it('a setting that names no file is an error, not passed over for another browser', () => {
  vi.stubEnv('RISKWEAVE_CHROMIUM', '/nowhere/chromium');
  expect(() => findBrowser()).toThrow('/nowhere/chromium');
});

it('an empty setting counts as none', () => {
  vi.stubEnv('RISKWEAVE_CHROMIUM', '');
  expect(() => findBrowser()).not.toThrow();
});
