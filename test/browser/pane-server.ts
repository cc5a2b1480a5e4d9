// A small server that shows the real page to a real browser and answers from typed data, with the page's own policy.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerEvent } from '../../server/contract/state.ts';
import { createBundles } from '../../server/http/bundle.ts';
import { appState, findingOf, plan, rowViews, runView, sheetAnswer, troubledRows } from '../fixtures/pane-data.ts';
import { demoPhotos } from '../fixtures/product-book.ts';

const addin = fileURLToPath(new URL('../../addin', import.meta.url));
/** Made once for all servers of a process. */
const bundle = createBundles(addin);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers one route, at once or later; its body and the rest of its path are given. */
type Answer = (body: never, rest: string) => unknown;

export interface PaneServer {
  readonly address: string;
  /** Requests that changed something or asked for work: method, path and body. */
  readonly asked: { readonly path: string; readonly body: unknown }[];
  readonly push: (event: ServerEvent) => void;
  /** Ends every stream of events, as a server that goes down does. */
  readonly drop: () => void;
  close(): Promise<void>;
}

const usual: Readonly<Record<string, Answer>> = {
  'GET /api/state': () => appState,
  'POST /api/sheets/view': () => sheetAnswer,
  'POST /api/plans': () => plan,
  'POST /api/sheets/rows': ({ number, offset, limit }: { number?: number; offset: number; limit: number }) => ({
    total: rowViews.length,
    rows:
      number === undefined ? rowViews.slice(offset, offset + limit) : rowViews.filter((row) => row.number === number),
  }),
  'POST /api/cells/history': () => ({ key: '', label: '', header: '', text: '', isEdited: false, versions: [] }),
  'POST /api/rows/accept': () => ({ cells: 4, unchanged: 3 }),
  'POST /api/checks': ({ texts }: { texts: { id: string; text: string }[] }) => ({
    results: texts.map(({ id, text }) => ({ id, findings: findingOf(text) })),
  }),
  'POST /api/runs': ({ kind }: { kind: 'fill' | 'preview' }) => ({ ...runView, kind, finished: 0, state: 'loading' }),
  'GET /api/runs': () => ({ total: troubledRows.length, rows: troubledRows }),
};

/** `answers` replaces the usual ones by "METHOD /path"; a path answers for those below it. */
export async function startPaneServer(answers: Readonly<Record<string, Answer>> = {}): Promise<PaneServer> {
  const streams = new Set<http.ServerResponse>();
  const asked: PaneServer['asked'] = [];
  const all = { ...usual, ...answers };
  const server = http.createServer((request, response) => void respond(request, response));
  const respond = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', policy);
    if (pathname === '/api/events') return openStream(streams, response);
    if (pathname.startsWith('/api/thumbnails/')) return sendPhoto(pathname, response);
    if (pathname.startsWith('/api/')) return answer(all, asked, request, pathname, response);
    if (pathname.startsWith('/assets/')) {
      const { type, bytes } = await bundle(pathname.slice(8) as 'pane.js');
      return void response.setHeader('content-type', type).end(bytes);
    }
    if (pathname.startsWith('/icons/')) return void response.writeHead(204).end();
    const page = await readFile(path.join(addin, 'pane/pane.html'), 'utf8');
    return void response.setHeader('content-type', 'text/html').end(page.replace(/.*data-host="excel".*\n/, ''));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const stream of streams) stream.end();
    streams.clear();
  };
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ asked, drop },
    push: (event) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    close: async () => {
      drop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openStream(streams: Set<http.ServerResponse>, response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 100\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

async function sendPhoto(pathname: string, response: http.ServerResponse): Promise<void> {
  const photo = await readFile(path.join(demoPhotos, `${path.basename(pathname)}.jpg`));
  response.setHeader('content-type', 'image/jpeg').end(photo);
}

async function answer(
  answers: Readonly<Record<string, Answer>>,
  asked: PaneServer['asked'],
  request: http.IncomingMessage,
  pathname: string,
  response: http.ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (request.method !== 'GET') asked.push({ path: pathname, body });
  const asks = `${request.method} ${pathname}`;
  const route = Object.keys(answers)
    .filter((one) => asks === one || asks.startsWith(`${one}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  const value = route === undefined ? undefined : await answers[route]?.(body as never, asks.slice(route.length));
  const status = value === undefined ? 404 : ((value as { status?: unknown }).status ?? 200);
  response.writeHead(typeof status === 'number' ? status : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value ?? {}));
}
