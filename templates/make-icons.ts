// Draws the add-in's icons: `npm run icons` writes addin/static/icons/.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const folder = fileURLToPath(new URL('../addin/static/icons', import.meta.url));
const ink = '#8b857b';
const brand = '#0b7a5c';
const leaf = '#0f6cbd';
const stop = '#c42b1c';

/** Every drawing is 32 units wide and high. */
const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-linecap="round" stroke-linejoin="round">${content}</svg>`;

/** A sheet of three rows; those listed are filled. */
function rows(filled: readonly number[], color: string): string {
  const lines = [6, 14, 22].map((y, row) =>
    filled.includes(row)
      ? `<rect x="3" y="${y}" width="26" height="6" rx="1.5" fill="${color}"/>`
      : `<rect x="4" y="${y + 1}" width="24" height="4" rx="1" stroke="${ink}" stroke-width="2"/>`,
  );
  return lines.join('');
}

const buttons: Readonly<Record<string, string>> = {
  'fill-selected': rows([1], brand),
  'fill-empty': rows([0, 1, 2], brand),
  regenerate:
    `<path d="M26 16 a10 10 0 1 1 -3.2 -7.3" stroke="${brand}" stroke-width="3.4"/>` +
    `<path d="M28 3 v8 h-8 z" fill="${brand}" stroke="${brand}" stroke-width="1.5"/>`,
  check:
    `<path d="M16 3 L27 7 V15 C27 22 22.5 26.5 16 29 C9.5 26.5 5 22 5 15 V7 Z" fill="${leaf}"/>` +
    '<path d="M10.5 15.5 l4 4 l7.5 -8" stroke="#fff" stroke-width="3.2"/>',
  stop: `<circle cx="16" cy="16" r="13" fill="${stop}"/><rect x="10.5" y="10.5" width="11" height="11" rx="1.5" fill="#fff"/>`,
  open:
    `<rect x="3.5" y="5.5" width="25" height="21" rx="2.5" stroke="${ink}" stroke-width="2.4"/>` +
    `<path d="M19 5.5 h7 a2.5 2.5 0 0 1 2.5 2.5 v16 a2.5 2.5 0 0 1 -2.5 2.5 h-7 z" fill="${brand}"/>` +
    `<path d="M8 12 h6 M8 17 h6" stroke="${ink}" stroke-width="2.2"/>`,
};

/** The product: rows of a sheet, and the pen that writes them. */
const product =
  `<rect x="1" y="1" width="30" height="30" rx="7" fill="${brand}"/>` +
  '<rect x="6" y="7" width="20" height="4" rx="1.2" fill="#fff" fill-opacity=".95"/>' +
  '<rect x="6" y="14" width="9" height="4" rx="1.2" fill="#fff" fill-opacity=".6"/>' +
  '<rect x="6" y="21" width="4" height="4" rx="1.2" fill="#fff" fill-opacity=".6"/>' +
  `<path d="M13 21 L23.5 10.8 L27.4 14.7 L17 25 L11.8 26.2 Z" fill="#ffd166" stroke="${brand}" stroke-width="1.6"/>`;

async function draw(name: string, content: string, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    // Drawn at four times the size and scaled down: even edges also at 16 pixels.
    const large = await sharp(Buffer.from(svg(content)), { density: (72 * size * 4) / 32 })
      .png()
      .toBuffer();
    await sharp(large)
      .resize(size, size)
      .png({ compressionLevel: 9 })
      .toFile(path.join(folder, `${name}-${size}.png`));
  }
}

mkdirSync(folder, { recursive: true });
await draw('icon', product, [16, 32, 64, 80, 128]);
for (const [name, content] of Object.entries(buttons)) await draw(name, content, [16, 32, 80]);
