import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser } from './browser.ts';

/** Makes sure that there is a browser to test in, and says what it does. Returns its path. */
export function installBrowser(): string {
  const present = findBrowser();
  if (present !== undefined) return present;

  const asRoot = process.getuid?.() === 0;
  if (asRoot && existsSync('/usr/bin/apt-get')) {
    console.log('No browser found: installing Debian’s chromium for the tests.');
    if (run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])) {
      const installed = findBrowser();
      if (installed !== undefined) return installed;
    }
  }
  console.log('No browser found: installing Playwright’s Chromium for the tests.');
  run(process.execPath, ['node_modules/playwright/cli.js', 'install', ...(asRoot ? ['--with-deps'] : []), 'chromium']);
  const installed = findBrowser();
  if (installed !== undefined) return installed;
  throw new Error('No browser to test in: install Chromium or Chrome, or set RISKWEAVE_CHROMIUM to its executable.');
}

function run(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

if (import.meta.main) console.log(installBrowser());
