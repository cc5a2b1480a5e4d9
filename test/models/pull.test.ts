// Models are downloaded from a hub, whatever happens on the way: whole and checked, or not at all.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { identifyGguf, readModelFacts } from '../../server/engines/model-files.ts';
import { RowscribeError } from '../../server/errors.ts';
import { createModels } from '../../server/models/models.ts';
import type { FetchProgress, Models, PairSource } from '../../server/ports/models.ts';
import { sha256, startHub, type FakeHub, type HubFile } from '../fixtures/fake-hub.ts';
import { smallMmproj, smallModel } from '../fixtures/small-models.ts';

const megabyte = 1 << 20;
const model = smallModel(12 * megabyte);
const mmproj = smallMmproj(megabyte);
const base = '/owner/Small-GGUF/resolve/main';
const paths = { model: `${base}/small-q8.gguf`, mmproj: `${base}/mmproj-small.gguf` };

function changed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(bytes.readUInt8(500_000) ^ 1, 500_000);
  return copy;
}

let hub: FakeHub;
let folder: string;
let models: Models;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rowscribe 模型 '));
  hub.sentBytes.clear();
  hub.requests.length = 0;
  offer({});
  const checkPair = (pair: { model: string; mmproj: string }) => readModelFacts(pair.model, pair.mmproj);
  models = createModels({ folder, identify: identifyGguf, checkPair });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function offer(changes: Partial<HubFile>, mmprojChanges: Partial<HubFile> = {}): void {
  hub.files.set(paths.model, { bytes: model, ...changes });
  hub.files.set(paths.mmproj, { bytes: mmproj, ...mmprojChanges });
}

const words = (name = 'small-q8') => [`hf:owner/Small-GGUF/${name}.gguf`, 'hf:owner/Small-GGUF/mmproj-small.gguf'];
const source = (): PairSource => models.sourceOf(words(), hub.url);
const never = new AbortController().signal;
const pull = (signal = never, onProgress: (progress: FetchProgress) => void = () => undefined, from = source()) =>
  models.pull(from, onProgress, signal);
const place = (name: string) => path.join(folder, 'small-q8', name);

describe('a download', () => {
  test('brings both files whole, with their checksums, and tells how far it is', async () => {
    const steps: FetchProgress[] = [];
    process.env['HF_TOKEN'] = 'hf_secret';
    const pair = await pull(never, (progress) => steps.push(progress));
    delete process.env['HF_TOKEN'];
    // A person's key for the hub is never sent anywhere.
    expect(hub.requests.join('\n')).not.toContain('secret');
    expect(pair).toEqual({ model: place('small-q8.gguf'), mmproj: place('mmproj-small.gguf') });
    expect(sha256(await readFile(pair.model))).toBe(sha256(model));
    expect(sha256(await readFile(pair.mmproj))).toBe(sha256(mmproj));
    const record = JSON.parse(await readFile(`${pair.model}.json`, 'utf8')) as unknown;
    expect(record).toMatchObject({ sha256: sha256(model), sizeBytes: model.length, origin: 'hub' });
    expect(steps.filter(({ step }) => step === 'download').at(-1)?.doneBytes).toBe(model.length);
    expect(steps.at(-1)).toEqual({
      ...{ step: 'verify', file: 'small-q8.gguf', doneBytes: model.length, totalBytes: model.length },
    });
    expect((await models.stored())[0]).toMatchObject({ folder: 'small-q8', pairs: [pair], unfinished: [] });
  });

  test('of files that are here and the hub’s downloads nothing, whoever put them there', async () => {
    await mkdir(path.join(folder, 'small-q8'));
    await writeFile(place('small-q8.gguf'), model);
    await writeFile(place('mmproj-small.gguf'), mmproj);
    const pair = await pull();
    expect(hub.sentBytes.size).toBe(0);
    hub.requests.length = 0;
    await pull();
    expect(hub.requests).toEqual([]);
    await expect(models.verify(pair, () => undefined, never)).resolves.toMatchObject([{ origin: 'hub' }, {}]);
  });

  test('of a file that was changed here gets it anew', async () => {
    await mkdir(path.join(folder, 'small-q8'));
    await writeFile(place('small-q8.gguf'), model);
    await writeFile(place('mmproj-small.gguf'), mmproj);
    const pair = await pull();
    await writeFile(pair.mmproj, changed(mmproj));
    await expect(models.verify(pair, () => undefined, never)).rejects.toMatchObject({ code: 'download-damaged' });
    await pull();
    expect(sha256(await readFile(pair.mmproj))).toBe(sha256(mmproj));
    expect(hub.sentBytes.get(paths.model)).toBeUndefined();
  });

  test('goes on by itself when the connection is cut', async () => {
    offer({ cutAfterBytes: 3 * megabyte });
    const pulling = pull();
    await hub.sent(paths.model, 7 * megabyte);
    offer({});
    const pair = await pulling;
    expect(sha256(await readFile(pair.model))).toBe(sha256(model));
    expect(hub.sentBytes.get(paths.model)).toBeGreaterThan(model.length);
  });

  test('that is stopped keeps its part, and the next one goes on with it', async () => {
    const stop = new AbortController();
    const reason = new RowscribeError('interrupted', {});
    // The downloader asks for pieces of five megabytes.
    offer({ holdFromByte: 5 * megabyte });
    const pulling = pull(stop.signal);
    // What has come is noted behind the place of the last byte.
    const isNoted = async () => expect((await stat(place('small-q8.gguf.ipull'))).size).toBeGreaterThan(model.length);
    await vi.waitFor(isNoted, { timeout: 50_000, interval: 100 });
    stop.abort(reason);
    await expect(pulling).rejects.toBe(reason);
    expect(existsSync(place('small-q8.gguf'))).toBe(false);
    expect((await models.stored())[0]?.unfinished).toEqual(['small-q8.gguf']);
    offer({});
    hub.sentBytes.clear();
    const pair = await pull();
    expect(sha256(await readFile(pair.model))).toBe(sha256(model));
    expect(hub.sentBytes.get(paths.model)).toBeLessThan(8 * megabyte);
    expect(hub.sentBytes.get(paths.mmproj)).toBeUndefined();
  });

  test('asks for a new address when the one of the bytes expires on the way', async () => {
    offer({ expiresAfterBytes: 6 * megabyte });
    const pair = await pull();
    expect(sha256(await readFile(pair.model))).toBe(sha256(model));
  });

  test('from a server that tells no checksum records the one that came', async () => {
    offer({ isPlain: true }, { isPlain: true });
    const pair = await pull();
    const reports = await models.verify(pair, () => undefined, never);
    expect(reports.map(({ origin }) => origin)).toEqual(['recorded', 'recorded']);
  });
});

