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
  for (const [at, count] of channels.entries()) {
    if (backdrop[at] === 1) continue;
    rest++;
    if (count >= 2) burnt++;
  }
  return rest === 0 ? 1 : burnt / rest;
}

/** For each pixel of the box, how many of its channels are burnt out. */
function burntChannels({ data, width }: Pixels, box: Box): Uint8Array {
  const counts = new Uint8Array(box.width * box.height);
  for (let at = 0; at < counts.length; at++) {
    const offset = 3 * ((box.top + Math.floor(at / box.width)) * width + box.left + (at % box.width));
    for (let channel = 0; channel < 3; channel++)
      if ((data[offset + channel] ?? 0) >= burntLevel) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** 1 for each white pixel that is connected with the edge of the box through white ones. */
function whiteFromEdges(channels: Uint8Array, { width, height }: Box): Uint8Array {
  const backdrop = new Uint8Array(channels.length);
  const open: number[] = [];
  const visit = (x: number, y: number): void => {
    const at = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || backdrop[at] === 1 || channels[at] !== 3) return;
    backdrop[at] = 1;
    open.push(at);
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => visit(x, y));
  for (let y = 0; y < height; y++) [0, width - 1].forEach((x) => visit(x, y));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return backdrop;
}
