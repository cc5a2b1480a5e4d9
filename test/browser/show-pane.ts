// Shows the page in a browser on typed data, for one test.
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { AppState } from '../../server/contract/state.ts';
import { appState } from '../fixtures/pane-data.ts';
import { startPaneServer, type PaneServer } from './pane-server.ts';

type Answers = Parameters<typeof startPaneServer>[0];

export interface Shown {
  readonly page: Page;
  readonly server: PaneServer;
  /** Errors of the page: exceptions, broken policy. */
  readonly faults: string[];
  readonly asked: (path: string) => unknown[];
}

export async function show(
  browser: Browser,
  answers: Answers = {},
  look: { width?: number; dark?: boolean; locale?: string } = {},
): Promise<Shown> {
  const server = await startPaneServer(answers);
  const page = await browser.newPage({
    viewport: { width: look.width ?? 330, height: 720 },
    ...{ locale: look.locale ?? 'zh-CN', colorScheme: look.dark === true ? 'dark' : 'light', reducedMotion: 'reduce' },
  });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  onTestFinished(async () => {
    await page.close();
    await server.close();
  });
  await page.goto(server.address);
  await page.waitForSelector('.panel > *');
  return {
    page,
    server,
    faults,
    asked: (path) => server.asked.filter((one) => one.path === path).map(({ body }) => body),
  };
}

/** A server whose state differs in this from the usual one. */
export const stateWith = (change: Partial<AppState>): Answers => ({
  'GET /api/state': () => ({ ...appState, ...change }),
});
/** The rows of every run. */
export const rowsOf = (rows: readonly unknown[]): Answers => ({
  'GET /api/runs': () => ({ total: rows.length, rows }),
});
export const text = (page: Page, selector: string) => page.locator(selector).first().innerText();
