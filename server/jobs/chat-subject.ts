// What a chat is about, made ready: the prepared pictures and the texts around them, of a row or of a picture alone.
import { pictureChatTexts, rowChatTexts, type ChatRow, type ChatTexts } from '../domain/chat.ts';
import type { Language } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { ChatPicture } from '../ports/chats.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Workbooks } from '../ports/workbook.ts';
import type { FillOptions } from './fill.ts';
import { productRows, viewSheet } from './ingest.ts';
import { preparePictures, type PictureRules } from './look.ts';
import { loadPictures, type PictureInput } from './row-pictures.ts';

export interface ChatSubject {
  readonly row?: ChatRow;
  readonly language: Language;
  readonly texts: ChatTexts;
  readonly pictures: readonly ChatPicture[];
  readonly images: readonly EngineImage[];
}

export interface SubjectParts {
  readonly engine: Engine;
  readonly images: Images;
}

/** A row of a workbook, with all that a fill of it is made from. */
export interface RowAbout extends Pick<
  FillOptions,
  'workbook' | 'sheet' | 'columns' | 'recipe' | 'language' | 'pictureRules'
> {
  readonly workbooks: Pick<Workbooks, 'open'>;
  /** 1-based. */
  readonly number: number;
  /** The workbook's opaque name, and its file name for people. */
  readonly place: Pick<ChatRow, 'workbook' | 'workbookName'>;
}

/**
 * Loads the model if needed, because the model's limits say how pictures are prepared. Errors: `chat-row-missing`, those of
 * opening and reading the sheet, of `Engine.start`, `loadPictures` and `Images.prepare`.
 */
export async function rowSubject(parts: SubjectParts, about: RowAbout, signal: AbortSignal): Promise<ChatSubject> {
  const { recipe, pictureRules, place } = about;
  const { row, sheet, language } = await findRow(about, signal);
  const inputs = await loadPictures(row.pictures, { ...about, ...pictureRules }, signal);
  const prepared = await prepare(parts, inputs, pictureRules, signal);
  // As in a fill, flawed pictures are left out, so that the beginning is the same; but a person may ask about them alone.
  const good = prepared.filter(({ picture }) => picture.flaws.length === 0);
  return {
    row: { ...place, sheet, key: row.key, label: row.label, number: row.number, recipe: recipe.id },
    language,
    texts: rowChatTexts(row, recipe, language),
    ...apart(good.length > 0 ? good : prepared),
  };
}

async function findRow(about: RowAbout, signal: AbortSignal) {
  const book = await about.workbooks.open(about.workbook, signal);
  try {
    const view = await viewSheet(book, about.recipe, about.sheet, signal, about.columns);
    const { sheet } = view;
    for await (const row of productRows(book, view, signal)) {
      if (row.number === about.number) return { row, sheet, language: about.language ?? view.map.language };
    }
    throw new RowscribeError('chat-row-missing', { sheet, number: about.number });
  } finally {
    await book.close();
  }
}

/** A picture of no row. */
export interface PictureAbout {
  /** What a person calls it. */
  readonly name: string;
  /** The file's bytes, whatever they are. */
  readonly bytes: Uint8Array;
  /** Of what the model is told; it answers in that of the question. */
  readonly language: Language;
  /** As in `PictureRules`. */
  readonly imageTokensMax?: number;
}

/** Errors: those of `Engine.start` and of `Images.prepare` for a picture given by its bytes. */
export async function pictureSubject(
  parts: SubjectParts,
  file: PictureAbout,
  signal: AbortSignal,
): Promise<ChatSubject> {
  const inputs = [{ path: file.name, bytes: file.bytes }];
  const { imageTokensMax } = file;
  const rules = { baseDir: '', roots: [], ...(imageTokensMax !== undefined && { imageTokensMax }) };
  const prepared = await prepare(parts, inputs, rules, signal);
  return { language: file.language, texts: pictureChatTexts(file.language), ...apart(prepared) };
}

interface Prepared {
  readonly picture: ChatPicture;
  readonly image: EngineImage;
}

async function prepare(
  { engine, images }: SubjectParts,
  inputs: readonly PictureInput[],
  rules: Pick<PictureRules, 'baseDir' | 'roots' | 'imageTokensMax'>,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const prepared = await preparePictures(inputs, images, rules, await engine.start(signal), signal);
  return prepared.map(({ image, flaws }, index) => {
    const name = inputs[index]?.path ?? '';
    return { image, picture: { name, sha256: image.sha256, flaws } };
  });
}

function apart(prepared: readonly Prepared[]): Pick<ChatSubject, 'pictures' | 'images'> {
  return { pictures: prepared.map(({ picture }) => picture), images: prepared.map(({ image }) => image) };
}
