import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';

/** Never by `require('electron')`: without a binary that tries to download one. */
function electronBinary(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
    readFileSync(pathFile, 'utf8'),
  );
  return existsSync(binary) ? binary : undefined;
}

const executablePath = electronBinary();
test.skip(executablePath === undefined, 'Electron’s binary is not on this machine');

test('the real Electron shows the page and refuses to leave it', async () => {
  const app = await _electron.launch({ executablePath: executablePath ?? '', args: ['.'] });
  const page = await app.firstWindow();
  await expect(page.getByRole('heading', { name: 'Check a run record' })).toBeVisible();
  await expect(page.getByText('Nothing leaves this computer')).toBeVisible();
  await page.evaluate(() => {
    location.href = 'https://elsewhere.example/';
  });
  expect(page.url()).toBe('app://ui/');
  await app.close();
});
