// Small pictures of rows, made as the model's own are made; the newest are kept as long as their files stay the same.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { loadPictures } from '../jobs/row-pictures.ts';
import type { PictureFiles } from '../ports/picture-files.ts';
import { pictureRulesOf, type TargetParts } from './targets.ts';
import { pictureOf } from './thumbnail-address.ts';

/** 6 × 6 tokens of 28 pixels: 168 pixels. */
const thumbnailTokens = { imageTokensMin: 1, imageTokensMax: 36 };
const keptMax = 500;

interface Kept {
  readonly state: string;
  readonly jpeg: Uint8Array;
}

export class Thumbnails {
  readonly #parts: TargetParts;
  readonly #pictureFiles: PictureFiles;
  readonly #kept = new Map<string, Kept>();

  constructor(parts: TargetParts, pictureFiles: PictureFiles) {
    this.#parts = parts;
    this.#pictureFiles = pictureFiles;
  }

  /** A JPEG of the picture that an address names. Errors: `not-found`, those of pictures. */
  async jpeg(workbook: string, token: string, signal: AbortSignal): Promise<Uint8Array> {
    const { shelf, files, documents, images } = this.#parts;
    const entry = shelf.entry(workbook);
    const ref = pictureOf(token);
    if (ref === undefined) throw new RowscribeError('not-found', { what: both('这张图片', 'this picture') });
    const { imageTokensMax: _, ...rules } = pictureRulesOf(this.#parts, entry);
    const state =
      ref.kind === 'embedded'
        ? 'embedded'
        : stateOf(await this.#pictureFiles.find({ ...rules, path: ref.path }, signal));
    const place = `${workbook}/${token}`;
    const kept = this.#kept.get(place);
    if (kept?.state === state) return kept.jpeg;
    const source = {
      workbooks: entry.source === 'excel' ? documents : files,
      workbook: entry.key,
      picturesPerRowMax: 1,
    };
    const [picture] = await loadPictures([ref], source, signal);
    if (picture === undefined) throw new RowscribeError('picture-none', {});
    const { image } = await images.prepare({ ...rules, ...picture, ...thumbnailTokens }, signal);
    this.#keep(place, { state, jpeg: image.jpeg });
    return image.jpeg;
  }

  #keep(place: string, kept: Kept): void {
    this.#kept.delete(place);
    this.#kept.set(place, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
  }
}

const stateOf = ({ sizeBytes, changedAtMs }: { readonly sizeBytes: number; readonly changedAtMs: number }) =>
  `${sizeBytes} ${changedAtMs}`;
