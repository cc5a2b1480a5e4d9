// rowscribe model as a person types it: list, get, stop, use, check, take in.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { run, start } from '../fixtures/command-line.ts';
import { startHub, type FakeHub } from '../fixtures/fake-hub.ts';
import { smallMmproj, smallModel } from '../fixtures/small-models.ts';

const model = smallModel(12 << 20);
const mmproj = smallMmproj(50_000);
const base = '/owner/Small-GGUF/resolve/main';
const words = ['hf:owner/Small-GGUF/small-q8.gguf', 'hf:owner/Small-GGUF/mmproj-small.gguf'];

let hub: FakeHub;
let folder: string;
let environment: Record<string, string>;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rowscribe 模型 '));
  environment = {
    ROWSCRIBE_SETTINGS: path.join(folder, 'settings.yaml'),
    ROWSCRIBE_DATA_FOLDER: folder,
    ROWSCRIBE_MODELS_FOLDER: path.join(folder, 'models'),
  };
  hub.files.set(`${base}/small-q8.gguf`, { bytes: model });
  hub.files.set(`${base}/mmproj-small.gguf`, { bytes: mmproj });
  return () => rm(folder, { recursive: true, force: true });
});

const settings = () => readFile(path.join(folder, 'settings.yaml'), 'utf8');

describe('rowscribe model', () => {
  test('pull gets both files and uses them from then on; use demo goes back', async () => {
    await writeFile(path.join(folder, 'settings.yaml'), '# ours\nlanguage: en-US\n');
    const pulled = await run(['model', 'pull', ...words, '--mirror', hub.url], environment);
    expect(pulled.stderr).toMatch(/downloading small-q8\.gguf: 100 %/);
    expect(pulled).toMatchObject({ code: 0 });
    expect(pulled.stdout).toContain('small-q8 is used from now on');
    const place = path.join(folder, 'models', 'small-q8');
    expect(await settings()).toBe(
      `# ours\nlanguage: en-US\nmodel: ${path.join(place, 'small-q8.gguf')}\nmmproj: ${path.join(place, 'mmproj-small.gguf')}\n`,
    );
    const listed = await run(['model', 'list'], environment);
    expect(listed.stdout).toMatch(/Other: small-q8 \(in use\)/);
    const verified = await run(['model', 'verify', '--json'], environment);
    expect(verified.lines).toMatchObject([{ origin: 'hub', sizeBytes: model.length }, { origin: 'hub' }]);
    const used = await run(['model', 'use', 'demo'], environment);
    expect(used.code).toBe(0);
    expect(await settings()).toBe('# ours\nlanguage: en-US\nmodel: ""\nmmproj: ""\n');
  });

  test('pull that is stopped by Ctrl-C keeps what has come, and says so', async () => {
    hub.files.set(`${base}/small-q8.gguf`, { bytes: model, holdFromByte: 5 << 20 });
    const pulling = start(['model', 'pull', ...words, '--mirror', hub.url], environment);
    const part = path.join(folder, 'models', 'small-q8', 'small-q8.gguf.ipull');
    // What has come is noted behind the place of the last byte.
    const isNoted = async () => expect((await stat(part)).size).toBeGreaterThan(model.length);
    await vi.waitFor(isNoted, { timeout: 50_000, interval: 100 });
    pulling.child.kill('SIGINT');
    const { code, stderr } = await pulling.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('the same command goes on from there');
    await isNoted();
    await expect(settings()).rejects.toThrow('ENOENT');
  });

  test('import takes files of this computer in; one alone is not used', async () => {
    const given = path.join(folder, 'given');
    await mkdir(given);
    await writeFile(path.join(given, 'shop.gguf'), smallModel(40_000));
    await writeFile(path.join(given, 'mmproj-shop.gguf'), smallMmproj(40_000));
    const half = await run(['model', 'import', path.join(given, 'shop.gguf')], environment);
    expect(half.stdout).toContain('one half is missing');
    const both = ['shop.gguf', 'mmproj-shop.gguf'].map((name) => path.join(given, name));
    const kept = await run(['model', 'import', ...both, '--keep'], environment);
    expect(kept.stdout).toContain('rowscribe model use shop');
    expect((await run(['model', 'use', 'shop'], environment)).code).toBe(0);
    expect(await settings()).toContain(path.join(folder, 'models', 'shop', 'shop.gguf'));
  });

  test.each([
    [['model', 'paint'], 2, /Write: rowscribe model list/],
    [['model', 'use', 'qwen2.5-vl-7b-q4'], 5, /There is no model file/],
  ] as const)('%j ends with %i and says what to write', async (typed, code, message) => {
    const result = await run(typed, environment);
    expect(result).toMatchObject({ code });
    expect(result.stderr).toMatch(message);
  });
});
