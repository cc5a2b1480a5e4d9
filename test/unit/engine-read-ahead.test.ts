// The share of a model's files that is read is told while it is true, and never made up.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineView } from '../../server/contract/state.ts';
import { EngineMonitor } from '../../server/desk/engine-monitor.ts';
import { readingAhead } from '../../server/engines/read-ahead.ts';
import { createScriptedEngine } from '../fakes/scripted-engine.ts';

const megabyte = 1024 * 1024;
const plenty = () => 1024 * megabyte;
let folder = '';
let files: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'read-ahead-'));
  files = [path.join(folder, 'model.gguf'), path.join(folder, 'mmproj.gguf')];
  await writeFile(files[0] ?? '', Buffer.alloc(24 * megabyte));
  await writeFile(files[1] ?? '', Buffer.alloc(8 * megabyte));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const scripted = (freeBytes = plenty) => {
  const engine = createScriptedEngine();
  return { engine, ahead: readingAhead(engine, files, freeBytes) };
};

test('the bytes of both files count, and the model is loaded after they are read', async () => {
  const { engine, ahead } = scripted();
  const told: (readonly [number, number])[] = [];
  await ahead.start(undefined, (percent) => told.push([percent, engine.loads]));
  expect(told).toEqual([
    [0, 0],
    [25, 0],
    [50, 0],
    [75, 0],
    [100, 0],
  ]);
  expect(engine.loads).toBe(1);
  await ahead.close();
});

test('a second start does not read again', async () => {
  const { ahead } = scripted();
  await ahead.start();
  const told: number[] = [];
  await ahead.start(undefined, (percent) => told.push(percent));
  expect(told).toEqual([100]);
  await ahead.close();
});

test('files that do not fit into free memory are left to the runtime, without a percentage', async () => {
  const { engine, ahead } = scripted(() => 31 * megabyte);
  const told: number[] = [];
  await ahead.start(undefined, (percent) => told.push(percent));
  expect([told, engine.loads]).toEqual([[], 1]);
  await ahead.close();
});

test('a missing file is the engine’s to name', async () => {
  const engine = createScriptedEngine();
  const ahead = readingAhead(engine, [path.join(folder, 'none.gguf')], plenty);
  await expect(ahead.start()).resolves.toMatchObject({ model: 'Scripted' });
  await ahead.close();
});

test('pages see it grow while the engine loads, and not afterwards', async () => {
  const { ahead } = scripted();
  const views: EngineView[] = [];
  const monitor = new EngineMonitor(ahead, undefined, (view) => void views.push(view));
  await monitor.engine.start();
  expect(views.map(({ phase, percent }) => [phase, percent])).toEqual([
    ['loading', undefined],
    ['loading', 0],
    ['loading', 25],
    ['loading', 50],
    ['loading', 75],
    ['loading', undefined],
    ['ready', undefined],
  ]);
  await monitor.engine.close();
});
