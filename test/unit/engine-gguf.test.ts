// Reading GGUF headers: of the demo model, of files built here, and of rubbish.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { parseGguf, type GgufHeader } from '../../server/engines/gguf.ts';
import { readModelFacts } from '../../server/engines/model-files.ts';
import { gguf } from '../fixtures/gguf.ts';

const { model, mmproj } = demoModel();

function headerOf(bytes: Uint8Array): GgufHeader {
  const parse = parseGguf(bytes);
  if (parse.type !== 'header') throw new Error(`no header: ${JSON.stringify(parse)}`);
  return parse.header;
}

describe('a GGUF header', () => {
  test('gives scalars by key and arrays by length', () => {
    const { metadata, version } = headerOf(
      gguf({ 'general.name': 'Tiny', 'a.u32': 7, 'a.bool': true, 'a.list': ['x', 'yz'] }),
    );
    expect(version).toBe(3);
    expect(Object.fromEntries(metadata)).toEqual({
      'general.name': 'Tiny',
      'a.u32': 7,
      'a.bool': true,
      'a.list.length': 2,
    });
  });

  test('tells how long the file must be for its tensors', () => {
    const tensors = [
      { name: 'f16', dimensions: [4, 2], type: 1, offset: 0 },
      { name: 'q4_k', dimensions: [256, 2], type: 12, offset: 32 },
    ];
    const bytes = gguf({ 'general.name': 'T' }, tensors);
    expect(headerOf(bytes).bytesNeeded).toBe(Math.ceil(bytes.length / 32) * 32 + 32 + 2 * 144);
  });

  test('of the demo model agrees with the length of its file', async () => {
    const [language, vision] = [await readFile(model), await readFile(mmproj)];
    expect(headerOf(language).metadata.get('general.architecture')).toBe('qwen2vl');
    expect(headerOf(vision).metadata.get('demo.image_max_tokens')).toBe(26);
    for (const bytes of [language, vision]) {
      const { bytesNeeded } = headerOf(bytes);
      expect(bytesNeeded).toBeLessThanOrEqual(bytes.length);
      expect(bytesNeeded).toBeGreaterThan(bytes.length - 64);
    }
  });

  test('that is cut anywhere asks for more, and never throws', () => {
    const bytes = gguf({ 'general.name': 'Tiny', list: ['x', 'yz'] }, [
      { name: 't', dimensions: [4], type: 0, offset: 0 },
    ]);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseGguf(bytes.subarray(0, length)).type).toBe('more');
    }
  });

  test('with any bytes changed gives an answer and never throws', () => {
    const bytes = gguf({ 'general.name': 'Tiny', list: ['x', 'yz'] }, [
      { name: 't', dimensions: [4], type: 0, offset: 0 },
    ]);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, value] of changes) changed[at] = value;
        expect(['header', 'more', 'bad']).toContain(parseGguf(changed).type);
      }),
      { numRuns: 500 },
    );
  });

  test('of another format or version is bad', () => {
    expect(parseGguf(Buffer.from('PK\x03\x04 and so on'))).toMatchObject({ type: 'bad' });
    const old = gguf({});
    old.writeUInt32LE(1, 4);
    expect(parseGguf(old)).toMatchObject({ type: 'bad' });
  });
});

describe('the two model files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rowscribe-gguf-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const corruptWith = (path: string, detail: string) => ({
    code: 'model-corrupt',
    facts: { path, detail: { 'en-US': expect.stringContaining(detail) as string } },
  });

  test('of the demo model give its name, its picture sizes and its memory needs', async () => {
    expect(await readModelFacts(model, mmproj)).toMatchObject({
      name: expect.stringContaining('Demo') as string,
      layers: 4,
      contextTokensMax: 4096,
      kvBytesPerToken: 4 * 64 * 2 * 2,
      tokenSidePx: 28,
      gridPositions: true,
      demoImageTokens: { min: 20, max: 26 },
    });
  });

  test('that are missing, or a folder, are missing', async () => {
    await expect(readModelFacts(join(folder, 'no.gguf'), mmproj)).rejects.toMatchObject({ code: 'model-missing' });
    await expect(readModelFacts(model, folder)).rejects.toMatchObject({ code: 'model-missing' });
  });

  test('that were exchanged are recognised', async () => {
    await expect(readModelFacts(mmproj, model)).rejects.toMatchObject(corruptWith(mmproj, 'give it as mmproj'));
    await expect(readModelFacts(model, model)).rejects.toMatchObject(corruptWith(model, 'not the picture part'));
  });

  test('that are cut off, empty or something else are corrupt', async () => {
    const bytes = await readFile(model);
    const path = join(folder, 'bad.gguf');
    await writeFile(path, bytes.subarray(0, bytes.length - 5_000));
    await expect(readModelFacts(path, mmproj)).rejects.toMatchObject(corruptWith(path, 'cut off'));
    await writeFile(path, bytes.subarray(0, 5_000));
    await expect(readModelFacts(path, mmproj)).rejects.toMatchObject(corruptWith(path, 'cut off after 5000 bytes'));
    await writeFile(path, '');
    await expect(readModelFacts(path, mmproj)).rejects.toMatchObject(corruptWith(path, 'cut off'));
    await writeFile(path, '<html>not found</html>');
    await expect(readModelFacts(path, mmproj)).rejects.toMatchObject(corruptWith(path, 'GGUF'));
  });

  test('without a chat template cannot be used', async () => {
    const path = join(folder, 'base.gguf');
    await writeFile(path, gguf({ 'general.architecture': 'qwen2vl' }));
    await expect(readModelFacts(path, mmproj)).rejects.toMatchObject(corruptWith(path, 'chat template'));
  });
});
