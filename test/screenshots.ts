// Takes the pictures of the documentation from the real program: its server, the demo model, a workbook, a browser.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../server/domain/language.ts';
import { startChromium } from './browser/chromium.ts';
import { takePicture, type Look } from './browser/picture.ts';
import { takeTypedScenes } from './browser/typed-scenes.ts';
import { start } from './fixtures/command-line.ts';
import { demoPhotos } from './fixtures/product-book.ts';
import { freePort } from './fixtures/serving.ts';
import { createShownBook } from './fixtures/shown-book.ts';

/** With a folder named: every scene in every look, and those that no real run brings about. Without: the documentation's. */
const [, , everything] = process.argv;
const folder = everything ?? fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const runTimeoutMs = 120_000;
const taken = new Set<string>();

const zh = 'zh-CN';
const en = 'en-US';
const shown: Readonly<Record<Language, readonly string[]>> = {
  [zh]: [
    ...['plan.light.320', 'running.light.320', 'finished.light.320', 'review.light.320', 'cell.light.320'],
    ...['check.light.320', 'chat.light.320', 'table.light.1280', 'review.light.1280'],
  ],
  [en]: [
    ...['plan.light.640', 'running.dark.320', 'finished.dark.320', 'cell.dark.320', 'check.dark.320'],
    ...['table.dark.1280'],
  ],
};
const looks: readonly Look[] = [320, 640, 1280].flatMap((width) => [
  { theme: 'light' as const, width },
  { theme: 'dark' as const, width },
]);

/** The demo's products and copy are Chinese, whatever the language of the page. */
const question = '请为这件商品写一段描述';
const checked: Readonly<Record<Language, string>> = {
  [zh]: '全网最低价，国家级品质，穿上立刻显瘦，错过再等一年！',
  [en]: 'The best dress in the world, 100% guaranteed to fit.',
};

/** Before a scene; they follow one another in one page, as a person's day does. */
type Act = (page: Page, language: Language) => Promise<unknown>;
const scenes: Readonly<Record<string, Act>> = {
  plan: (page) => page.waitForSelector('.plan:not(.is-coming) .figure'),
  running: async (page) => {
    await page.click('.bar .primary');
    await page.waitForSelector('.run-row:nth-child(3)', { timeout: runTimeoutMs });
  },
  finished: async (page) => {
    await page.waitForSelector('.progress.finished', { timeout: runTimeoutMs });
    await page.waitForSelector('.troubles');
  },
  review: async (page) => {
    await page.click('#tab-review');
    await page.waitForSelector('.review .cell-panel .clean, .review .findings');
  },
  table: async (page) => {
    await page.click('#tab-cells');
    await page.waitForSelector('.grid td');
  },
  cell: async (page) => {
    await page.click('.grid tbody tr:nth-child(3) td:nth-child(2) button');
    await page.waitForSelector('.focus-side .findings');
  },
  check: async (page, language) => {
    await page.click('#tab-check');
    await page.fill('.check textarea', checked[language]);
    await page.waitForSelector('.verdict .findings');
  },
  chat: async (page) => {
    await page.click('#tab-chat');
    await page.setInputFiles('.drop-place input', path.join(demoPhotos, 'dress-1.jpg'));
    await page.waitForSelector('.ready img', { timeout: runTimeoutMs });
    await page.fill('.composer textarea', question);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.log > .model:not(.writing)', { timeout: runTimeoutMs });
  },
};

/** One language: a server and a workbook of its own, and every scene of a day with them. */
async function takeLanguage(browser: Browser, language: Language): Promise<void> {
  const { folder: home, book } = await createShownBook();
  const settings = await mkdtemp(path.join(os.tmpdir(), 'rowscribe-home-'));
  const port = await freePort();
  const running = start(['serve', '--port', String(port)], {
    HOME: settings,
    ROWSCRIBE_SETTINGS: path.join(settings, 'settings.yaml'),
    ROWSCRIBE_DATA_FOLDER: path.join(settings, 'data'),
    ROWSCRIBE_CERTIFICATE_FOLDER: path.join(settings, 'certificate'),
    ROWSCRIBE_LANGUAGE: language,
    DISPLAY: '',
    WAYLAND_DISPLAY: '',
  });
  try {
    await running.seen(/https:\/\/localhost:\d+/);
    const page = await browser.newPage({
      ...{ locale: language, ignoreHTTPSErrors: true, reducedMotion: 'reduce', deviceScaleFactor: 2 },
    });
    await page.goto(`https://localhost:${port}/`);
    await page.fill('.path-form input', book);
    await page.click('.path-form button');
    for (const [name, act] of Object.entries(scenes)) {
      await act(page, language);
      for (const look of looks) await takeLook(page, name, language, look);
    }
    await page.close();
  } finally {
    running.child.kill('SIGINT');
    await running.finished;
    for (const made of [home, settings]) await rm(made, { recursive: true, force: true });
  }
}

async function takeLook(page: Page, scene: string, language: Language, look: Look): Promise<void> {
  const isShown = shown[language].includes(`${scene}.${look.theme}.${look.width}`);
  if (everything === undefined && !isShown) return;
  const file = `${scene}.${language}.${look.theme}.${look.width}.png`;
  await takePicture(page, look, path.join(folder, file));
  taken.add(file);
}

await mkdir(folder, { recursive: true });
const browser = await startChromium();
for (const language of [zh, en] as const) await takeLanguage(browser, language);
if (everything !== undefined) await takeTypedScenes(browser, folder);
await browser.close();
// What is no longer made must not go on being shown.
if (everything === undefined) {
  for (const old of await readdir(folder)) if (!taken.has(old)) await rm(path.join(folder, old));
}
