// Takes the pictures of the page: both languages, light and dark, in a pane's width and in a browser's.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { AppState, RunView, ServerEvent } from '../server/contract.ts';
import { startChromium } from './browser/chromium.ts';
import { startPaneServer } from './browser/pane-server.ts';
import { appState, noCuda, readyEngine, runRow, runView, troubledRows } from './fixtures/pane-data.ts';

/** With a folder named: every scene in every look. Without: the pictures of the documentation. */
const [, , everything] = process.argv;
const folder = everything ?? fileURLToPath(new URL('../docs/screenshots', import.meta.url));

interface Scene {
  readonly name: string;
  readonly state?: AppState;
  readonly rows?: readonly ReturnType<typeof runRow>[];
  /** What happens before the picture is taken. */
  readonly events?: readonly ServerEvent[];
  readonly act?: (page: Page) => Promise<void>;
}

const withRun = (run: Partial<RunView>): AppState => ({ ...appState, runs: [{ ...runView, ...run }] });
const ended = {
  state: 'finished' as const,
  finished: 120,
  current: [],
  endedAtMs: runView.startedAtMs + 291_000,
  canUndo: true,
};
const runEvent = (run: Partial<RunView>): ServerEvent => ({ type: 'run', run: { ...runView, ...run } });
const tab = (name: string) => (page: Page) => page.click(`#tab-${name}`);

const scenes: readonly Scene[] = [
  { name: 'plan' },
  {
    name: 'demo-model',
    state: { ...appState, engine: { ...readyEngine, isDemo: true, model: 'demo', device: 'CPU' } },
  },
  { name: 'columns', act: (page) => page.click('.columns summary') },
  { name: 'running', state: withRun({}), rows: troubledRows },
  {
    name: 'finished',
    state: withRun({}),
    rows: troubledRows,
    events: [runEvent({ ...ended, counts: { done: 117, 'needs-person': 2, failed: 1 } })],
  },
  {
    name: 'trial',
    state: withRun({ kind: 'preview', total: 3, finished: 0 }),
    rows: [runRow(0), runRow(1), runRow(2)],
    events: [runEvent({ ...ended, kind: 'preview', total: 3, finished: 3, canUndo: false })],
  },
  { name: 'error', state: { ...appState, engine: { ...readyEngine, phase: 'failed', problem: noCuda } } },
  { name: 'empty', state: { ...appState, workbooks: [] } },
  { name: 'table', act: tab('cells') },
  {
    name: 'cell',
    act: async (page) => {
      await page.click('#tab-cells');
      await page.click('.grid tbody tr:first-child td:nth-child(6) button');
      await page.waitForSelector('.findings');
    },
  },
  {
    name: 'review',
    state: withRun({ ...ended, counts: { done: 45, 'needs-person': 0, failed: 0 } }),
    rows: troubledRows,
    act: tab('review'),
  },
  {
    name: 'check',
    act: async (page) => {
      await page.click('#tab-check');
      await page.fill('textarea', '褶皱袖口是手工压线，领尖内衬加厚，全网最佳的条纹衬衫就是它。');
      await page.waitForSelector('.findings');
    },
  },
  { name: 'settings', act: (page) => page.click('.head .icon-only') },
];

interface Look {
  readonly language: 'zh-CN' | 'en-US';
  readonly theme: 'light' | 'dark';
  readonly width: number;
  /** Scenes that the documentation shows in this look. */
  readonly shown: readonly string[];
}

const looks: readonly Look[] = [
  {
    language: 'zh-CN',
    theme: 'light',
    width: 330,
    shown: ['plan', 'running', 'finished', 'trial', 'cell', 'review', 'check', 'error'],
  },
  { language: 'en-US', theme: 'dark', width: 330, shown: ['plan', 'running', 'cell', 'review'] },
  { language: 'zh-CN', theme: 'light', width: 1280, shown: ['plan', 'cell', 'review'] },
  { language: 'en-US', theme: 'light', width: 640, shown: ['running'] },
];

/** Runs in the page: until every picture that can be seen is there. */
const pictures = `Promise.all([...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .map((image) => image.decode().catch(() => undefined)))`;

async function takeScene(browser: Browser, scene: Scene, look: Look): Promise<void> {
  const server = await startPaneServer({
    ...(scene.state === undefined ? {} : { 'GET /api/state': () => scene.state }),
    ...(scene.rows === undefined ? {} : { 'GET /api/runs': () => ({ total: scene.rows?.length, rows: scene.rows }) }),
  });
  const height = look.width < 600 ? 720 : 800;
  const page = await browser.newPage({
    viewport: { width: look.width, height },
    ...{ locale: look.language, colorScheme: look.theme, reducedMotion: 'reduce', deviceScaleFactor: 2 },
  });
  await page.goto(server.address);
  await page.waitForSelector('.panel');
  await page.waitForSelector('.bar, .run, .empty');
  for (const event of scene.events ?? []) server.push(event);
  if (scene.events !== undefined) await page.waitForSelector('.run-head .icon-only');
  await scene.act?.(page);
  await page.evaluate(pictures);
  const picture = await page.screenshot();
  const name = `${scene.name}.${look.language}.${look.theme}.${look.width}.png`;
  await sharp(picture)
    .resize({ width: Math.round(look.width * (look.width > 1000 ? 1 : 1.5)) })
    .png({ palette: true, quality: 80 })
    .toFile(path.join(folder, name));
  await page.close();
  await server.close();
}

await mkdir(folder, { recursive: true });
const browser = await startChromium();
for (const look of looks) {
  const taken = scenes.filter(({ name }) => everything !== undefined || look.shown.includes(name));
  for (const scene of taken) await takeScene(browser, scene, look);
}
await browser.close();
