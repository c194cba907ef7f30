import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import * as electron from './stand-in.ts';

/** The built app over the stand-in for Electron: started once per worker, its page loaded afresh for each test. */
export const test = base.extend<{ page: Page }, { window: electron.BrowserWindow }>({
  window: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const standIn = pathToFileURL('tests/support/electron/stand-in.ts').href;
      const hooks = registerHooks({
        resolve: (specifier, context, next) =>
          specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
      });
      await import(pathToFileURL('out/main/index.js').href);
      hooks.deregister();
      await expect.poll(() => electron.windows[0]?.visible).toBe(true);
      await use(electron.windows[0] as electron.BrowserWindow);
      electron.app.emit('window-all-closed');
    },
    { scope: 'worker' },
  ],
  page: async ({ window }, use) => {
    const page = await window.page;
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: window.options.width, height: window.options.height });
    await page.goto(electron.shownAs('app://ui/'));
    await use(page);
  },
});
