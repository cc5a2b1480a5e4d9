// The real program with the demo model, a real workbook in a folder of its own, and a browser that shows its page.
import net from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { start, type Running } from '../fixtures/command-line.ts';
import { createProductBook, type ProductBook } from '../fixtures/product-book.ts';
import { startChromium } from './chromium.ts';

export interface RealPage {
  readonly address: string;
  readonly product: ProductBook;
  readonly server: Running;
  readonly page: Page;
  /** Addresses that the page asked for outside the server; must stay empty. */
  readonly foreign: readonly string[];
  /** What the page logged as an error: broken policy, exceptions. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Opens the page in the browser, with the workbook's path not yet opened. Rows as in `createProductBook`. */
export async function openRealPage(
  rows: readonly (readonly string[])[],
  { locale = 'zh-CN', width = 330 }: { locale?: string; width?: number } = {},
): Promise<RealPage> {
  const product = await createProductBook(rows, ['品名']);
  const port = await freePort();
  const server = start(['serve', '--port', String(port)], {
    ROWSCRIBE_DATA_FOLDER: product.data,
    ROWSCRIBE_CERTIFICATE_FOLDER: path.join(product.folder, 'certificate'),
  });
  const address = `https://localhost:${port}`;
  const browser: Browser = await startChromium();
  const page = await browser.newPage({ locale, ignoreHTTPSErrors: true, viewport: { width, height: 760 } });
  const foreign: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const { url } = { url: request.url() };
    if (!url.startsWith(address) && !/^(?:data|blob):/.test(url)) foreign.push(url);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await server.seen(new RegExp(`localhost:${port}`));
  await page.goto(address);
  return {
    ...{ address, product, server, page, foreign, faults },
    close: async () => {
      await browser.close();
      server.child.kill('SIGINT');
      await server.finished;
      await product.remove();
    },
  };
}
