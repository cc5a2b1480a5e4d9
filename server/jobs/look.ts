// The pictures of a row, prepared and judged, and the messages of one look at them.
import type { Prompt } from '../domain/prompt.ts';
import type { Remark } from '../domain/remarks.ts';
import type { EngineInfo, EngineImage, GenerateRequest, Message } from '../ports/engine.ts';
import type { Images, PreparedPicture } from '../ports/images.ts';
import type { PictureInput } from './row-pictures.ts';

export interface PictureRules {
  /** Absolute folder of the workbook, and the folders that the settings name. */
  readonly baseDir: string;
  readonly roots: readonly string[];
  readonly picturesPerRowMax: number;
  /** Tokens a picture may take where the engine allows more; asked for at every row. */
  readonly imageTokensMax?: number;
}

export interface Look {
  /** Pictures the model may be shown, in the order of the row. */
  readonly images: readonly EngineImage[];
  readonly sources: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Prepares pictures as every look at them does. Throws the errors of the port. */
export async function preparePictures(
  pictures: readonly PictureInput[],
  images: Images,
  rules: Pick<PictureRules, 'baseDir' | 'roots' | 'imageTokensMax'>,
  engine: EngineInfo,
  signal: AbortSignal,
): Promise<readonly PreparedPicture[]> {
  const { baseDir, roots } = rules;
  const { imageTokensMin } = engine;
  const wanted = rules.imageTokensMax ?? engine.imageTokensMax;
  const imageTokensMax = Math.max(imageTokensMin, Math.min(wanted, engine.imageTokensMax));
  return Promise.all(
    pictures.map((picture) => images.prepare({ ...picture, baseDir, roots, imageTokensMin, imageTokensMax }, signal)),
  );
}

/**
 * Prepares the pictures of a row. Flawed ones are left out with a remark; when none is left a person has to look.
 * Throws the errors of the port.
 */
export async function lookAt(
  pictures: readonly PictureInput[],
  images: Images,
  rules: PictureRules,
  engine: EngineInfo,
  signal: AbortSignal,
): Promise<Look> {
  const prepared = await preparePictures(pictures, images, rules, engine, signal);
  const good = prepared.filter((picture) => picture.flaws.length === 0);
  const remarks = prepared.flatMap((picture, index) =>
    picture.flaws.map((flaw) => ({ remark: 'picture-flaw', flaw, picture: pictures[index]?.path ?? '' }) as const),
  );
  return {
    images: good.map((picture) => picture.image),
    sources: prepared.map((picture) => picture.sourceSha256),
    remarks,
  };
}

/** Constant text first, then the pictures, then what belongs to the row: the order that prefix caches live on. */
export function requestOf(
  prompt: Pick<Prompt, 'system' | 'user' | 'outputTokensMax'> & Partial<Pick<Prompt, 'schema'>>,
  look: Look,
  temperature: number,
  seed: number,
): GenerateRequest {
  const messages: Message[] = [
    { role: 'system', content: [{ type: 'text', text: prompt.system }] },
    {
      role: 'user',
      content: [
        ...look.images.map((image) => ({ type: 'image', image }) as const),
        { type: 'text', text: prompt.user },
      ],
    },
  ];
  const { schema, outputTokensMax } = prompt;
  return { messages, ...(schema && { schema }), outputTokensMax, temperature, seed };
}
