// The pictures port, as kept by the real adapter and by the fake that other tests use.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { createImages } from '../../server/images/prepare.ts';
import { describeImagesContract } from '../contract/images-contract.ts';
import { createScriptedImages } from '../fakes/scripted-images.ts';

const names = { good: 'good.jpg', other: 'other.png', missing: 'missing.jpg' };

describe('pictures on disk', () => {
  let baseDir = '';
  const images = createImages();
  beforeAll(async () => {
    baseDir = await mkdtemp(join(tmpdir(), 'rowscribe-pictures-'));
    const picture = (background: string) => sharp({ create: { width: 300, height: 400, channels: 3, background } });
    await writeFile(join(baseDir, names.good), await picture('#a02030').jpeg().toBuffer());
    await writeFile(join(baseDir, names.other), await picture('#2030a0').png().toBuffer());
  });
  afterAll(async () => {
    await rm(baseDir, { recursive: true });
  });
  describeImagesContract(() => ({ images, baseDir, ...names }));
});

describe('scripted pictures', () => {
  const failure = new RowscribeError('picture-missing', { path: names.missing });
  const images = createScriptedImages({ failures: { [names.missing]: failure } });
  describeImagesContract(() => ({ images, baseDir: '/nowhere', ...names }));
});
