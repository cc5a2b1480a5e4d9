// How much of a product lost its colour to too much light, told apart from a white backdrop.
import type { Box, Pixels } from './pixels.ts';

const burntLevel = 250;

/**
 * The share of `box` in which two channels or more are burnt out. White that reaches the edge of the box is backdrop and
 * counts neither way; one burnt channel alone is a bright red or blue, not a fault.
 */
export function burntShareOf(pixels: Pixels, box: Box): number {
  const channels = burntChannels(pixels, box);
  const backdrop = whiteFromEdges(channels, box);
  let rest = 0;
  let burnt = 0;
  for (let at = 0; at < channels.length; at++) {
    if (backdrop[at] === 1) continue;
    rest++;
    if ((channels[at] ?? 0) >= 2) burnt++;
  }
  return rest === 0 ? 1 : burnt / rest;
}

/** For each pixel of the box, how many of its channels are burnt out. */
function burntChannels({ data, width }: Pixels, box: Box): Uint8Array {
  const counts = new Uint8Array(box.width * box.height);
  const isBurnt = (offset: number): number => ((data[offset] ?? 0) >= burntLevel ? 1 : 0);
  let at = 0;
  for (let y = box.top; y < box.top + box.height; y++)
    for (let x = box.left, offset = 3 * (y * width + x); x < box.left + box.width; x++, offset += 3)
      counts[at++] = isBurnt(offset) + isBurnt(offset + 1) + isBurnt(offset + 2);
  return counts;
}

/** 1 for each white pixel that is connected with the edge of the box through white ones. */
function whiteFromEdges(channels: Uint8Array, { width, height }: Box): Uint8Array {
  const backdrop = new Uint8Array(channels.length);
  // Each pixel is marked before it is put here, so none comes twice.
  const open = new Uint32Array(channels.length);
  let count = 0;
  const visit = (at: number): void => {
    if (backdrop[at] === 1 || channels[at] !== 3) return;
    backdrop[at] = 1;
    open[count++] = at;
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  while (count > 0) {
    const at = open[--count] ?? 0;
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < channels.length - width) visit(at + width);
  }
  return backdrop;
}