describe('a download is refused', () => {
  test('when another file comes than the hub promises, and nothing of it stays', async () => {
    offer({}, { claims: { sha256: 'ab'.repeat(32) } });
    await expect(pull()).rejects.toMatchObject({ code: 'download-damaged', retryable: true });
    expect(await readdir(path.join(folder, 'small-q8'))).toEqual([]);
  });

  test('before a byte comes when the disk is too small', async () => {
    offer({ claims: { sizeBytes: 2 ** 50 } });
    const error = await pull().catch((thrown: unknown) => thrown as RowscribeError);
    expect(error).toMatchObject({ code: 'disk-space' });
    expect((error as RowscribeError).text('zh-CN')).toMatch(/需要 11\d{5}\.\d GB/);
    expect(hub.sentBytes.size).toBe(0);
  });

  test.each([
    [404, 'download-missing'],
    [401, 'download-refused'],
    [503, 'download-refused'],
  ])('with HTTP %i as %s, naming file and host, before the large file is asked for', async (status, code) => {
    offer({}, { status });
    await expect(pull()).rejects.toMatchObject({ code, facts: { file: 'mmproj-small.gguf' } });
    expect(hub.requests.every((request) => request.includes('mmproj'))).toBe(true);
  });

  test('when nobody answers, with the advice to try a mirror', async () => {
    const dead = await startHub();
    await dead.close();
    const error = await pull(never, () => undefined, models.sourceOf(words(), dead.url)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'download-unreachable', facts: { detail: 'ECONNREFUSED' } });
    expect((error as RowscribeError).text('zh-CN')).toContain('hf-mirror.com');
  });
});

describe('where a model comes from', () => {
  test('is a hub, a mirror or an address', () => {
    const [choice] = models.catalogue;
    expect(models.sourceOf([choice?.id ?? ''], '').model.url).toBe(
      'https://huggingface.co/ggml-org/Qwen2.5-VL-7B-Instruct-GGUF/resolve/main/Qwen2.5-VL-7B-Instruct-Q8_0.gguf',
    );
    expect(models.sourceOf([choice?.id ?? ''], 'https://hf-mirror.com/').mmproj.url).toMatch(
      /^https:\/\/hf-mirror\.com\/ggml-org\/Qwen2\.5-VL-7B-Instruct-GGUF\/resolve\/main\/mmproj-/,
    );
    const own = models.sourceOf(['hf:a/b/dir/m.gguf#v1', 'https://x.cn/models/p.gguf?token=1'], '');
    expect(own).toMatchObject({ folder: 'm', model: { name: 'm.gguf' }, mmproj: { name: 'p.gguf' } });
    expect(own.model.url).toBe('https://huggingface.co/a/b/resolve/v1/dir/m.gguf');
  });

  test.each(['ftp://x/m.gguf', 'https://x/m.bin', 'm.gguf', 'https://x/..%2Fm.gguf', 'https://x/%00.gguf', 'hf:a/b'])(
    'is not %j',
    (word) => {
      expect(() => models.sourceOf([word, word], '')).toThrow(/is not the address/);
    },
  );

  test('is not a name that the catalogue lacks', () => {
    expect(() => models.sourceOf(['qwen9'], '')).toThrow(/Choose one of: qwen2\.5-vl-7b-q8/);
  });
});
