// Pictures of states that no run on this machine brings about, from typed data: for looking at, not for the documentation.
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { AppState } from '../../server/contract/state.ts';
import { appState, noCuda, readyEngine, runRow, runView, troubledRows } from '../fixtures/pane-data.ts';
import { startPaneServer } from './pane-server.ts';
import { takePicture, type Look } from './picture.ts';

interface TypedScene {
  readonly name: string;
  readonly state: AppState;
  readonly rows?: readonly ReturnType<typeof runRow>[];
}

const scenes: readonly TypedScene[] = [
  { name: 'error', state: { ...appState, engine: { ...readyEngine, phase: 'failed', problem: noCuda } } },
  { name: 'long-run', state: { ...appState, runs: [runView] }, rows: troubledRows },
  { name: 'empty', state: { ...appState, workbooks: [] } },
];

const looks: readonly (Look & { readonly language: string })[] = [
  { language: 'zh-CN', theme: 'light', width: 320 },
  { language: 'en-US', theme: 'dark', width: 320 },
  { language: 'en-US', theme: 'light', width: 1280 },
];

/** Takes each into the folder, as `typed-SCENE.LANGUAGE.THEME.WIDTH.png`. */
export async function takeTypedScenes(browser: Browser, folder: string): Promise<void> {
  for (const { name, state, rows } of scenes) {
    const server = await startPaneServer({
      'GET /api/state': () => state,
      ...(rows === undefined ? {} : { 'GET /api/runs': () => ({ total: rows.length, rows }) }),
    });
    for (const { language, ...look } of looks) {
      const page = await browser.newPage({ locale: language, reducedMotion: 'reduce', deviceScaleFactor: 2 });
      await page.goto(server.address);
      await page.waitForSelector('.bar, .run, .empty');
      await takePicture(page, look, path.join(folder, `typed-${name}.${language}.${look.theme}.${look.width}.png`));
      await page.close();
    }
    await server.close();
  }
}
