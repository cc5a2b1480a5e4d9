// Decoded pixels, and the brightness that a person sees in them.

/** 8-bit sRGB, three bytes a pixel, rows from the top. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One byte a pixel. */
export type Luma = Pixels;

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Brightness 0–255 of each pixel (ITU-R BT.601 weights). */
export function lumaOf(pixels: Pixels): Luma {
  const { data, width, height } = pixels;
  const luma = new Uint8Array(width * height);
  for (let i = 0; i < luma.length; i++)
    luma[i] = ((data[3 * i] ?? 0) * 299 + (data[3 * i + 1] ?? 0) * 587 + (data[3 * i + 2] ?? 0) * 114) / 1000;
  return { data: luma, width, height };
}
