// The real program with the demo model and a real workbook, and its page in a browser, for one test.
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { createProductBook, type ProductBook } from '../fixtures/product-book.ts';
import { newHome, serve, type Served } from '../fixtures/serving.ts';

export interface RealPage {
  readonly product: ProductBook;
  readonly served: Served;
  /** The environment that the server was started with. */
  readonly home: Readonly<Record<string, string>>;
  readonly page: Page;
  /** Addresses that the page asked for outside the server; must stay empty. */
  readonly foreign: readonly string[];
  /** What the page logged as an error: exceptions, broken policy. */
  readonly faults: readonly string[];
}

/** Starts everything and opens the workbook by its path. Rows as in `createProductBook`, with one fact: the product's name. */
export async function openRealPage(browser: Browser, rows: readonly (readonly string[])[]): Promise<RealPage> {
  const product = await createProductBook(rows, ['品名']);
  onTestFinished(() => product.remove());
  const home = await newHome();
  const served = await serve([], home);
  const address = `https://localhost:${served.port}`;
  const page = await browser.newPage({
    ...{ locale: 'zh-CN', ignoreHTTPSErrors: true, reducedMotion: 'reduce', viewport: { width: 330, height: 760 } },
  });
  onTestFinished(() => page.close());
  const [foreign, faults]: [string[], string[]] = [[], []];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${address}/`) && !/^(?:data|blob):/.test(url)) foreign.push(url);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await served.api('/api/settings', { method: 'POST', body: { language: 'zh-CN' } });
  await page.goto(`${address}/`);
  await page.fill('.path-form input', product.book);
  await page.click('.path-form button');
  await page.waitForSelector('.plan .figure');
  return { product, served, home, page, foreign, faults };
}
