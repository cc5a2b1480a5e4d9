// Whether a person has to look at the picture: what is measured on it, and the verdict.
import type { PictureFlaw } from '../ports/images.ts';
import type { Frame } from './framing.ts';
import { burntShareOf } from './burnt.ts';
import { lumaOf, type Luma, type Pixels } from './pixels.ts';
import { sharpnessOf } from './sharpness.ts';

/** All measures are taken at this size, so that they do not depend on the camera: pixels of the longer side. */
export const workingSidePx = 384;

/** Below this the brightest parts are dark: good photos measured 150 and more, photos at a third of their light 89. */
const brightLevelMin = 85;
/** Above this share the product is burnt out: good photos measured up to 0.05. */
const burntShareMax = 0.15;
/** Good photos measured 0.42 and more; a blur of 3 pixels at 533 pixels, 0.31 and less. */
const sharpnessMin = 0.34;
/** Fewer edges say nothing about sharpness. */
const edgesMin = 20;
/** Pixels of the file: fewer on the longer side show neither cut nor material. */
const longSidePxMin = 150;

export interface Measures {
  /** Brightness, 0–255, that 99 % of the picture stays under, and half of it. */
  readonly bright: number;
  readonly middle: number;
  /** Share of the product, a white backdrop left out, whose colour is burnt out. */
  readonly burntShare: number;
  readonly sharpness: number;
  readonly edges: number;
  /** Pixels of the file along the longer side of the product, and of the picture. */
  readonly productPx: number;
  readonly picturePx: number;
  /** Share of the picture that the product's box covers. */
  readonly productShare: number;
  readonly blank: 0 | 1;
}

/** Measures a picture of at most `workingSidePx`, framed by `findFrame`; the file had `picturePx` on the longer side. */
export function measurePicture(pixels: Pixels, frame: Frame, picturePx: number): Measures {
  const luma = lumaOf(pixels);
  const level = levelsOf(luma);
  const { product } = frame;
  const scale = picturePx / Math.max(pixels.width, pixels.height);
  return {
    bright: level(0.99),
    middle: level(0.5),
    burntShare: burntShareOf(pixels, product),
    ...sharpnessOf(luma),
    productPx: Math.round(Math.max(product.width, product.height) * scale),
    picturePx,
    productShare: (product.width * product.height) / (pixels.width * pixels.height),
    blank: frame.blank ? 1 : 0,
  };
}

/** The brightness that a share of the pixels does not exceed. */
function levelsOf({ data }: Luma): (share: number) => number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < data.length; at++) {
    const level = data[at] ?? 0;
    counts[level] = (counts[level] ?? 0) + 1;
  }
  return (share) => {
    let left = Math.floor((data.length - 1) * share);
    return Math.max(
      0,
      counts.findIndex((count) => (left -= count) < 0),
    );
  };
}

/** What a person should know before trusting words about this picture; empty for a usable one. */
export function judge(measures: Measures): readonly PictureFlaw[] {
  if (measures.blank === 1) return ['blank'];
  const flaws: PictureFlaw[] = [];
  if (measures.picturePx < longSidePxMin) flaws.push('too-few-pixels');
  else if (measures.productPx < longSidePxMin) flaws.push('product-too-small');
  if (measures.bright < brightLevelMin) flaws.push('too-dark');
  if (measures.burntShare > burntShareMax) flaws.push('too-bright');
  if (measures.edges >= edgesMin && measures.sharpness < sharpnessMin) flaws.push('blurred');
  return flaws;
}
