// The page in a real browser on typed data: what is shown, what is asked of the server, and that model text stays text.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunView } from '../../server/contract/runs.ts';
import { noCuda, plan, readyEngine, rowViews, runRow, runView, troubledRows } from '../fixtures/pane-data.ts';
import { hasChromium, startChromium } from './chromium.ts';
import { rowsOf, show as showIn, stateWith, text } from './show-pane.ts';

let browser: Browser;
const running = stateWith({ runs: [runView] });
const show = (answers?: Parameters<typeof showIn>[1]) => showIn(browser, answers);

describe.skipIf(!hasChromium())('the page', () => {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test('says before it starts how many rows and cells would be written, for how long, and what stays', async () => {
    const { page, asked, faults } = await show();
    await page.waitForSelector('.plan .figure');
    expect(await text(page, '.plan')).toMatch(/9 行 · 69 个单元格[^]*约 22 秒[^]*人写过的 3 格保留不动/);
    await page.click('.plan-rows summary');
    expect(await page.locator('.plan-rows li').count()).toBe(plan.rows.length);
    await page.click('.bar .primary');
    await page.waitForSelector('.progress-card');
    expect(asked('/api/runs')).toEqual([
      {
        target: { workbook: 'book-1', recipe: 'default' },
        scope: { rows: '', mode: 'empty', overwriteEdited: false },
        kind: 'fill',
      },
    ]);
    expect(faults).toEqual([]);
  });

  test('asks for the explicit yes before people’s words may be replaced, and forgets it with the mode', async () => {
    const { page, asked } = await show();
    await page.click('.segments label:has-text("全部重写")');
    await page.check('.tick input');
    await expect
      .poll(() => asked('/api/plans').at(-1))
      .toMatchObject({ scope: { mode: 'all', overwriteEdited: true } });
    await page.click('.segments label:has-text("只填空格")');
    await page.click('.segments label:has-text("全部重写")');
    await expect
      .poll(() => asked('/api/plans').at(-1))
      .toMatchObject({ scope: { mode: 'all', overwriteEdited: false } });
  });

  test('keeps what a person decided about a column, for this sheet and recipe, and only while its header is the same', async () => {
    const { page, asked, server } = await show();
    await page.click('.columns summary');
    await page.selectOption('.columns li:nth-child(4) select', 'ignore');
    await expect.poll(() => asked('/api/plans').at(-1)).toMatchObject({ target: { columns: { 3: 'ignore' } } });
    await page.reload();
    await page.waitForSelector('.plan .figure');
    expect(asked('/api/plans').at(-1)).toMatchObject({ target: { columns: { 3: 'ignore' } } });
    await page.evaluate(
      'localStorage.setItem(Object.keys(localStorage).find((key) => key.includes("columns")), JSON.stringify({ 3: { header: "成本", role: "ignore" } }))',
    );
    await page.goto(server.address);
    await page.waitForSelector('.plan .figure');
    expect(asked('/api/plans').at(-1)).toMatchObject({ target: { workbook: 'book-1', recipe: 'default' } });
    expect(JSON.stringify(asked('/api/plans').at(-1))).not.toContain('columns');
  });

  test('follows a run that it did not start: progress, what is being looked at, what needs a person, and the end', async () => {
    const { page, server, asked } = await show({ ...running, ...rowsOf(troubledRows) });
    await page.waitForSelector('.troubles');
    expect(await text(page, '.progress-card')).toMatch(
      /正在写[^]*QZ-2011[^]*45 \/ 120 行[^]*每分钟 25 行 · 还需约 3 分钟/,
    );
    expect(await text(page, '.troubles')).toContain('找不到图片 photos/longsleeve-9.jpg');
    await page.click('text=暂停');
    await expect.poll(() => asked('/api/runs/run-1/pause')).toHaveLength(1);
    server.push({ type: 'row', run: 'run-1', row: runRow(60, 'failed', '失败：刚刚发生') });
    server.push({ type: 'run', run: { ...runView, state: 'finished', finished: 120, canUndo: true, current: [] } });
    await page.waitForSelector('text=逐行复核');
    expect(await text(page, '.troubles')).toContain('失败：刚刚发生');
    await page.click('text=撤销这次填充');
    expect(asked('/api/runs/run-1/undo')).toEqual([]);
    await page.click('text=确定撤销');
    await expect.poll(() => asked('/api/runs/run-1/undo')).toHaveLength(1);
  });

  test('does not go back to what a run was when an answer comes after newer news', async () => {
    let release: (run: RunView) => void = () => undefined;
    const held = new Promise<RunView>((resolve) => (release = resolve));
    const { page, server, asked } = await show({ ...running, 'POST /api/runs/run-1/pause': () => held });
    await page.click('text=暂停');
    await expect.poll(() => asked('/api/runs/run-1/pause')).toHaveLength(1);
    server.push({ type: 'run', run: { ...runView, state: 'finished', finished: 120, canUndo: true, current: [] } });
    await page.waitForSelector('text=撤销这次填充');
    const answered = page.waitForResponse('**/pause');
    release({ ...runView, state: 'paused' });
    await (await answered).finished();
    // An act after the answer: what it would have changed is on the page by then.
    await page.click('text=撤销这次填充');
    await page.waitForSelector('text=确定撤销');
    expect(await text(page, '.progress-card')).not.toContain('已暂停');
  });

  test('comes back after the connection was lost, with the rows that it missed', async () => {
    const rows = [runRow(0)];
    const { page, server } = await show({ ...running, 'GET /api/runs': () => ({ total: rows.length, rows }) });
    await page.waitForSelector('.run-row');
    rows.push(runRow(1), runRow(2));
    server.drop();
    await page.waitForSelector('.run-row:nth-child(3)');
    expect(await page.locator('.run-row').count()).toBe(3);
    await expect.poll(() => page.locator('.band.bad').count()).toBe(0);
  });

  test('draws only what can be seen of thousands of rows, and all of them can be reached', async () => {
    const rows = Array.from({ length: 2000 }, (_, at) => runRow(at));
    const page2000 = ({ length }: readonly unknown[]) => ({ total: length, rows });
    const { page } = await show({
      ...stateWith({ runs: [{ ...runView, total: 2000, finished: 2000 }] }),
      'GET /api/runs': () => page2000(rows),
    });
    await page.waitForSelector('.run-row');
    expect(await page.locator('.run-row').count()).toBeLessThan(40);
    await page.evaluate('document.querySelector(".virtual").scrollTo(0, 1e9)');
    await expect.poll(() => text(page, '.run-row:last-child')).toContain('第 2 行');
  });

  test('shows a trial’s texts with their findings and writes nothing', async () => {
    const trial: RunView = { ...runView, kind: 'preview', total: 3, finished: 0 };
    const { page, server } = await show({ ...stateWith({ runs: [trial] }), ...rowsOf([runRow(0)]) });
    await page.waitForSelector('.run-head');
    server.push({ type: 'run', run: { ...trial, state: 'finished', finished: 3, current: [] } });
    await page.waitForSelector('mark.block');
    expect(await text(page, 'mark.block')).toBe('全网最佳');
    expect(await text(page, '.findings')).toContain('《广告法》第九条');
    expect(await text(page, '.run-head')).toContain('没有写入表格');
  });

  test('shows what a model wrote as text, whatever it looks like', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><b>粗</b>全网最佳';
    const [first] = rowViews;
    if (first === undefined) throw new Error('no rows');
    const row = { ...first, label: evil, cells: first.cells.map((cell) => ({ ...cell, text: evil, header: evil })) };
    const { page, faults } = await show({
      'POST /api/sheets/rows': () => ({ total: 1, rows: [row] }),
      ...stateWith({ runs: [{ ...runView, workbookName: evil }] }),
      ...rowsOf([{ ...runRow(0), label: evil, status: evil, outcome: 'failed' }]),
    });
    await page.waitForSelector('.run-row');
    await page.click('#tab-cells');
    await page.click('.grid td button');
    await page.waitForSelector('.cell-panel mark');
    expect(await text(page, '.cell-panel .copy')).toBe(evil);
    expect(await page.evaluate('[window.hacked, document.querySelectorAll("img[src=x], .copy b").length]')).toEqual([
      undefined,
      0,
    ]);
    expect(faults).toEqual([]);
  });

  test('tells what is wrong with the machine and what to do, and where a demo model comes from', async () => {
    const { page, server } = await show(stateWith({ engine: { ...readyEngine, phase: 'failed', problem: noCuda } }));
    await expect.poll(() => text(page, '.head')).toMatch(/模型没有加载起来[^]*528\.49[^]*535/);
    server.push({ type: 'engine', engine: { ...readyEngine, isDemo: true } });
    await page.click('text=换成正式模型');
    expect(await text(page, 'dialog[open]')).toContain('model pull qwen2.5-vl-7b-q4');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  test('explains a cell that somebody else has just changed, and shows what stands there now', async () => {
    const problem = {
      ...noCuda,
      status: 409,
      code: 'cell-changed',
      message: { 'zh-CN': '单元格已被改动', 'en-US': 'changed' },
    };
    const [first] = rowViews;
    if (first === undefined) throw new Error('no rows');
    const now = { text: first.cells[0]?.text ?? '' };
    const view = () => ({
      ...first,
      cells: first.cells.map((cell, index) => (index === 0 ? { ...cell, ...now } : cell)),
    });
    const { page, asked } = await show({
      'POST /api/cells/write': () => problem,
      'POST /api/sheets/rows': () => ({ total: 1, rows: [view()] }),
    });
    await page.click('#tab-cells');
    await page.click('.grid td button');
    await page.click('.cell-panel >> text=修改');
    await page.fill('textarea', '我的话');
    now.text = '别人的话';
    await page.click('text=保存');
    await page.waitForSelector('.notice.problem');
    expect(asked('/api/cells/write')).toMatchObject([{ cell: 'E2', text: '我的话', expected: first.cells[0]?.text }]);
    await expect.poll(() => text(page, '.cell-panel .copy')).toBe('别人的话');
  });

  test('replaces a banned wording with one click in a cell and in the check of any text', async () => {
    const { page, asked } = await show({ 'POST /api/cells/write': () => ({}) });
    await page.click('#tab-cells');
    await page.click('.grid tbody tr:first-child td:nth-child(6) button');
    await page.click('.findings >> text=换成 耐看');
    await expect
      .poll(() => asked('/api/cells/write'))
      .toMatchObject([{ cell: 'I2', text: expect.stringContaining('依然挺括，耐看的条纹衬衫') }]);
    await page.click('#tab-check');
    await page.fill('textarea', '全网最佳的衬衫');
    await page.click('.findings >> text=删去');
    expect(await page.inputValue('textarea')).toBe('的衬衫');
    expect(await text(page, '.verdict')).toContain('没有发现违规词');
  });
});
