// The pictures of a row, prepared and judged, and the messages of one look at them.
import type { Prompt } from '../domain/prompt.ts';
import type { Remark } from '../domain/remarks.ts';
import type { EngineInfo, EngineImage, GenerateRequest, Message } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { PictureInput } from './row-pictures.ts';

export interface PictureRules {
  /** Absolute folder of the workbook, and the folders that the settings name. */
  readonly baseDir: string;
  readonly roots: readonly string[];
  readonly picturesPerRowMax: number;
}

export interface Look {
  /** Pictures the model may be shown, in the order of the row. */
  readonly images: readonly EngineImage[];
  readonly sources: readonly string[];
  readonly remarks: readonly Remark[];
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
  const prepared = await Promise.all(
    pictures.map((picture) =>
      images.prepare(
        { ...picture, ...rules, imageTokensMin: engine.imageTokensMin, imageTokensMax: engine.imageTokensMax },
        signal,
      ),
    ),
  );
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
