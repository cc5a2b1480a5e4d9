// From what a cell says to a picture the model may see: read, decode once, frame, fit, judge.
import { createHash } from 'node:crypto';
import type { EngineImage } from '../ports/engine.ts';
import type { Images, PictureRequest, PreparedPicture } from '../ports/images.ts';
import { decode, type Decoded, type DecodeLimits, encodeJpeg, shrink } from './decode.ts';
import { chooseGrid, tokenPx } from './fit.ts';
import { findFrame, type Frame, withMargin } from './framing.ts';
import { checkedBytes, readPicture } from './open.ts';
import type { Box, Pixels } from './pixels.ts';
import { judge, measurePicture, workingSidePx } from './quality.ts';

export interface ImagesOptions {
  /** Largest file, in MB of 1024 × 1024 bytes. Default 20. */
  readonly megabytesMax?: number;
  /** Largest picture, in millions of pixels. Default 50. */
  readonly megapixelsMax?: number;
  /** For one step of decoding. Default 15,000. */
  readonly timeoutMs?: number;
}

/** Left around the product, as a share of its size: the product then covers nine tenths of what the model sees. */
const marginShare = 0.02;
/** Borders are cut only when the picture shrinks by more than this share; less would change nothing but the bytes. */
const cutShareMin = 0.1;
/**
 * A picture is stretched to the grid up to this ratio: a demo model named 30 of 40 photos right so, 28 with bars beside
 * them, 25 when the bars were white. Beyond it there are black bars, as the engines themselves would add.
 */
const stretchMax = 1.1;
/** Below this share of the sides, what is shown is decoded again in its own detail. */
const shownShareMin = 0.6;
/** 40 dB from the original at 0.32 bytes a pixel; 95 would cost 40 % more bytes for detail that no token sees. */
const jpegQuality = 90;

/** The real pictures: files on this machine, through libvips. */
export function createImages(options: ImagesOptions = {}): Images {
  const { megabytesMax = 20, megapixelsMax = 50, timeoutMs = 15_000 } = options;
  const limits = { megapixelsMax, timeoutMs };
  return {
    async prepare(request, signal) {
      signal?.throwIfAborted();
      const sizeBytesMax = megabytesMax * 1024 * 1024;
      const bytes =
        request.bytes === undefined
          ? await readPicture(request, sizeBytesMax, signal)
          : checkedBytes(request.path, request.bytes, sizeBytesMax);
      return await untilAborted(prepareBytes(request, bytes, limits), signal);
    },
  };
}

async function prepareBytes(request: PictureRequest, bytes: Buffer, limits: DecodeLimits): Promise<PreparedPicture> {
  const decoded = await decode(request.path, bytes, decodeSidePx(request), limits);
  const working = await shrink(decoded.pixels, workingSidePx, limits);
  const frame = findFrame(working);
  const measures = measurePicture(working, frame, Math.max(decoded.widthPx, decoded.heightPx));
  const shown = shownPart(frame, working);
  const shownShare = Math.max(shown.width / working.width, shown.height / working.height);
  const pixels = await inDetail(request, bytes, decoded, shownShare, limits);
  return {
    image: await imageOf(pixels, scaled(shown, working, pixels), request, limits),
    sourceSha256: sha256(bytes),
    flaws: judge(measures),
    measures: { ...measures },
  };
}

/** The product with a margin, or the whole picture when cutting would gain too little. */
function shownPart(frame: Frame, { width, height }: Pixels): Box {
  const part = withMargin(frame.product, marginShare, width, height);
  const isWorthwhile = !frame.blank && part.width * part.height < width * height * (1 - cutShareMin);
  return isWorthwhile ? part : { left: 0, top: 0, width, height };
}

/** Decodes again, larger, when a small part is shown of a file that has more detail of it. */
async function inDetail(
  request: PictureRequest,
  bytes: Buffer,
  { pixels, widthPx }: Decoded,
  shownShare: number,
  limits: DecodeLimits,
): Promise<Pixels> {
  if (shownShare >= shownShareMin || pixels.width >= widthPx) return pixels;
  return (await decode(request.path, bytes, Math.ceil(decodeSidePx(request) / shownShare), limits)).pixels;
}

async function imageOf(pixels: Pixels, box: Box, request: PictureRequest, limits: DecodeLimits): Promise<EngineImage> {
  const grid = chooseGrid(box.width, box.height, request.imageTokensMin, request.imageTokensMax);
  const [widthPx, heightPx] = [grid.columns * tokenPx, grid.rows * tokenPx];
  const stretch = (widthPx * box.height) / (heightPx * box.width);
  const fit = Math.max(stretch, 1 / stretch) <= stretchMax ? 'fill' : 'contain';
  const jpeg = await encodeJpeg(pixels, { box, widthPx, heightPx, fit, quality: jpegQuality }, limits);
  return { jpeg, sha256: sha256(jpeg), widthPx, heightPx };
}

/** Half as much again as is shown: enough for a cut, and small enough for JPEG to be decoded at half size or less. */
function decodeSidePx(request: PictureRequest): number {
  return Math.max(2 * workingSidePx, Math.ceil(1.5 * tokenPx * Math.sqrt(request.imageTokensMax)));
}

function scaled(box: Box, from: Pixels, to: Pixels): Box {
  const [byX, byY] = [to.width / from.width, to.height / from.height];
  const [left, top] = [Math.floor(box.left * byX), Math.floor(box.top * byY)];
  return {
    left,
    top,
    width: Math.min(to.width - left, Math.ceil(box.width * byX)),
    height: Math.min(to.height - top, Math.ceil(box.height * byY)),
  };
}

/** libvips cannot be interrupted: its time limit ends the work, the caller goes on at once. */
async function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return await work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
