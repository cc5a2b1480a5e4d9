// Where the product lies in a picture with plain borders, and how much of them may be cut away.
import type { Box, Pixels } from './pixels.ts';

export interface Frame {
  /** All that is not plain border; the whole picture when the background is not plain. */
  readonly product: Box;
  /** True when nothing stands out from a plain background. */
  readonly blank: boolean;
}

type Side = 'top' | 'bottom' | 'left' | 'right';
type Colour = readonly [number, number, number];
type Border = { readonly depth: number; readonly colour: Colour };

const sides: readonly Side[] = ['top', 'bottom', 'left', 'right'];
/** A pixel this close to the border's colour, in each channel, belongs to it: JPEG noise, not a white shirt's seams. */
const toleranceLevels = 10;
/** Borders of one backdrop may differ this much from side to side. */
const alikeLevels = 24;
/** This share of a line may stray: single specks. */
const strayShareMax = 0.004;
/**
 * Inside a frame, such as a white line around a studio picture or black bars, the borders are looked for again. Deeper borders are the
 * backdrop itself, and what is plain within them is the product: a black box with a print must not shrink to its print.
 */
const frameShareMax = 0.08;
const blackLevelMax = 32;
const passesMax = 3;

/**
 * Finds the product by taking plain lines away from every side. A side is taken only when another side has the same
 * colour, so a product that runs out of the picture, or fills it, stays whole.
 */
export function findFrame(pixels: Pixels): Frame {
  let box: Box = { left: 0, top: 0, width: pixels.width, height: pixels.height };
  for (let pass = 0; pass < passesMax; pass++) {
    const found = takeBorders(pixels, box);
    if (found === undefined) return { product: box, blank: pass === 0 };
    const goesOn = isFrame(pixels, box, found);
    box = found;
    if (!goesOn) break;
  }
  return { product: box, blank: false };
}

/** Whether what was taken is a thin line on all four sides, or the black bars that fit a picture into another shape. */
function isFrame(pixels: Pixels, outer: Box, inner: Box): boolean {
  const [left, top] = [inner.left - outer.left, inner.top - outer.top];
  const [right, bottom] = [outer.width - inner.width - left, outer.height - inner.height - top];
  const isThin = (depth: number, side: number): boolean => depth > 0 && depth <= side * frameShareMax;
  if ([left, right].every((depth) => isThin(depth, outer.width))) {
    return [top, bottom].every((depth) => isThin(depth, outer.height));
  }
  const areBars = (left + right === 0 && top > 0 && bottom > 0) || (top + bottom === 0 && left > 0 && right > 0);
  return areBars && lineColour(pixels, outer, left > 0 ? 'left' : 'top', 0).every((level) => level <= blackLevelMax);
}

/** `product` with a margin of `share` of its own size on each side, inside a picture of `width` × `height`. */
export function withMargin(product: Box, share: number, width: number, height: number): Box {
  const [byX, byY] = [Math.ceil(product.width * share) + 1, Math.ceil(product.height * share) + 1];
  const left = Math.max(0, product.left - byX);
  const top = Math.max(0, product.top - byY);
  const right = Math.min(width, product.left + product.width + byX);
  const bottom = Math.min(height, product.top + product.height + byY);
  return { left, top, width: right - left, height: bottom - top };
}

function takeBorders(pixels: Pixels, box: Box): Box | undefined {
  const borders = sides.map((side) => borderAt(pixels, box, side));
  if (borders.some(({ depth }, i) => depth === (i < 2 ? box.height : box.width))) return undefined;
  const [top = 0, bottom = 0, left = 0, right = 0] = borders.map((border, i) =>
    borders.some((other, j) => j !== i && other.depth > 0 && areAlike(border.colour, other.colour)) ? border.depth : 0,
  );
  return {
    left: box.left + left,
    top: box.top + top,
    width: box.width - left - right,
    height: box.height - top - bottom,
  };
}

function borderAt(pixels: Pixels, box: Box, side: Side): Border {
  const lineCount = side === 'top' || side === 'bottom' ? box.height : box.width;
  const outermost = lineColour(pixels, box, side, 0);
  let colour = outermost;
  let depth = 0;
  while (depth < lineCount && isPlain(pixels, box, side, depth, colour))
    colour = lineColour(pixels, box, side, depth++);
  return { depth, colour: outermost };
}

function isPlain(pixels: Pixels, box: Box, side: Side, line: number, colour: Colour): boolean {
  const strayMax = Math.floor(lineLength(box, side) * strayShareMax);
  let stray = 0;
  for (let i = 0; i < lineLength(box, side); i++)
    if (distance(pixels, offsetOf(pixels, box, side, line, i), colour) > toleranceLevels && ++stray > strayMax)
      return false;
  return true;
}

/** The median of a line, channel by channel. */
function lineColour(pixels: Pixels, box: Box, side: Side, line: number): Colour {
  const channel = (of: number): number => {
    const values = new Uint8Array(lineLength(box, side));
    for (let i = 0; i < values.length; i++) values[i] = pixels.data[offsetOf(pixels, box, side, line, i) + of] ?? 0;
    return values.toSorted()[values.length >> 1] ?? 0;
  };
  return [channel(0), channel(1), channel(2)];
}

function lineLength(box: Box, side: Side): number {
  return side === 'top' || side === 'bottom' ? box.width : box.height;
}

/** Byte offset of pixel `i` of the line `line` pixels inside `side`. */
function offsetOf(pixels: Pixels, box: Box, side: Side, line: number, i: number): number {
  const across = side === 'top' || side === 'bottom';
  const x = across ? box.left + i : side === 'left' ? box.left + line : box.left + box.width - 1 - line;
  const y = across ? (side === 'top' ? box.top + line : box.top + box.height - 1 - line) : box.top + i;
  return 3 * (y * pixels.width + x);
}

function distance(pixels: Pixels, offset: number, colour: Colour): number {
  const { data } = pixels;
  return Math.max(
    Math.abs((data[offset] ?? 0) - colour[0]),
    Math.abs((data[offset + 1] ?? 0) - colour[1]),
    Math.abs((data[offset + 2] ?? 0) - colour[2]),
  );
}

function areAlike(a: Colour, b: Colour): boolean {
  return a.every((level, i) => Math.abs(level - (b[i] ?? 0)) <= alikeLevels);
}
