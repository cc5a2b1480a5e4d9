// A person's whole way with the real program: open, plan, trial, fill, review, edit, rewrite, put back, undo.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../fixtures/command-line.ts';
import { readProductBook } from '../fixtures/product-book.ts';
import { hasChromium, startChromium } from './chromium.ts';
import { openRealPage } from './real-page.ts';
import { text } from './show-pane.ts';

let browser: Browser;
const runTimeoutMs = 60_000;
const testTimeoutMs = 150_000;
const rows = ['hat-1', 'pants-3', 'shoes-2'].map((photo, index) => [`S-${index}`, `photos/${photo}.jpg`, '']);

async function fill(page: Page): Promise<void> {
  await page.click('.bar .primary');
  await page.waitForSelector('.progress.finished', { timeout: runTimeoutMs });
}

/** Writes other words into the cell that is open. */
async function edit(page: Page, words: string): Promise<void> {
  await page.click('.cell-panel >> text=修改');
  await page.fill('.editor textarea', words);
  await page.click('text=保存');
  await expect.poll(() => text(page, '.cell-panel .copy')).toBe(words);
}

describe.skipIf(!hasChromium())('with the real program and the demo model', () => {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test(
    'a workbook is opened, tried, filled, reviewed, edited, rewritten, put back and undone',
    async () => {
      const { page, product, foreign, faults } = await openRealPage(browser, rows);
      const cells = async (header: string) => (await readProductBook(product.book)).rows.map((row) => row[header]);
      expect(await text(page, '.plan .figure')).toContain('3 行');

      await page.click('text=先看 3 行');
      await page.waitForSelector('text=满意，填充 3 行', { timeout: runTimeoutMs });
      expect(await page.locator('.preview .copy').count()).toBeGreaterThan(9);
      expect(await cells('描述')).toEqual(['', '', '']);

      await page.click('text=满意，填充 3 行');
      await page.waitForSelector('.progress-card progress');
      await page.waitForSelector('text=逐行复核', { timeout: runTimeoutMs });
      const written = await cells('描述');
      expect(written.filter((one) => one !== '')).toHaveLength(3);
      await expect.poll(() => page.locator('.run-row').count()).toBe(3);
      expect(await page.locator('.run-row img').count()).toBe(3);

      await page.click('text=逐行复核');
      await page.waitForSelector('.review .cell-panel');
      expect(await text(page, '.review .cell-panel .copy')).toBe(written[0]);
      await edit(page, '=我自己的话');
      await expect.poll(async () => (await cells('描述'))[0]).toBe('=我自己的话');

      await page.click('.review .cells li:nth-child(2) button');
      await expect.poll(() => text(page, '.cell-panel .cell-title')).toBe('标题A');
      const before = await text(page, '.cell-panel .copy');
      await page.click('.rewriting >> text=换个角度');
      await page.waitForSelector('.notice', { timeout: runTimeoutMs });
      const after = await text(page, '.cell-panel .copy');
      expect((await cells('标题A'))[0]).toBe(after);
      if (after !== before) {
        await page.keyboard.press('x');
        await expect.poll(() => text(page, '.cell-panel .copy'), { timeout: 10_000 }).toBe(before);
      }

      await page.click('#tab-fill');
      await page.click('text=撤销这次填充');
      await page.click('text=确定撤销');
      await expect.poll(() => cells('描述'), { timeout: 20_000 }).toEqual(['=我自己的话', '', '']);
      expect(foreign).toEqual([]);
      expect(faults).toEqual([]);
    },
    testTimeoutMs,
  );

  test(
    'a run is stopped and taken up again, and a reload of the page in the middle loses nothing',
    async () => {
      const many = Array.from({ length: 6 }, (_, index) => [`M-${index}`, `photos/hat-${(index % 4) + 1}.jpg`, '']);
      const { page, product } = await openRealPage(browser, many);
      await page.click('.bar .primary');
      await page.waitForSelector('.run-row', { timeout: runTimeoutMs });
      await page.reload();
      await page.waitForSelector('.run-row');
      await page.click('text=停止');
      await page.waitForSelector('.progress.stopped', { timeout: runTimeoutMs });
      const filled = async () => (await readProductBook(product.book)).rows.filter((row) => row['描述'] !== '').length;
      const stoppedAt = await filled();
      expect(stoppedAt).toBeGreaterThan(0);
      expect(stoppedAt).toBeLessThan(6);
      await page.click('[aria-label="返回"]');
      await page.waitForSelector(`text=填充 ${6 - stoppedAt} 行`);
      await fill(page);
      expect(await filled()).toBe(6);
    },
    testTimeoutMs,
  );

  test(
    'a server that is closed and started again is found by the open page, with its new session and the workbook',
    async () => {
      const { page, served, home } = await openRealPage(browser, rows);
      served.running.child.kill('SIGINT');
      await page.waitForSelector('.band.bad', { timeout: runTimeoutMs });
      await served.running.finished;
      const again = start(['serve', '--port', String(served.port)], home);
      onTestFinished(() => void again.child.kill('SIGKILL'));
      await again.seen(/The page:/);
      await page.waitForSelector('.band.bad', { state: 'detached', timeout: runTimeoutMs });
      await page.waitForSelector('.plan:not(.is-coming) .figure');
      await fill(page);
    },
    testTimeoutMs,
  );
});
