// How well the quality verdict tells good photos from spoilt ones: npx tsx test/bench/quality.ts [FOLDER OF GOOD PHOTOS]
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createImages } from '../../server/images/prepare.ts';
import type { PictureFlaw, PreparedPicture } from '../../server/ports/images.ts';

type Spoil = (photo: Buffer) => Promise<Buffer>;
interface Variant {
  readonly name: string;
  /** What the verdict ought to hold; empty for pictures that must pass. */
  readonly wanted: readonly PictureFlaw[];
  readonly spoil: Spoil;
}

const variants: readonly Variant[] = [
  { name: 'as it is', wanted: [], spoil: (photo) => Promise.resolve(photo) },
  ...[1.2, 0.8, 0.6].map((factor) => variant(`light × ${factor}`, [], exposed(factor))),
  ...[0.3, 0.25, 0.15].map((factor) => variant(`light × ${factor}`, ['too-dark'], exposed(factor))),
  ...[2, 3, 4].map((factor) => variant(`light × ${factor}`, ['too-bright'], exposed(factor))),
  variant('blur 0.8 px', [], blurred(0.8)),
  ...[1.5, 2, 3, 4].map((sigma) => variant(`blur ${sigma} px`, ['blurred'], blurred(sigma))),
  ...[9, 13].map((length) => variant(`moved ${length} px`, ['blurred'], moved(length, false))),
  ...[9, 13].map((length) => variant(`moved ${length} px aslant`, ['blurred'], moved(length, true))),
  variant('half the size, on white', [], onCanvas(0.5, '#ffffff')),
  variant('half the size, on black', [], onCanvas(0.5, '#000000')),
  ...[0.2, 0.1].map((share) =>
    variant(`${share} of the size, on white`, ['product-too-small'], onCanvas(share, '#fafafa')),
  ),
  variant('96 px', ['too-few-pixels'], (photo) => sharp(photo).resize(96, 96, { fit: 'inside' }).png().toBuffer()),
  variant('nothing', ['blank'], onCanvas(0, '#f4f4f4')),
];

const images = createImages();
const shownMeasures = ['bright', 'burntShare', 'sharpness', 'edges', 'productPx'] as const;

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../../templates/demo/photos', import.meta.url)));
void main();

async function main(): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(?:jpe?g|png|webp)$/iu.test(name));
  const photos = await Promise.all(names.map((name) => readFile(join(folder, name))));
  const work = await mkdtemp(join(tmpdir(), 'rowscribe-quality-'));
  console.log(`${photos.length} photos of ${folder}; measures as least / median / most`);
  for (const each of variants) {
    const prepared: PreparedPicture[] = [];
    for (const photo of photos) prepared.push(await judged(work, await each.spoil(photo)));
    console.log(summary(each, prepared));
  }
  await rm(work, { recursive: true });
}

async function judged(work: string, bytes: Buffer): Promise<PreparedPicture> {
  await writeFile(join(work, 'photo'), bytes);
  return await images.prepare({ path: 'photo', baseDir: work, roots: [], imageTokensMin: 20, imageTokensMax: 26 });
}

function summary({ name, wanted }: Variant, prepared: readonly PreparedPicture[]): string {
  const flagged = prepared.filter(({ flaws }) => flaws.length > 0);
  const rightly = prepared.filter(({ flaws }) => wanted.some((flaw) => flaws.includes(flaw)));
  const verdict =
    wanted.length === 0
      ? `false alarms ${flagged.length}/${prepared.length}`
      : `found ${rightly.length}/${prepared.length}, as anything ${flagged.length}`;
  const spread = shownMeasures.map(
    (measure) => `${measure} ${spreadOf(prepared.map((each) => each.measures[measure] ?? 0))}`,
  );
  return `${name.padEnd(26)} ${`${wanted.join() || 'good'}: ${verdict}`.padEnd(50)} ${spread.join('  ')}`;
}

function spreadOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0, 0.5, 1]
    .map((share) => Number((sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(2)))
    .join('/');
}

function variant(name: string, wanted: readonly PictureFlaw[], spoil: Spoil): Variant {
  return { name, wanted, spoil };
}

function exposed(factor: number): Spoil {
  return (photo) => sharp(photo).linear(factor, 0).jpeg({ quality: 90 }).toBuffer();
}

function blurred(sigma: number): Spoil {
  return (photo) => sharp(photo).blur(sigma).jpeg({ quality: 90 }).toBuffer();
}

/** A camera that moved during the exposure, sideways or aslant. */
function moved(length: number, aslant: boolean): Spoil {
  const middle = (length - 1) / 2;
  const isOn = (x: number, y: number): boolean => (aslant ? x === y : y === middle);
  const kernel = Array.from({ length: length ** 2 }, (_, i) => (isOn(i % length, Math.floor(i / length)) ? 1 : 0));
  return (photo) => sharp(photo).convolve({ width: length, height: length, kernel }).jpeg({ quality: 90 }).toBuffer();
}

/** The photo at `share` of its size in the middle of a plain canvas of its old size. */
function onCanvas(share: number, background: string): Spoil {
  return async (photo) => {
    const { width, height } = await sharp(photo).metadata();
    const canvas = sharp({ create: { width, height, channels: 3, background } });
    const small = { width: Math.round(width * share), height: Math.round(height * share), fit: 'fill' } as const;
    const layers = share === 0 ? [] : [{ input: await sharp(photo).resize(small).png().toBuffer() }];
    return await canvas.composite(layers).jpeg({ quality: 90 }).toBuffer();
  };
}
