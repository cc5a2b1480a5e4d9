// The local server as a whole: it listens, has a token of its own, and serves the page and the routes it is given.
import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import type { AppState } from '../contract/state.ts';
import type { ServerCertificate } from '../ports/certificate.ts';
import { createHttpApp } from './app.ts';
import { createBundles } from './bundle.ts';
import type { EventHub } from './events.ts';
import { httpLimits, type HttpLimits } from './limits.ts';
import { listen } from './listen.ts';
import { pageRoutes } from './pages.ts';
import { addressOf } from './security.ts';

export interface LocalServerDeps {
  /** 0 takes any free one. */
  readonly port: number;
  readonly certificate: ServerCertificate;
  /** The folder addin/, and the manifest's file. */
  readonly addin: string;
  readonly manifest: string;
  readonly routes: readonly Router[];
  readonly hub: EventHub;
  readonly state: () => AppState;
  readonly limits?: Partial<HttpLimits>;
  /** One line about a request that failed. */
  readonly log: (line: string) => void;
}

export interface LocalServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Errors: `port-taken`, `server-running` when it is this user's Rowscribe that has the port. */
export async function openLocalServer(deps: LocalServerDeps): Promise<LocalServer> {
  const { certificate, hub, state, log, routes, addin, manifest } = deps;
  const listening = await listen(certificate, deps.port);
  const gate = { port: listening.port, token: randomBytes(32).toString('base64url') };
  const bundle = createBundles(addin);
  // Made while the browser starts; what is wrong with them is told to who asks for them.
  for (const name of ['pane.js', 'pane.css'] as const) bundle(name).catch(() => undefined);
  const pages = pageRoutes(gate, { addin, manifest, bundle });
  const limits = { ...httpLimits, ...deps.limits };
  listening.attach(createHttpApp({ ...gate, open: [pages], routes, hub, state, limits, log }));
  return { address: addressOf(gate.port), close: () => listening.close() };
}
