// A local server for tests: the real one over real https on a free port, and a way to ask it anything, rightly or wrongly.
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Router } from 'express';
import { onTestFinished } from 'vitest';
import { keepCertificate } from '../../server/certificate/keep.ts';
import type { AppState } from '../../server/contract/state.ts';
import { EventHub } from '../../server/http/events.ts';
import { openLocalServer, type LocalServerDeps } from '../../server/http/local-server.ts';
import { systemClock } from '../../server/system-clock.ts';

export const emptyState: AppState = {
  version: '0.0.0',
  engine: { phase: 'idle', model: '', isDemo: true, device: '' },
  settings: { language: 'auto', pictureSize: '1024' },
  ...{ recipes: [], presets: [], workbooks: [], runs: [] },
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  json<T>(): T;
}

export type Asking = Pick<RequestOptions, 'method' | 'setHost'> & {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
};

/** A folder like addin/ with the least that a page needs, so that these tests stand without the real one. */
function smallAddin(folder: string): string {
  const addin = path.join(folder, 'addin');
  for (const name of ['pane', 'functions', 'static/icons']) mkdirSync(path.join(addin, name), { recursive: true });
  const put = (name: string, text: string) => writeFileSync(path.join(addin, name), text);
  put('pane/pane.html', page);
  put('pane/main.tsx', 'document.title = "pane";');
  put('pane/pane.css', 'body { color: red; }');
  put('functions/functions.ts', 'document.title = "functions";');
  put(
    'manifest.xml',
    '<A Url="https://localhost:8417/pane.html?host=excel"/><B Url="https://localhost:8417/icons/a.png"/>',
  );
  put('static/functions.json', '{"functions":[]}');
  put('static/icons/icon-32.png', 'not really');
  put('static/secret.txt', 'not for serving');
  return addin;
}

const page = `<!doctype html>
<html lang="zh-CN">
<head>
  <title>Rowscribe</title>
  <link rel="stylesheet" href="/assets/pane.css">
  <script src="/assets/pane.js" defer></script>
</head>
<body></body>
</html>
`;

export async function openTestServer(routes: readonly Router[] = [], more: Partial<LocalServerDeps> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowscribe-http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const certificate = await keepCertificate(folder, systemClock);
  const hub = new EventHub({ epoch: 'test' });
  const lines: string[] = [];
  const addin = smallAddin(folder);
  const server = await openLocalServer({
    ...{ port: 0, certificate, hub, routes, addin, manifest: path.join(addin, 'manifest.xml') },
    state: () => emptyState,
    log: (line) => lines.push(line),
    ...more,
  });
  onTestFinished(() => server.close());
  const port = Number(new URL(server.address).port);
  const ask = (where: string, asking: Asking = {}) => askAt(port, certificate.authority, where, asking);
  const cookie = async () => String((await ask('/')).headers['set-cookie']).split(';', 1)[0] ?? '';
  return { server, port, hub: more.hub ?? hub, lines, ask, cookie, certificate, addin };
}

export type TestServer = Awaited<ReturnType<typeof openTestServer>>;

function askAt(port: number, ca: string, where: string, { body, ...options }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: 'localhost', servername: 'localhost', port, ca, path: where, agent: false, ...options },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: text, json: <T>() => JSON.parse(text) as T });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
