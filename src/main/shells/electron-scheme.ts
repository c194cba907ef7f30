/** `app://ui/…`: the renderer's files, and nothing else, with the headers that confine it. */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { protocol } from 'electron';
import { PAGE_HEADERS } from './page-headers.ts';

const SCHEME = 'app';
const HOST = 'ui';
export const HOME = `${SCHEME}://${HOST}/`;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Must happen before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** @param root the folder with the built renderer */
export function serveRenderer(root: string): void {
  protocol.handle(SCHEME, (request) => respond(root, request));
}

async function respond(root: string, request: Request): Promise<Response> {
  try {
    const { host, pathname } = new URL(request.url);
    const file = join(root, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
    const type = CONTENT_TYPES[extname(file)];
    const ours = request.method === 'GET' && host === HOST && file.startsWith(root + sep);
    if (!ours || type === undefined) return notFound();
    return new Response(await readFile(file), { headers: { ...PAGE_HEADERS, 'content-type': type } });
  } catch {
    return notFound();
  }
}

function notFound(): Response {
  return new Response('not found', { status: 404, headers: PAGE_HEADERS });
}
