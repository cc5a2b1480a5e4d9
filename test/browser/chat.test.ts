// The chat tab on typed data: growing answers, model text as text, what is dropped, asking before deleting, keys.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatMessageView, ChatView } from '../../server/contract/chats.ts';
import { hasChromium, startChromium } from './chromium.ts';
import { show, stateWith, type Shown } from './show-pane.ts';

const presets = [
  { id: 'p', name: { 'zh-CN': '领型', 'en-US': 'Collar' }, text: { 'zh-CN': '什么领型？', 'en-US': '?' } },
];
const row = { workbook: 'book-1', workbookName: '夏季新品.xlsx', sheet: '商品', key: 'SX-1001', label: 'SX-1001' };
const message = (id: string, role: ChatMessageView['role'], text: string, more: Partial<ChatMessageView> = {}) => ({
  ...{ id, role, text, atMs: 0, state: 'done' as const },
  ...more,
});
const chat = (messages: readonly ChatMessageView[] = []): ChatView => ({
  ...{ id: 'c1', title: '领型', thumbnail: '/api/thumbnails/shirt-1', notes: [], startedAtMs: 0 },
  ...{
    row: { ...row, number: 2, recipe: 'default' },
    pictures: [{ name: 'a.jpg', thumbnail: '/api/thumbnails/shirt-1' }],
  },
  messages,
});
const asked = [message('q', 'person', '什么领型？'), message('a', 'model', '', { state: 'writing' })];

/** A server with one earlier chat, in which the given was said. */
const serverWith = (messages: readonly ChatMessageView[]) => ({
  ...stateWith({ presets }),
  'GET /api/chats': (_: never, rest: string) => (rest === '' ? { chats: [chat()] } : chat(messages)),
  'POST /api/chats': (_: never, rest: string) => (rest.endsWith('/messages') ? chat(asked) : chat()),
  'DELETE /api/chats': () => ({}),
});

let browser: Browser;

async function showChat(messages: readonly ChatMessageView[] = []): Promise<Shown> {
  const shown = await show(browser, serverWith(messages));
  await shown.page.click('#tab-chat');
  await shown.page.click('.earlier-open');
  await shown.page.waitForSelector('.composer textarea:focus');
  return shown;
}

/** Gives the page a file as if it were dropped or pasted. */
const bring = (page: Page, how: 'drop' | 'paste', name: string, type: string) =>
  page.evaluate(
    `(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array([1, 2, 3])], ${JSON.stringify(name)}, { type: ${JSON.stringify(type)} }));
      const event = ${how === 'drop' ? "new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })" : "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })"};
      document.querySelector('.chat').dispatchEvent(event);
    })()`,
  );

