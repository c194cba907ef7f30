/**
 * Stands in for the module `electron` where its binary cannot be had: the built main, preload and renderer run as they
 * are, over a Chromium driven by Playwright. What it imitates is documented at electronjs.org/docs/latest/api; pages of
 * a custom scheme `app://ui/` are shown under `https://ui.app.test/`, since Chromium alone knows no such scheme.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright';
import { browserLaunchOptions } from '../browser.ts';

type Invoked = (event: { senderFrame: SenderFrame | null }, ...parameters: unknown[]) => unknown;
type Answer = { value: unknown } | { error: string };

export interface SenderFrame {
  readonly url: string;
  readonly parent: SenderFrame | null;
}

const schemes = new Map<string, (request: Request) => Promise<Response>>();
/** By channel: what the main process has registered. */
export const handlers = new Map<string, Invoked>();
export const windows: BrowserWindow[] = [];
let browser: Promise<Browser> | undefined;

class App extends EventEmitter {
  isPackaged = true;
  sandboxed = false;
  requestSingleInstanceLock = (): boolean => true;
  getVersion = (): string => '0.1.0';

  enableSandbox(): void {
    this.sandboxed = true;
  }

  async whenReady(): Promise<void> {
    browser ??= chromium.launch(browserLaunchOptions());
    await browser;
  }

  quit(): void {
    void browser?.then((running) => running.close());
  }

  exit(code: number): void {
    throw new Error(`the app exits with ${String(code)}`);
  }
}

export const app = new App();

export const protocol = {
  privileged: [] as unknown[],
  registerSchemesAsPrivileged(list: unknown[]): void {
    this.privileged.push(...list);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    schemes.set(scheme, handler);
  },
};

export const ipcMain = {
  handle(channel: string, handler: Invoked): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
};

type Decide = (contents: unknown, permission: string, decide: (granted: boolean) => void) => void;

class Session extends EventEmitter {
  permissionRequest: Decide | undefined;
  permissionCheck: (() => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;

  setPermissionRequestHandler(handler: Decide): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: () => boolean): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }
}

class WebContents extends EventEmitter {
  readonly session = new Session();
  openWindow: ((details: { url: string }) => { action: string }) | undefined;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openWindow = handler;
  }
}

interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly webPreferences: { readonly preload: string } & Readonly<Record<string, unknown>>;
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly options: WindowOptions;
  readonly page: Promise<Page>;
  visible = false;

  static getAllWindows(): BrowserWindow[] {
    return windows;
  }

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    this.page = openPage(options);
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    await (await this.page).goto(shownAs(url));
    this.emit('ready-to-show');
  }

  show(): void {
    this.visible = true;
  }
}

async function openPage({ width, height, webPreferences }: WindowOptions): Promise<Page> {
  if (!browser) throw new Error('a window before the app is ready');
  const context = await (await browser).newContext({ viewport: { width, height } });
  const page = await context.newPage();
  await page.route(/^https?:/, async (route) => {
    const url = originally(route.request().url());
    const handler = schemes.get(new URL(url).protocol.slice(0, -1));
    if (!handler) {
      await route.abort();
      return;
    }
    const response = await handler(new Request(url, { method: route.request().method() }));
    const headers = Object.fromEntries(response.headers);
    await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
  });
  await page.exposeBinding('__invoke', async ({ frame }, channel: string, parameters: unknown[]): Promise<Answer> => {
    const handler = handlers.get(channel);
    if (!handler) return { error: `No handler registered for '${channel}'` };
    try {
      return {
        value: structuredClone(
          await handler({ senderFrame: { url: originally(frame.url()), parent: null } }, ...parameters),
        ),
      };
    } catch (error) {
      return { error: `Error invoking remote method '${channel}': ${String(error)}` };
    }
  });
  await page.addInitScript({ content: sandboxedPreload(readFileSync(webPreferences.preload, 'utf8')) });
  return page;
}

/** A sandboxed preload can require `electron` and nothing else, and reaches the page through the bridge alone. */
function sandboxedPreload(script: string): string {
  return `(() => {
    const invoke = window.__invoke;
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name, value) => Object.defineProperty(window, name, { value: Object.freeze(value), enumerable: true }),
      },
      ipcRenderer: {
        invoke: async (channel, ...parameters) => {
          const answer = await invoke(channel, parameters);
          if ('error' in answer) throw new Error(answer.error);
          return answer.value;
        },
      },
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
      return electron;
    };
    (function (require) {
${script}
    })(require);
  })();`;
}

/** app://ui/x → https://ui.app.test/x */
export function shownAs(url: string): string {
  return url.replace(/^([a-z]+):\/\/([^/]+)/, 'https://$2.$1.test');
}

function originally(url: string): string {
  return url.replace(/^https:\/\/([^./]+)\.([^./]+)\.test/, '$2://$1');
}

export default { app, protocol, ipcMain, BrowserWindow };
