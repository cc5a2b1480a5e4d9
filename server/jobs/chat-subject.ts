// What a chat is about, made ready: the prepared pictures and the texts around them, of a row or of a picture alone.
import { pictureChatTexts, rowChatTexts, type ChatRow, type ChatTexts } from '../domain/chat.ts';
import type { Language } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import type { ChatPicture } from '../ports/chats.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Workbooks } from '../ports/workbook.ts';
import type { PictureRules } from './look.ts';
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

/** A row of a workbook, with all that a fill of it would be made from. */
export interface RowSubject {
  readonly row: ProductRow;
  readonly recipe: Recipe;
  readonly language: Language;
  /** Real path of the workbook, and what reads it. */
  readonly workbook: string;
  readonly workbooks: Pick<Workbooks, 'open'>;
  readonly pictureRules: PictureRules;
  readonly place: Pick<ChatRow, 'workbook' | 'workbookName' | 'sheet'>;
}

/**
 * Loads the model if needed, because the model's limits say how pictures are prepared. Errors: those of `Engine.start`,
 * `loadPictures` and `Images.prepare`.
 */
export async function rowSubject(parts: SubjectParts, about: RowSubject, signal: AbortSignal): Promise<ChatSubject> {
  const { row, recipe, language, pictureRules } = about;
  const inputs = await loadPictures(row.pictures, { ...about, ...pictureRules }, signal);
  const prepared = await prepare(parts, inputs, pictureRules, signal);
  // As in a fill, flawed pictures are left out, so that the beginning is the same; but a person may ask about them alone.
  const good = prepared.filter(({ picture }) => picture.flaws.length === 0);
  return {
    row: { ...about.place, key: row.key, label: row.label, number: row.number, recipe: recipe.id },
    language,
    texts: rowChatTexts(row, recipe, language),
    ...apart(good.length > 0 ? good : prepared),
  };
}

/** Errors: those of `Engine.start` and of `Images.prepare` for a picture given by its bytes. */
export async function pictureSubject(
  parts: SubjectParts,
  file: { readonly name: string; readonly bytes: Uint8Array; readonly language: Language },
  signal: AbortSignal,
): Promise<ChatSubject> {
  const inputs = [{ path: file.name, bytes: file.bytes }];
  const prepared = await prepare(parts, inputs, { baseDir: '', roots: [] }, signal);
  return { language: file.language, texts: pictureChatTexts(file.language), ...apart(prepared) };
}

interface Prepared {
  readonly picture: ChatPicture;
  readonly image: EngineImage;
}

async function prepare(
  { engine, images }: SubjectParts,
  inputs: readonly PictureInput[],
  folders: Pick<PictureRules, 'baseDir' | 'roots'>,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const { imageTokensMin, imageTokensMax } = await engine.start(signal);
  const { baseDir, roots } = folders;
  return Promise.all(
    inputs.map(async (input) => {
      const request = { ...input, baseDir, roots, imageTokensMin, imageTokensMax };
      const { image, flaws } = await images.prepare(request, signal);
      return { image, picture: { name: input.path, sha256: image.sha256, flaws } };
    }),
  );
}

function apart(prepared: readonly Prepared[]): Pick<ChatSubject, 'pictures' | 'images'> {
  return { pictures: prepared.map(({ picture }) => picture), images: prepared.map(({ image }) => image) };
}
