// What everyone in the process shares: claims on workbooks, the engine as pages see it, settings that may be changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EngineView } from '../../server/contract/state.ts';
import { EngineMonitor } from '../../server/desk/engine-monitor.ts';
import { shareClaims } from '../../server/desk/shared-claims.ts';
import { RowscribeError } from '../../server/errors.ts';
import type { GenerateRequest } from '../../server/ports/engine.ts';
import { loadSettings, saveSettings } from '../../server/settings.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { crash, createScriptedEngine, type EngineScript } from '../fakes/scripted-engine.ts';
import { createRunBench } from '../fixtures/run-bench.ts';
import { testFolder } from '../workbook/make-workbook.ts';

const book = '/shop/book.xlsx';

describe('claims of one process', () => {
  test('are one run and any number of cells beside it, and outside they are one claim', () => {
    const journal = openJournal(':memory:');
    const shared = shareClaims(journal);
    const run = shared.claim(book);
    const cells = [shared.claim(book, 'cell'), shared.claim(book, 'cell')];
    expect([run, ...cells].every((release) => release !== undefined)).toBe(true);
    expect(shared.claim(book)).toBeUndefined();
    run?.();
    run?.();
    expect(journal.claim(book)).toBeUndefined();
    const next = shared.claim(book);
    expect(next).toBeDefined();
    for (const release of [next, ...cells]) release?.();
    expect(journal.claim(book)).toBeDefined();
    expect(shared.claim(book, 'cell')).toBeUndefined();
    journal.close();
  });
});

describe('the engine as pages see it', () => {
  const request: GenerateRequest = {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
    ...{ outputTokensMax: 9, temperature: 0, seed: 1 },
  };
  function monitor(script?: EngineScript) {
    const seen: string[] = [];
    const tell = (view: EngineView) => void seen.push(`${view.phase} ${view.problem?.code ?? ''}`.trim());
    const made: EngineMonitor = new EngineMonitor(createScriptedEngine(script), 2, tell);
    return { monitor: made, seen };
  }

  test('loads, is ready with its name, and knows how long rows took before', async () => {
    const { monitor: made, seen } = monitor();
    expect(made.view()).toEqual({ phase: 'idle', model: '', isDemo: false, device: '', secondsPerRow: 2 });
    await made.engine.generate(request);
    await made.engine.start();
    expect(seen).toEqual(['loading', 'ready']);
    made.notePace(3);
    expect(made.view()).toMatchObject({ phase: 'ready', model: 'Scripted', device: 'CPU', secondsPerRow: 3 });
  });

  test('tells when it died and is loaded again, and when it gave up and why', async () => {
    const replies: ReturnType<EngineScript>[] = [
      crash,
      'ok',
      { error: new RowscribeError('engine-gave-up', { detail: 'x' }) },
    ];
    const { monitor: made, seen } = monitor((_, look) => replies[look - 1] ?? 'ok');
    await expect(made.engine.generate(request)).rejects.toMatchObject({ code: 'engine-crashed' });
    await made.engine.generate(request);
    await expect(made.engine.generate(request)).rejects.toMatchObject({ code: 'engine-gave-up' });
    expect(seen).toEqual([...['loading', 'ready', 'idle engine-crashed', 'loading', 'ready', 'failed engine-gave-up']]);
  });

  test('is not at fault when a row is', async () => {
    const { monitor: made, seen } = monitor(() => ({ error: new RowscribeError('engine-empty', {}) }));
    await expect(made.engine.generate(request)).rejects.toMatchObject({ code: 'engine-empty' });
    expect(seen).toEqual(['loading', 'ready']);
  });
});

describe('settings that are changed', () => {
  test('hold from the next row on, are kept, and told', async () => {
    const { desk, saved, events, start, over, images } = await createRunBench(
      { engineInfo: { imageTokensMax: 1000 } },
      ['A'],
    );
    expect(desk.state().settings).toEqual({ language: 'auto', pictureSize: '1024' });
    expect(desk.settings.change({ pictureSize: 'small', language: 'auto' })).toMatchObject({ pictureSize: 'small' });
    expect(saved).toEqual([{ imageTokensMax: 576 }]);
    expect(events.at(-1)).toEqual({ type: 'settings', settings: { language: 'auto', pictureSize: 'small' } });
    await over((await start()).id);
    expect(images.requests.map(({ imageTokensMax }) => imageTokensMax)).toEqual([576]);
    desk.settings.change({ pictureSize: '1024' });
    await over((await start({ scope: { rows: '', mode: 'all', overwriteEdited: true } })).id);
    // What the engine was loaded for is the most it takes.
    expect(images.requests.map(({ imageTokensMax }) => imageTokensMax)).toEqual([576, 1000]);
  });

  test('leave everything else in the person’s file as it stands', () => {
    const file = join(testFolder(), 'deep', 'settings.yaml');
    const environment = { ROWSCRIBE_SETTINGS: file };
    saveSettings(environment, { language: 'zh-CN' });
    expect(loadSettings(environment).language).toBe('zh-CN');
    writeFileSync(file, '# 我的设置\nseed: 3 # lucky\n\nlanguage: zh-CN\n');
    saveSettings(environment, { language: 'en-US', imageTokensMax: 576 });
    expect(readFileSync(file, 'utf8')).toBe('# 我的设置\nseed: 3 # lucky\n\nlanguage: en-US\nimageTokensMax: 576\n');
    expect(loadSettings(environment)).toMatchObject({ seed: 3, language: 'en-US', imageTokensMax: 576 });
  });
});
