// Whether a loaded model really sees: two photos with one right answer each. Some drivers draw nonsense without an error.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AnswerSchema, GenerateRequest } from '../ports/engine.ts';

interface KnownPicture {
  readonly file: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly category: string;
}

const pictures: readonly KnownPicture[] = [
  { file: 'dress-1.jpg', widthPx: 400, heightPx: 533, category: '连衣裙' },
  { file: 'shoes-1.jpg', widthPx: 400, heightPx: 657, category: '鞋子' },
];
const schema: AnswerSchema = {
  type: 'object',
  properties: { category: { type: 'string', enum: ['连衣裙', '鞋子', '裤子', '帽子'] } },
  required: ['category'],
  additionalProperties: false,
};

/** The requests, each with what a model that sees answers to it. */
export async function visionTests(): Promise<
  readonly { readonly request: GenerateRequest; readonly category: string }[]
> {
  return Promise.all(
    pictures.map(async ({ file, widthPx, heightPx, category }) => {
      const jpeg = await readFile(fileURLToPath(new URL(`../../templates/demo/photos/${file}`, import.meta.url)));
      const sha256 = createHash('sha256').update(jpeg).digest('hex');
      const image = { type: 'image', image: { jpeg, sha256, widthPx, heightPx } } as const;
      return { category, request: requestOf(image) };
    }),
  );
}

function requestOf(image: GenerateRequest['messages'][number]['content'][number]): GenerateRequest {
  return {
    messages: [
      {
        role: 'system',
        content: [{ type: 'text', text: '你是电商文案助手。请看图写文案，只写看得见的内容，不要夸张。' }],
      },
      { role: 'user', content: [image, { type: 'text', text: '品类是什么' }] },
    ],
    schema,
    ...{ outputTokensMax: 40, temperature: 0, seed: 1 },
  };
}
