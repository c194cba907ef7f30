import { expect } from '@playwright/test';
import { test } from '../support/electron/app.ts';
import * as electron from '../support/electron/stand-in.ts';

test('the page runs in a sandbox of its own, without node', async ({ window, page }) => {
  expect(electron.app.sandboxed).toBe(true);
  expect(window.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    devTools: false,
  });
  expect(
    await page.evaluate(() => [typeof Reflect.get(globalThis, 'process'), typeof Reflect.get(globalThis, 'require')]),
  ).toEqual(['undefined', 'undefined']);
});

test('the page comes by a secure scheme with a policy that lets it run nothing but itself', async ({ page }) => {
  expect(electron.protocol.privileged).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  const response = await page.goto(electron.shownAs('app://ui/'));
  expect(response?.headers()['content-security-policy']).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  const blocked = await page.evaluate(async () => {
    const violation = new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        resolve(event.effectiveDirective);
      });
    });
    await fetch('https://elsewhere.example/').catch(() => undefined);
    return violation;
  });
  expect(blocked).toBe('connect-src');
  const inject = page.evaluate(() => {
    document.body.innerHTML = '<b>injected</b>';
  });
  await expect(inject).rejects.toThrow('TrustedHTML');
});

test('the scheme serves the files of the renderer and no others', async ({ page }) => {
  const status = (path: string): Promise<number> => page.evaluate(async (url) => (await fetch(url)).status, path);
  expect(await status('/index.html')).toBe(200);
  expect(await status('/nowhere.js')).toBe(404);
  expect(await status('/..%2fmain%2findex.js')).toBe(404);
  expect(await status('/..%5c..%5cpackage.json')).toBe(404);
  expect(await status('/%00.js')).toBe(404);
  expect(await status('/%zz.js')).toBe(404);
  expect(await page.evaluate(async () => (await fetch('/index.html', { method: 'POST' })).status)).toBe(404);
});

test('navigation, other windows, downloads and permissions are refused', ({ window }) => {
  const contents = window.webContents;
  expect(contents.openWindow?.({ url: 'https://elsewhere.example/' })).toEqual({ action: 'deny' });
  for (const [emitter, event] of [
    [contents, 'will-navigate'],
    [contents, 'will-frame-navigate'],
    [contents, 'will-redirect'],
    [contents, 'will-attach-webview'],
    [contents.session, 'will-download'],
  ] as const) {
    let prevented = false;
    emitter.emit(event, {
      preventDefault: () => {
        prevented = true;
      },
    });
    expect(prevented, event).toBe(true);
  }
  const decisions: boolean[] = [];
  contents.session.permissionRequest?.(contents, 'geolocation', (granted) => decisions.push(granted));
  expect(decisions).toEqual([false]);
  expect(contents.session.permissionCheck?.()).toBe(false);
  expect(contents.session.devicePermission?.()).toBe(false);
});

test('only the top frame of our own page may call the host', async ({ window }) => {
  expect(window.visible).toBe(true);
  const about = electron.handlers.get('about');
  const ours = { url: 'app://ui/', parent: null };
  const call = (senderFrame: electron.SenderFrame | null) => Promise.resolve().then(() => about?.({ senderFrame }));
  expect(await call(ours)).toEqual({ version: '0.1.0' });
  await expect(call({ url: 'https://elsewhere.example/', parent: null })).rejects.toThrow('not our page');
  await expect(call({ url: 'app://ui.elsewhere.example/', parent: null })).rejects.toThrow('not our page');
  await expect(call({ url: 'app://ui/', parent: ours })).rejects.toThrow('not our page');
  await expect(call(null)).rejects.toThrow('not our page');
});
