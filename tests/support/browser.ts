import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/** What a test browser is started with: no sandbox (containers have none to offer) and no traffic of its own. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const COMMANDS = ['chromium', 'google-chrome', 'google-chrome-stable'];

/**
 * The executable of a Chromium: `RISKWEAVE_CHROMIUM`, one on the path, or the one that Playwright installed.
 * Throws when the variable names a file that is not there: a wrong setting is not to be passed over.
 */
export function findBrowser(): string | undefined {
  const chosen = process.env['RISKWEAVE_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') {
    if (!existsSync(chosen)) throw new Error(`RISKWEAVE_CHROMIUM names ${chosen}, which does not exist`);
    return chosen;
  }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)].filter((folder) => folder !== '');
  const candidates = [
    ...COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return candidates.find((file) => existsSync(file));
}

/** How Playwright starts it. */
export function browserLaunchOptions(): { executablePath?: string; args: string[] } {
  const executablePath = findBrowser();
  return { ...(executablePath === undefined ? {} : { executablePath }), args: BROWSER_ARGUMENTS };
}
