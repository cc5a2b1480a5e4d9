// How sharp the sharpest edges of a picture are, whatever it shows.
import type { Luma } from './pixels.ts';

/** Pixels on either side of an edge that are looked at: wider than any edge of a usable picture. */
const reach = 5;
/** An edge needs this contrast, so that noise and cloth do not count. */
const contrastLevelsMin = 40;

export interface Sharpness {
  /** 0–1: at the crispest tenth of the edges, the steepest step as a share of the edge's whole contrast. */
  readonly sharpness: number;
  /** Edges it rests on, in the direction that has fewer. */
  readonly edges: number;
}

/**
 * The least of the sharpness across, down and along both diagonals, so that motion in one direction shows. It does not
 * depend on how much detail the product has: its outline is enough.
 */
export function sharpnessOf(luma: Luma): Sharpness {
  const { width } = luma;
  const directions = [1, width, width + 1, width - 1].map((stride) => steepness(luma, stride));
  return {
    sharpness: Math.min(...directions.map(crispest)),
    edges: Math.min(...directions.map((found) => found.length)),
  };
}

/** The steepness of every edge met when walking `stride` bytes from pixel to pixel, sorted. */
function steepness(luma: Luma, stride: number): Float64Array {
  const { data, width, height } = luma;
  const found: number[] = [];
  for (let y = reach; y < height - reach - 1; y++)
    for (let x = reach; x < width - reach - 1; x++) {
      const at = y * width + x;
      const step = stepAt(data, at, stride);
      if (step * (2 * reach + 1) < contrastLevelsMin || step < stepAt(data, at - stride, stride)) continue;
      if (step <= stepAt(data, at + stride, stride)) continue;
      const contrast = contrastAround(data, at, stride);
      if (contrast >= contrastLevelsMin) found.push(step / contrast);
    }
  return Float64Array.from(found).sort();
}

function stepAt(data: Uint8Array, at: number, stride: number): number {
  return Math.abs((data[at + stride] ?? 0) - (data[at] ?? 0));
}

function contrastAround(data: Uint8Array, at: number, stride: number): number {
  let low = 255;
  let high = 0;
  for (let i = -reach; i <= reach + 1; i++) {
    const level = data[at + i * stride] ?? 0;
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return high - low;
}

function crispest(sorted: Float64Array): number {
  return sorted[Math.floor(sorted.length * 0.9)] ?? 1;
}
