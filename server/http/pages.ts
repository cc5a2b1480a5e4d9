// What is served to anyone who reaches the address: the page, its parts, and the files that Excel itself asks for.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Request, Response, Router } from 'express';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { bundleNames, type createBundles } from './bundle.ts';
import { officeFile } from './office-js.ts';
import { newRoutes } from './route.ts';
import { addressOf, sessionCookie, type Gate } from './security.ts';

export interface PageFiles {
  /** The folder addin/. */
  readonly addin: string;
  /** The add-in's manifest, written for the default port. */
  readonly manifest: string;
  readonly bundle: ReturnType<typeof createBundles>;
}

/** Files of addin/static/ that Excel fetches by itself, without a session. */
const staticFiles: Readonly<Record<string, string>> = {
  'functions.json': 'application/json',
  'shortcuts.json': 'application/json',
  'shortcuts.strings.json': 'application/json',
};

const iconName = /^[a-z0-9-]{1,40}\.(?:png|svg)$/;
const iconTypes: Readonly<Record<string, string>> = { '.png': 'image/png', '.svg': 'image/svg+xml' };
const addressInManifest = /https:\/\/localhost:\d+/g;
/** Before the page's own scripts, in Excel alone: office.js, and the custom functions, which live in the same page. */
const excelScripts =
  '<script src="/office/office.js"></script>\n    <script src="/assets/functions.js"></script>\n    ';

export function pageRoutes(gate: Gate, files: PageFiles): Router {
  const routes = newRoutes();
  routes.get(['/', '/pane.html'], async (request, response) => {
    const page = await readFile(path.join(files.addin, 'pane', 'pane.html'), 'utf8');
    response.set('Set-Cookie', sessionCookie(gate)).type('text/html');
    response.send(isExcel(request) ? page.replace('<script', `${excelScripts}<script`) : page);
  });
  for (const name of bundleNames) {
    routes.get(`/assets/${name}`, async (_request, response) => {
      const { type, bytes } = await files.bundle(name);
      response.type(type).send(Buffer.from(bytes));
    });
  }
  for (const [name, type] of Object.entries(staticFiles)) {
    routes.get(`/${name}`, async (_request, response) => {
      await sendFile(response, path.join(files.addin, 'static', name), type);
    });
  }
  routes.get('/icons/:name', async (request, response) => {
    const { name } = request.params;
    if (!iconName.test(name)) throw nothingHere();
    const file = path.join(files.addin, 'static', 'icons', name);
    await sendFile(response, file, iconTypes[path.extname(name)] ?? '');
  });
  routes.get('/office/*name', async (request, response) => {
    const file = officeFile(request.params.name.join('/'));
    if (file === undefined) throw nothingHere();
    await sendFile(response, file, 'text/javascript');
  });
  routes.get('/manifest.xml', async (_request, response) => {
    const manifest = await readFile(files.manifest, 'utf8');
    response.type('application/xml').send(manifest.replace(addressInManifest, addressOf(gate.port)));
  });
  return routes;
}

/** The manifest says so; Office adds a parameter of its own to every page it opens. */
function isExcel({ query }: Request): boolean {
  return query['host'] === 'excel' || query['_host_Info'] !== undefined;
}

async function sendFile(response: Response, file: string, type: string): Promise<void> {
  if (!existsSync(file)) throw nothingHere();
  response.type(type).send(await readFile(file));
}

const nothingHere = () => new RowscribeError('not-found', { what: both('这个文件', 'this file') });
