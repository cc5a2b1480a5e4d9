// Picture files to pixels and pixels to JPEG, through libvips with only the JPEG, PNG and WEBP readers let in.
import sharp, { type Sharp } from 'sharp';
import type { Bilingual } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { Box, Pixels } from './pixels.ts';

// One thread a picture: rows are prepared side by side, and the model needs the other cores.
sharp.concurrency(1);
// No picture is decoded twice.
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
});

export interface DecodeLimits {
  readonly megapixelsMax: number;
  /** For one step of decoding or encoding. */
  readonly timeoutMs: number;
}

export interface Decoded {
  /** Upright, on white, at most `sidePx` on the longer side. */
  readonly pixels: Pixels;
  /** Of the file, upright. */
  readonly widthPx: number;
  readonly heightPx: number;
}

const damaged: Bilingual = { 'zh-CN': '内容不完整或已损坏', 'en-US': 'its content is incomplete or damaged' };
const slow = (seconds: number): Bilingual => ({
  'zh-CN': `解码超过 ${seconds} 秒`,
  'en-US': `decoding took longer than ${seconds} s`,
});

/**
 * Decodes a file once, turned upright by its EXIF note, transparent parts on white, in sRGB, no larger than `sidePx`.
 * Errors, with `path` as the name for people: `picture-format`, `picture-pixels`, `picture-broken`.
 */
export async function decode(path: string, bytes: Buffer, sidePx: number, limits: DecodeLimits): Promise<Decoded> {
  if (!isKnownFormat(bytes)) throw new RowscribeError('picture-format', { path });
  const input = (): Sharp => sharp(bytes, { failOn: 'error', limitInputPixels: limits.megapixelsMax * 1e6 });
  const { width, height } = await inWords(path, limits, uprightSize(bytes));
  if (width * height > limits.megapixelsMax * 1e6) throw tooManyPixels(path, width * height, limits);
  const picture = input()
    .autoOrient()
    .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
  return { pixels: await inWords(path, limits, rawOf(picture, limits)), widthPx: width, heightPx: height };
}

/** A smaller copy, at most `sidePx` on the longer side. */
export async function shrink(pixels: Pixels, sidePx: number, limits: DecodeLimits): Promise<Pixels> {
  if (Math.max(pixels.width, pixels.height) <= sidePx) return pixels;
  return await rawOf(fromPixels(pixels).resize({ width: sidePx, height: sidePx, fit: 'inside' }), limits);
}

export interface JpegShape {
  readonly box: Box;
  readonly widthPx: number;
  readonly heightPx: number;
  /** `fill` stretches the box to the size, `contain` puts it between black bars. */
  readonly fit: 'fill' | 'contain';
  readonly quality: number;
}

/** One part of a picture as a JPEG of an exact size. The same input gives the same bytes. */
export async function encodeJpeg(pixels: Pixels, shape: JpegShape, limits: DecodeLimits): Promise<Buffer> {
  const { box, widthPx, heightPx, fit, quality } = shape;
  return await fromPixels(pixels)
    .extract(box)
    .resize({ width: widthPx, height: heightPx, fit, background: '#000000' })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .timeout({ seconds: secondsOf(limits) })
    .toBuffer();
}

/** JPEG, PNG or WEBP by the first bytes of the file. */
function isKnownFormat(bytes: Buffer): boolean {
  const ascii = bytes.toString('latin1', 0, 12);
  return ascii.startsWith('\xff\xd8\xff') || ascii.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF.{4}WEBP/s.test(ascii);
}

async function uprightSize(bytes: Buffer): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
  return autoOrient;
}

function fromPixels({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function rawOf(picture: Sharp, limits: DecodeLimits): Promise<Pixels> {
  const { data, info } = await picture
    .raw()
    .timeout({ seconds: secondsOf(limits) })
    .toBuffer({ resolveWithObject: true });
  return { data: info.channels === 3 ? data : threefold(data), width: info.width, height: info.height };
}

/** A grey picture as RGB. */
function threefold(grey: Uint8Array): Uint8Array {
  const data = new Uint8Array(grey.length * 3);
  for (const [i, level] of grey.entries()) data.fill(level, 3 * i, 3 * i + 3);
  return data;
}

async function inWords<T>(path: string, limits: DecodeLimits, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (cause) {
    const timedOut = cause instanceof Error && /timeout/iu.test(cause.message);
    throw new RowscribeError(
      'picture-broken',
      { path, detail: timedOut ? slow(secondsOf(limits)) : damaged },
      { cause },
    );
  }
}

function tooManyPixels(path: string, pixels: number, limits: DecodeLimits): RowscribeError {
  const megapixels = Math.ceil(pixels / 1e5) / 10;
  return new RowscribeError('picture-pixels', { path, megapixels, megapixelsMax: limits.megapixelsMax });
}

/** libvips counts whole seconds. */
function secondsOf(limits: DecodeLimits): number {
  return Math.max(1, Math.ceil(limits.timeoutMs / 1000));
}
