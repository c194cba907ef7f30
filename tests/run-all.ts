/** Everything that is tested, one suite after the other. The last line adds them up. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installBrowser } from './support/install-browser.ts';
import {
  lastLine,
  tallyPlaywright,
  tallyVitest,
  type PlaywrightReport,
  type Tally,
  type VitestReport,
} from './support/tally.ts';

const VITEST_PROJECTS = ['node', 'simulation-bigint', 'simulation-fma', 'integration', 'browser'];

const reports = mkdtempSync(join(tmpdir(), 'riskweave-tests-'));
const tallies: Tally[] = [];
try {
  process.env['RISKWEAVE_CHROMIUM'] = installBrowser();
  for (const project of VITEST_PROJECTS) tallies.push(await vitest(project));
  tallies.push(await playwright());
} finally {
  rmSync(reports, { recursive: true, force: true });
}

console.log();
for (const tally of tallies) console.log(`${tally.suite.padEnd(12)} ${lastLine([tally])}`);
console.log(lastLine(tallies));
process.exitCode = tallies.some((tally) => tally.failed > 0) ? 1 : 0;

async function vitest(project: string): Promise<Tally> {
  const file = join(reports, `${project}.json`);
  const exitCode = await run(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    {},
  );
  return tallyVitest(project, read(file) as VitestReport | undefined, exitCode);
}

/** The window: the built main, preload and renderer. */
async function playwright(): Promise<Tally> {
  const built = await run(['node_modules/electron-vite/bin/electron-vite.js', 'build'], {});
  if (built !== 0) return tallyPlaywright('window', undefined, built);
  const file = join(reports, 'window.json');
  const exitCode = await run(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  return tallyPlaywright('window', read(file) as PlaywrightReport | undefined, exitCode);
}

function read(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Runs a script under this same Node and shows what it prints. */
function run(args: readonly string[], environment: Record<string, string>): Promise<number> {
  console.log(`\n> ${args.slice(0, 4).join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}
