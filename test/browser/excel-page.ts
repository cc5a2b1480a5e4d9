// The real program and its page inside an Excel in memory, in a real browser: what the tests of the add-in work with.
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { RunRowView, RunView } from '../../server/contract/runs.ts';
import type { AppState } from '../../server/contract/state.ts';
import type { ExcelFake, ExcelSetup } from '../fakes/office/in-browser.ts';
import { start, type Running } from '../fixtures/command-line.ts';
import { createProductBook, outputHeaders, type ProductBook } from '../fixtures/product-book.ts';
import { startChromium } from './chromium.ts';

export interface ExcelServer {
  readonly address: string;
  readonly browser: Browser;
  /** Ends the program without a goodbye and starts it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The program with the demo model, and a browser. */
export async function startExcelServer(): Promise<ExcelServer> {
  const home = await createProductBook([]);
  const port = await freePort();
  const serve = async (): Promise<Running> => {
    const running = start(['serve', '--port', String(port)], {
      ROWSCRIBE_DATA_FOLDER: home.data,
      ROWSCRIBE_CERTIFICATE_FOLDER: path.join(home.folder, 'certificate'),
    });
    await running.seen(new RegExp(`localhost:${port}`));
    return running;
  };
  const browser = await startChromium();
  let server = await serve();
  return {
    ...{ address: `https://localhost:${port}`, browser },
    restart: async () => {
      server.child.kill('SIGKILL');
      await server.finished;
      server = await serve();
    },
    close: async () => {
      await browser.close();
      server.child.kill('SIGINT');
      await server.finished;
      await home.remove();
    },
  };
}

const fakeOffice = build({
  entryPoints: [fileURLToPath(new URL('../fakes/office/in-browser.ts', import.meta.url))],
  ...{ bundle: true, write: false, format: 'iife', target: 'es2022', logLevel: 'silent' },
});

export interface ExcelPage {
  readonly page: Page;
  readonly product: ProductBook;
  /** Addresses that the page asked for outside the server; must stay empty. */
  readonly foreign: readonly string[];
  /** What the page logged as an error: broken policy, exceptions. */
  readonly faults: readonly string[];
  /** Does something in the Excel of the page; `work` may use nothing from outside but `input`. */
  inExcel<T, I>(work: (fake: ExcelFake, input: I) => T | Promise<T>, input: I): Promise<T>;
  /** Presses a button of the ribbon. */
  press(command: string): Promise<void>;
  /** Whether the page may speak with the server, which knows its document. */
  hasState(): Promise<boolean>;
  /** The sheet as texts, without its first row. */
  rows(): Promise<string[][]>;
  /** The newest run since the document was opened; fails while there is none. */
  run(): Promise<RunView>;
  /** Rows of the newest run by key. */
  runRows(): Promise<ReadonlyMap<string, RunRowView>>;
  close(): Promise<void>;
}

export const sheetName = '商品';
export const headers = ['SKU', '图片', ...outputHeaders] as const;

/** Opens a document in Excel with the pane beside it. `rows` are [SKU, picture, description?, …]. */
export async function openExcelPage(
  { browser, address }: ExcelServer,
  rows: readonly (readonly (string | null)[])[],
): Promise<ExcelPage> {
  const product = await createProductBook([]);
  const page = await browser.newPage({
    locale: 'zh-CN',
    ignoreHTTPSErrors: true,
    viewport: { width: 340, height: 760 },
  });
  const { foreign, faults } = watched(page, address);
  const setup: ExcelSetup = { options: { url: product.book }, sheet: sheetName, rows: [headers, ...rows] };
  const script = (await fakeOffice).outputFiles?.[0]?.text ?? '';
  await page.addInitScript({ content: `globalThis.excelSetup = ${JSON.stringify(setup)};\n${script}` });
  await page.route('**/office/office.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(`${address}/pane.html?host=excel`);
  const api = <T>(where: string) => page.evaluate(`fetch('${where}').then((answer) => answer.json())`) as Promise<T>;
  const inExcel: ExcelPage['inExcel'] = (work, input) =>
    page.evaluate(`(${work.toString()})(excelFake, ${JSON.stringify(input)})`);
  const runs = async () => (await api<{ runs: RunView[] }>('/api/state')).runs;
  const earlier = new Set((await runs()).map(({ id }) => id));
  const run = async () => {
    const newest = (await runs()).find(({ id }) => !earlier.has(id));
    if (newest === undefined) throw new Error('there is no run of this document yet');
    return newest;
  };
  return {
    ...{ page, product, foreign, faults, inExcel, run },
    press: (command) => inExcel(({ office }, name) => office.press(name), command),
    hasState: async () => {
      const answer = await api<Partial<AppState>>('/api/state').catch(() => undefined);
      return answer?.workbooks?.some(({ source }) => source === 'excel') === true;
    },
    rows: () =>
      inExcel(({ excel }, sheet) => {
        const grid = excel.sheet(sheet).rows;
        const numbers = [...grid.keys()].filter((row) => row > 0).toSorted((a, b) => a - b);
        return numbers.map((row) => Array.from({ length: 12 }, (_, c) => String(grid.get(row)?.get(c)?.value ?? '')));
      }, sheetName),
    runRows: async () => {
      const answer = await api<{ rows: RunRowView[] }>(`/api/runs/${(await run()).id}/rows?offset=0&limit=200`);
      return new Map(answer.rows.map((row) => [row.label, row]));
    },
    close: async () => {
      await page.close();
      await product.remove();
    },
  };
}

/** Notes what a page asks for elsewhere, and every error it logs. */
export function watched(page: Page, address: string): { foreign: string[]; faults: string[] } {
  const foreign: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${address}/`) && !/^(?:data|blob):/.test(url)) foreign.push(url);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return { foreign, faults };
}