/** Serious and critical findings of axe-core, as one line each. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  const grave = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(!hasChromium())('the chat tab', () => {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test.each(['drop', 'paste'] as const)('begins a chat by a picture on %s', async (how) => {
    const { page, asked: sent, faults } = await show(browser, serverWith([]));
    await page.click('#tab-chat');
    await bring(page, how, '吊牌.png', 'image/png');
    await page.waitForSelector('.composer');
    expect(sent('/api/chats')).toEqual([{ about: 'picture', name: '吊牌.png', base64: 'AQID', language: 'zh-CN' }]);
    expect(faults).toEqual([]);
  });

  test('says what is possible when something else is dropped', async () => {
    const { page, asked: sent } = await show(browser, serverWith([]));
    await page.click('#tab-chat');
    await bring(page, 'drop', '价格.pdf', 'application/pdf');
    await page.waitForSelector('.notice.problem:has-text("JPG")');
    expect(sent('/api/chats')).toEqual([]);
  });

  test('sends with Enter, breaks the line with Shift+Enter, asks a preset with one click', async () => {
    const { page, asked: sent } = await showChat();
    await page.keyboard.type('什么');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('领型？');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.message.model.writing');
    expect(sent('/api/chats/c1/messages')).toEqual([{ text: '什么\n领型？' }]);
    expect(await page.inputValue('.composer textarea')).toBe('');
    const again = await showChat();
    await again.page.click('.presets .chip');
    await expect.poll(() => again.asked('/api/chats/c1/messages')).toEqual([{ text: '什么领型？' }]);
  });

  test('shows an answer as it grows, stops it with Escape, and offers it when it is over', async () => {
    const { page, server, asked: sent } = await showChat();
    await page.keyboard.type('什么领型？');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.message.model.writing');
    server.push({ type: 'chat-text', chat: 'c1', message: 'a', at: 0, piece: '**圆领**' });
    await page.waitForSelector('.answer strong:has-text("圆领")');
    server.push({ type: 'chat-text', chat: 'c1', message: 'a', at: 6, piece: '，利落' });
    await page.waitForSelector('.answer:has-text("圆领，利落")');
    expect(await page.locator('.message-acts').count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => sent('/api/chats/c1/stop')).toHaveLength(1);
    server.push({ type: 'chat', chat: 'c1', message: message('a', 'model', '**圆领**，利落', { state: 'stopped' }) });
    await page.waitForSelector('.message.stopped .message-acts button:has-text("写入单元格")');
  });

  test('fetches the chat again when a piece was missed', async () => {
    const { page, server } = await showChat(asked);
    server.push({ type: 'chat-text', chat: 'c1', message: 'unknown', at: 40, piece: 'x' });
    const again = page.waitForResponse(/\/api\/chats\/c1$/);
    server.push({ type: 'chat-text', chat: 'c1', message: 'a', at: 40, piece: 'x' });
    expect((await again).ok()).toBe(true);
  });

  test('shows what models and people write as text, whatever it is', async () => {
    const hostile = '<img src=x onerror="window.bad=1"> [x](javascript:alert(1)) <b>b</b>';
    const { page, faults } = await showChat([message('q', 'person', hostile), message('a', 'model', `- ${hostile}`)]);
    await page.waitForSelector('.answer li');
    expect(await page.locator('.log img, .log a, .log b').count()).toBe(0);
    expect(await page.locator('.answer li').innerText()).toBe(hostile);
    expect(await page.locator('.bubble').innerText()).toBe(hostile);
    expect(await page.evaluate('window.bad')).toBeUndefined();
    expect(faults).toEqual([]);
  });

  test('says what a person has to know about an answer', async () => {
    const problem = { type: 'about:blank', title: '', status: 422, code: 'x', retryable: true } as const;
    const failed = {
      state: 'failed',
      problem: { ...problem, message: { 'zh-CN': '显存不足', 'en-US': 'x' } },
    } as const;
    const { page, asked: sent } = await showChat([
      ...[
        message('q1', 'person', '成分？'),
        message('a1', 'model', '含棉 95%', { unsupported: ['95%'], forgottenTurns: 2 }),
      ],
      ...[message('q2', 'person', '再说说'), message('a2', 'model', '', failed)],
    ]);
    const said = await page.locator('.log').innerText();
    for (const part of ['请对照图片核实：95%', '最早的 2 轮', '显存不足']) expect(said).toContain(part);
    await page.click('.message.failed button:has-text("再问一次")');
    await expect.poll(() => sent('/api/chats/c1/messages')).toEqual([{ text: '再说说' }]);
  });

  test('marks wordings that are not allowed before an answer is used', async () => {
    const { page } = await showChat([message('q', 'person', '写一句'), message('a', 'model', '全网最佳的衬衫')]);
    await page.click('.checked summary');
    expect(await page.locator('.checked mark').innerText()).toContain('最佳');
  });

  test.each([false, true])(
    'has no serious barriers, from its start to the question before deleting (dark: %s)',
    async (dark) => {
      const said = [
        message('q', 'person', '写'),
        message('a', 'model', '全网最佳', { unsupported: ['95%'], isCut: true }),
      ];
      const { page } = await show(browser, serverWith(said), { dark });
      await page.click('#tab-chat');
      await page.waitForSelector('.earlier-open');
      expect(await barriers(page)).toEqual([]);
      await page.click('.earlier-open');
      await page.click('.checked summary');
      expect(await barriers(page)).toEqual([]);
      await page.click('.message-acts button:has-text("写入单元格")');
      await page.waitForSelector('.apply select');
      expect(await barriers(page)).toEqual([]);
      await page.click('.subject button[title="删除"]');
      expect(await barriers(page)).toEqual([]);
    },
  );

  test('asks before it deletes, and deletes on a clear yes only', async () => {
    const { page, server } = await showChat([message('q', 'person', '什么领型？'), message('a', 'model', '圆领')]);
    const deleted = () => server.asked.filter(({ path }) => path.startsWith('/api/chats'));
    await page.click('.subject button[title="删除"]');
    await page.click('dialog[open] button:has-text("取消")');
    expect(deleted()).toEqual([]);
    await page.click('.subject button[title="删除"]');
    await page.click('dialog[open] button.danger:text-is("删除")');
    await page.waitForSelector('.chat-start');
    expect(deleted().map(({ path }) => path)).toEqual(['/api/chats/c1']);
  });
});
