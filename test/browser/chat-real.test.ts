// The chat with the real program and the demo model, as a person uses it: a picture, questions, a row, a cell, the export.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatView } from '../../server/contract/chats.ts';
import { demoPhotos, readProductBook } from '../fixtures/product-book.ts';
import { hasChromium, startChromium } from './chromium.ts';
import { openRealPage } from './real-page.ts';

let browser: Browser;

async function ask(page: Page, question: string): Promise<void> {
  await page.fill('.composer textarea', question);
  await page.keyboard.press('Enter');
}

/** Waits until so many answers are over. */
const answers = (page: Page, count: number) =>
  page.waitForSelector(`.log > .model:nth-child(${count * 2}):not(.writing)`);

/** The newest chat as the server has it. */
const newestChat = (page: Page) =>
  page.evaluate(`fetch('/api/chats').then((answer) => answer.json())
    .then(({ chats }) => fetch('/api/chats/' + chats[0].id)).then((answer) => answer.json())`) as Promise<ChatView>;

async function openChat() {
  const real = await openRealPage(browser, [['S-1', 'photos/skirt-1.jpg', '山茶半身裙']]);
  await real.page.click('#tab-chat');
  return real;
}

describe.skipIf(!hasChromium())('a chat with the demo model', () => {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test('about a picture: asked, asked on without another look, exported, taken up after a reload, asked of nobody else', async () => {
    const { page, foreign, faults } = await openChat();
    await page.setInputFiles('.drop-place input', `${demoPhotos}/dress-1.jpg`);
    await page.waitForSelector('.ready img');
    await ask(page, '请为这件商品写一段描述');
    await answers(page, 1);
    await ask(page, '什么颜色？');
    await answers(page, 2);
    const { messages } = await newestChat(page);
    const [, first, , second] = messages;
    expect(second?.text).not.toBe('');
    expect(second?.cachedTokens).toBeGreaterThanOrEqual((first?.promptTokens ?? 0) - 1);
    expect(await page.locator('.message.model').last().innerText()).toContain(second?.text ?? '?');
    const exporting = page.waitForEvent('download');
    await page.click('.subject button[title="导出 Markdown"]');
    const download = await exporting;
    expect(download.suggestedFilename()).toBe('请为这件商品写一段描述.md');
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toMatch(/^# 请为这件商品写一段描述\n\n- 图片：dress-1\.jpg\n/);
    expect(text.match(/^## (?:提问|回答)$/gm)).toEqual(['## 提问', '## 回答', '## 提问', '## 回答']);
    await page.reload();
    await page.click('#tab-chat');
    await page.click('.earlier-open');
    await answers(page, 2);
    await page.locator('.presets .chip').first().click();
    await answers(page, 3);
    expect([foreign, faults]).toEqual([[], []]);
  });

  test('about a row: the checked answer goes into the row’s cell; deleted, nothing of it is left', async () => {
    const { page, product, faults } = await openChat();
    await page.click('#tab-cells');
    await page.locator('.grid td button').first().click();
    await page.click('#tab-chat');
    await page.click('.row-at-hand .primary');
    await page.waitForSelector('.composer');
    await ask(page, '请为这件商品写一段描述');
    await answers(page, 1);
    const { id, thumbnail, messages } = await newestChat(page);
    await page.click('.message-acts button:has-text("写入单元格")');
    await page.selectOption('.apply select', 'description');
    await page.click('.apply .primary');
    await page.waitForSelector('.notice.good:has-text("已写入")');
    const { rows } = await readProductBook(product.book);
    expect(rows[0]?.['描述']).toBe(messages[1]?.text);
    await page.click('.subject button[title="删除"]');
    await page.click('dialog[open] button:has-text("删除这一行的全部对话")');
    await page.waitForSelector('.chat-start');
    expect(await page.locator('.earlier-chat').count()).toBe(0);
    expect(faults).toEqual([]);
    const statuses = await page.evaluate(
      `Promise.all(['/api/chats/${id}', '${thumbnail}'].map((where) => fetch(where).then(({ status }) => status)))`,
    );
    expect(statuses).toEqual([404, 404]);
  });
});
