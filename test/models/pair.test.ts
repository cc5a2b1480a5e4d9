// Model files that are on this computer: which part each is, whether two belong together, and taking them in.
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identifyGguf, readModelFacts } from '../../server/engines/model-files.ts';
import { RowscribeError } from '../../server/errors.ts';
import { createModels } from '../../server/models/models.ts';
import type { Models } from '../../server/ports/models.ts';
import { sha256 } from '../fixtures/fake-hub.ts';
import { smallMmproj, smallModel } from '../fixtures/small-models.ts';

const model = smallModel(40_000);
const mmproj = smallMmproj(30_000);
const never = new AbortController().signal;
const silent = () => undefined;

let folder: string;
let elsewhere: string;
let models: Models;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rowscribe 模型 '));
  elsewhere = path.join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const checkPair = (pair: { model: string; mmproj: string }) => readModelFacts(pair.model, pair.mmproj);
  models = createModels({ folder: path.join(folder, 'models'), identify: identifyGguf, checkPair });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, bytes: Buffer): Promise<string> {
  const file = path.join(elsewhere, name);
  await writeFile(file, bytes);
  return file;
}

describe('two files belong together', () => {
  const check = async (one: Buffer, other: Buffer) =>
    models.check({ model: await put('m.gguf', one), mmproj: await put('p.gguf', other) });

  test('when family and width agree, or the header does not tell the width', async () => {
    await check(model, mmproj);
    await check(smallModel(4_000, { architecture: 'qwen3vl' }), smallMmproj(4_000, { projector: 'qwen3vl_merger' }));
  });

  test.each([
    ['another width', model, smallMmproj(4_000, { projection: 96 })],
    ['another family', model, smallMmproj(4_000, { projector: 'qwen3vl_merger' })],
    ['a model for text alone', smallModel(4_000, { architecture: 'qwen2' }), mmproj],
  ])('not with %s', async (_, one, other) => {
    await expect(check(one, other)).rejects.toMatchObject({ code: 'model-mismatch' });
  });

  test('not when they are exchanged, cut off or something else', async () => {
    await expect(check(mmproj, model)).rejects.toMatchObject({ code: 'model-corrupt' });
    await expect(check(model.subarray(0, 30_000), mmproj)).rejects.toMatchObject({ code: 'model-corrupt' });
    await expect(check(Buffer.from('<html>not found</html>'), mmproj)).rejects.toMatchObject({ code: 'model-corrupt' });
  });
});

describe('files that are taken in', () => {
  test('lie together under their own names, without a second copy, and the first ones stay', async () => {
    const given = [await put('mmproj-shop.gguf', mmproj), await put('shop-q4.gguf', model)];
    const pair = await models.adopt(given, silent, never);
    expect(pair).toEqual({
      model: path.join(models.folder, 'shop-q4', 'shop-q4.gguf'),
      mmproj: path.join(models.folder, 'shop-q4', 'mmproj-shop.gguf'),
    });
    expect((await stat(pair.model ?? '')).ino).toBe((await stat(given[1] ?? '')).ino);
    expect(await models.stored()).toMatchObject([{ folder: 'shop-q4', pairs: [{ ...pair, name: 'shop-q4' }] }]);
  });

  test('may be named by their checksum, as Ollama does, and must have it', async () => {
    const blobs = [`sha256-${sha256(model)}`, `sha256-${sha256(mmproj)}`] as const;
    const given = [await put(blobs[0], model), await put(blobs[1], mmproj)];
    const pair = await models.adopt(given, silent, never);
    expect([pair.model, pair.mmproj].map((file) => path.basename(file ?? ''))).toEqual([
      'Small-Model.gguf',
      'mmproj-Small-Model.gguf',
    ]);
    const reports = await models.verify({ model: '', mmproj: '', ...pair }, silent, never);
    expect(reports.map(({ origin }) => origin)).toEqual(['name', 'name']);
    const wrong = await put(`sha256-${'ab'.repeat(32)}`, model);
    await expect(models.adopt([wrong], silent, never)).rejects.toMatchObject({ code: 'download-damaged' });
  });

  test('may be links, as in a hub’s cache: the name is the link’s, the bytes are those behind it', async () => {
    const link = path.join(elsewhere, 'nice-name.gguf');
    await symlink(await put('blob', model), link);
    const pair = await models.adopt([link], silent, never);
    expect(pair).toEqual({ model: path.join(models.folder, 'nice-name', 'nice-name.gguf') });
    expect(sha256(await readFile(pair.model ?? ''))).toBe(sha256(model));
  });

  test('are refused when they are missing, in Ollama’s own form, or no models', async () => {
    const refusal = (given: string) => models.adopt([given], silent, never).catch((error: unknown) => error);
    expect(await refusal(path.join(elsewhere, 'none.gguf'))).toMatchObject({ code: 'model-missing' });
    expect(await refusal(await put('text.gguf', Buffer.from('hello')))).toMatchObject({ code: 'model-corrupt' });
    const own = await refusal(await put('o.gguf', smallModel(4_000, { architecture: 'qwen25vl' })));
    expect((own as RowscribeError).text('zh-CN')).toContain('Ollama');
  });
});

describe('a check of files elsewhere', () => {
  test('reads them to the end and leaves nothing beside them', async () => {
    const pair = { model: await put('m.gguf', model), mmproj: await put('p.gguf', mmproj) };
    const reports = await models.verify(pair, silent, never);
    expect(reports).toMatchObject([
      { path: pair.model, sha256: sha256(model), sizeBytes: model.length, origin: 'unknown' },
      { path: pair.mmproj, sha256: sha256(mmproj), origin: 'unknown' },
    ]);
    await expect(stat(`${pair.model}.json`)).rejects.toThrow('ENOENT');
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const pair = { model: await put('m.gguf', smallModel(30 << 20)), mmproj: await put('p.gguf', mmproj) };
    const reason = new RowscribeError('interrupted', {});
    await expect(models.verify(pair, () => stop.abort(reason), stop.signal)).rejects.toBe(reason);
  });
});
