// A picture of the page in one look, as a small sharp PNG.
import type { Page } from 'playwright-core';
import sharp from 'sharp';

export interface Look {
  readonly theme: 'light' | 'dark';
  /** In CSS pixels: 320 is a pane, 1280 a browser. */
  readonly width: number;
}

/** Runs in the page: until every picture that can be seen is there. */
const pictures = `Promise.all([...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .map((image) => image.decode().catch(() => undefined)))`;

/** Takes what can be seen of the page. The page must be open with two device pixels a CSS pixel. */
export async function takePicture(page: Page, { theme, width }: Look, file: string): Promise<void> {
  await page.setViewportSize({ width, height: width < 600 ? 720 : 800 });
  await page.emulateMedia({ colorScheme: theme });
  await page.mouse.move(0, 0);
  await page.evaluate(pictures);
  await sharp(await page.screenshot())
    .resize({ width: Math.round(width * (width > 1000 ? 1 : 1.5)) })
    .png({ palette: true, quality: 80 })
    .toFile(file);
}
