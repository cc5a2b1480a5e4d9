// The page for people who use keys or other eyes: everything is reached without a mouse, and axe-core finds nothing serious.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunView } from '../../server/contract/runs.ts';
import { createGate } from '../fixtures/fill-bench.ts';
import { runRow, runView, troubledRows } from '../fixtures/pane-data.ts';
import { hasChromium, startChromium } from './chromium.ts';
import { rowsOf, show as showIn, stateWith, text } from './show-pane.ts';

let browser: Browser;
const show = (answers?: Parameters<typeof showIn>[1], look?: Parameters<typeof showIn>[2]) =>
  showIn(browser, answers, look);

/** Serious and critical findings of axe-core, as one line each. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

describe.skipIf(!hasChromium())('people who use keys or other eyes', () => {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test('a fill is set up, started and stopped by keys alone', async () => {
    const { page, asked } = await show({
      'POST /api/runs': () => ({ ...runView, finished: 0 }),
      'POST /api/runs/run-1/stop': () => runView,
    });
    await page.waitForSelector('.plan .figure');
    const seen = new Set<string>();
    const go = async (selector: string) => {
      for (let presses = 0; presses < 60; presses += 1) {
        if ((await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) === true) return;
        await page.keyboard.press('Tab');
        seen.add(
          (await page.evaluate('document.activeElement.tagName + "." + document.activeElement.className')) as string,
        );
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await go('#tab-fill');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-cells');
    await page.keyboard.press('ArrowLeft');
    await go('.segments input');
    await go('.bar .primary');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.progress-card');
    await go('.progress-card .buttons button:last-child');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked('/api/runs/run-1/stop')).toHaveLength(1);
    expect(seen.size).toBeGreaterThan(5);
  });

  test('what is being typed in the next cell stays when the cell before is done', async () => {
    const gate = createGate();
    const { page } = await show({
      ...stateWith({ runs: [{ ...runView, state: 'finished', current: [] }] }),
      ...rowsOf([runRow(0)]),
      'POST /api/cells/regenerate': async () => {
        await gate.opened;
        return { text: '新写的', previous: '', isWritten: true, status: '完成' };
      },
    });
    await page.click('#tab-review');
    await page.waitForSelector('.cell-panel .rewriting');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('r');
    await page.waitForSelector('.is-rewriting');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('e');
    await page.waitForSelector('.editor textarea:focus');
    await page.keyboard.type('abc');
    gate.open();
    await page.waitForSelector('.editor button.primary:enabled');
    expect(await page.inputValue('.editor textarea')).toContain('abc');
  });

  test('rows are reviewed with J, K, A, E, R, X and the arrows', async () => {
    const ended: RunView = { ...runView, state: 'finished', current: [] };
    const { page, asked } = await show({
      ...stateWith({ runs: [ended] }),
      ...rowsOf([runRow(0), runRow(1), runRow(2)]),
      'POST /api/cells/regenerate': () => ({ text: '新写的', previous: '', isWritten: true, status: '完成' }),
      'POST /api/cells/write': () => ({}),
      'POST /api/cells/history': ({ cell }: { cell: string }) => ({
        ...{ key: '', label: '', header: '', text: '', isEdited: false },
        versions: [
          {
            text: cell === 'E3' ? '新写的' : '写过的',
            original: '',
            previous: '更早的',
            recipe: '',
            model: 'm',
            reason: '',
            seed: 1,
            atMs: 0,
          },
        ],
      }),
    });
    await page.click('#tab-review');
    await page.waitForSelector('.cell-panel');
    await page.evaluate('document.activeElement.blur()');
    const position = () => text(page, '.review-head strong');
    await page.keyboard.press('j');
    expect(await position()).toBe('2 / 3');
    await page.keyboard.press('k');
    await page.keyboard.press('a');
    expect(await position()).toBe('2 / 3');
    await expect.poll(() => text(page, '.review-head')).toContain('4 个单元格中的 3 个');
    expect(await text(page, '.review-head')).toContain('已通过 1 行');
    expect(asked('/api/rows/accept').at(-1)).toMatchObject({
      ...{ key: runRow(0).key, target: { sheet: expect.any(String) as string } },
    });
    await expect.poll(() => text(page, '.cell-panel .cell-head')).toContain('E3');
    await page.keyboard.press('r');
    await expect.poll(() => text(page, '.cell-panel .copy')).toBe('新写的');
    await page.waitForSelector('.history');
    await page.keyboard.press('x');
    await expect
      .poll(() => asked('/api/cells/write').at(-1))
      .toMatchObject({ cell: 'E3', text: '更早的', expected: '新写的' });
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => text(page, '.cell-panel .cell-head')).toContain('F3');
    await page.keyboard.press('e');
    await page.waitForSelector('.editor textarea:focus');
    await page.keyboard.type('ja');
    expect(await position()).toBe('2 / 3');
    await page.keyboard.press('Escape');
    expect(await page.locator('.editor').count()).toBe(0);
  });

  test.each([
    ['light', false],
    ['dark', true],
  ])('axe-core finds nothing serious on any screen: %s', async (_, dark) => {
    const { page, server } = await show({ ...stateWith({ runs: [] }), ...rowsOf(troubledRows) }, { dark });
    await page.waitForSelector('.plan .figure');
    await page.click('.columns summary');
    const found: Record<string, string[]> = { fill: await seriousFaults(page) };
    server.push({ type: 'run', run: runView });
    await page.waitForSelector('.run-row');
    found['running'] = await seriousFaults(page);
    server.push({ type: 'run', run: { ...runView, state: 'finished', current: [], canUndo: true } });
    for (const tab of ['cells', 'review', 'check']) {
      await page.click(`#tab-${tab}`);
      if (tab === 'cells') await page.click('.grid tbody tr:first-child td:nth-child(6) button');
      if (tab === 'check') await page.fill('textarea', '全网最佳的衬衫');
      await page.waitForSelector(tab === 'check' ? '.verdict' : '.cell-panel');
      found[tab] = await seriousFaults(page);
    }
    await page.click('.head .icon-only');
    found['settings'] = await seriousFaults(page);
    expect(found).toEqual({ fill: [], running: [], cells: [], review: [], check: [], settings: [] });
  });
});
