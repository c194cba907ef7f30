/** The window. Whatever is not needed is refused: navigation, other windows, permissions, downloads. */
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, ipcMain, type Session, type WebContents, type WebFrameMain } from 'electron';
import { ABOUT_CHANNEL, type About } from '../../api/window.ts';
import { HOME, registerScheme, serveRenderer } from './electron-scheme.ts';

/** Where the bundler puts the parts, seen from the built main. */
const PRELOAD = fileURLToPath(new URL('../preload/index.cjs', import.meta.url));
const RENDERER = fileURLToPath(new URL('../renderer', import.meta.url));

/** Opens the window, or hands over to the instance that is running already. Call it before Electron is ready. */
export function startElectron(): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  registerScheme();
  app.on('web-contents-created', (_event, contents) => {
    confine(contents);
  });
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  app.whenReady().then(openWindow).catch(fail);
}

async function openWindow(): Promise<void> {
  serveRenderer(RENDERER);
  ipcMain.handle(ABOUT_CHANNEL, (event): About => {
    requireOurPage(event.senderFrame);
    return { version: app.getVersion() };
  });
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  refuseRequests(window.webContents.session);
  window.once('ready-to-show', () => {
    window.show();
  });
  await window.loadURL(HOME);
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', refuse);
}

function refuseRequests(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', refuse);
}

function refuse(event: { preventDefault(): void }): void {
  event.preventDefault();
}

/** Only the top frame of our own page may call; another page in the window would be a break-in. */
function requireOurPage(frame: WebFrameMain | null): void {
  if (frame?.parent !== null || !frame.url.startsWith(HOME)) throw new Error('not our page');
}

function fail(error: unknown): void {
  console.error(error);
  app.exit(70);
}
