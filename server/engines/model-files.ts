// Looks at the two model files before any native code does: there, complete, and of the right kinds.
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { both, type Bilingual } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { parseGguf, type GgufHeader, type GgufScalar } from './gguf.ts';
import type { ModelFacts } from './plan.ts';
import type { WriterFacts } from './writer-plan.ts';

const firstReadBytes = 1 << 20;
/** The largest headers seen (150,000 tokens and their merges) have 6 MB. */
const headerBytesMax = 256 << 20;

interface GgufFile {
  readonly header: GgufHeader;
  readonly sizeBytes: number;
}

/**
 * What planning needs to know about a model and its picture projector. Errors: `model-missing`, `model-corrupt` (not
 * GGUF, truncated, the two files exchanged, no chat template), `model-mismatch`.
 */
export async function readModelFacts(model: string, mmproj: string): Promise<ModelFacts> {
  const language = await readGguf(model);
  const projector = await readGguf(mmproj);
  const text = reader(model, language.header.metadata);
  const vision = reader(mmproj, projector.header.metadata);
  const architecture = languageArchitecture(model, text);
  if (vision.text('general.architecture') !== 'clip')
    throw corrupt(mmproj, both('这不是图片部分 mmproj', 'this is not the picture part (mmproj)'));
  const misfit = misfitOf(text, vision, architecture);
  if (misfit) throw new RowscribeError('model-mismatch', { model, mmproj, detail: misfit });
  const layers = text.number(`${architecture}.block_count`);
  // Some architectures give lists here; then the estimate of memory is too high rather than too low.
  const heads = text.numberOr(`${architecture}.attention.head_count`, 1);
  const kvHeads = text.numberOr(`${architecture}.attention.head_count_kv`, heads);
  const headSize = text.numberOr(
    `${architecture}.attention.key_length`,
    text.number(`${architecture}.embedding_length`) / heads,
  );
  return {
    name: text.textOr('general.name', basename(model)),
    modelBytes: language.sizeBytes,
    mmprojBytes: projector.sizeBytes,
    layers,
    contextTokensMax: text.number(`${architecture}.context_length`),
    // Keys and values, two bytes each.
    kvBytesPerToken: layers * kvHeads * headSize * 2 * 2,
    ...pictureFacts(vision),
  };
}

/** What planning needs to know about a model that only writes. Errors: `model-missing`, `model-corrupt`. */
export async function readWriterFacts(model: string): Promise<WriterFacts> {
  const { header, sizeBytes } = await readGguf(model);
  const text = reader(model, header.metadata);
  const architecture = languageArchitecture(model, text);
  return {
    name: text.textOr('general.name', basename(model)),
    modelBytes: sizeBytes,
    contextTokensMax: text.number(`${architecture}.context_length`),
  };
}

function languageArchitecture(model: string, text: Reader): string {
  const architecture = text.text('general.architecture');
  if (architecture === 'clip')
    throw corrupt(model, both('这是图片部分，请填在 mmproj 中', 'this is the picture part; give it as mmproj'));
  if (text.textOr('tokenizer.chat_template', '') === '')
    throw corrupt(model, both('没有对话模板', 'it has no chat template'));
  return architecture;
}

export interface GgufIdentity {
  /** `mmproj`: the picture part of a model. */
  readonly kind: 'model' | 'mmproj';
  /** The name it gives itself; '' without one. */
  readonly name: string;
}

/** Which part of a model a file is. Errors: `model-missing`, `model-corrupt`. */
export async function identifyGguf(path: string): Promise<GgufIdentity> {
  const { header } = await readGguf(path);
  const fields = reader(path, header.metadata);
  const architecture = fields.text('general.architecture');
  if (ownForms.has(architecture)) {
    throw corrupt(
      path,
      both(
        `这是 Ollama 自己的格式（${architecture}），图片部分也在其中，其他程序无法使用；请运行 rowscribe model pull`,
        `it has Ollama’s own form (${architecture}) with the picture part inside, which others cannot use: rowscribe model pull`,
      ),
    );
  }
  return { kind: architecture === 'clip' ? 'mmproj' : 'model', name: fields.textOr('general.name', '') };
}

/** Architectures that only Ollama writes: both parts in one file. Source: its model/models folder. */
const ownForms: ReadonlySet<string> = new Set(['qwen25vl', 'mllama']);

/** The language models that a picture part of the Qwen family was made for. Source: llama.cpp, `projector_type` in clip.cpp. */
const families: ReadonlyMap<string, readonly string[]> = new Map([
  ['qwen2vl_merger', ['qwen2vl']],
  ['qwen2.5vl_merger', ['qwen2vl']],
  ['qwen3vl_merger', ['qwen3vl', 'qwen3vlmoe']],
]);

/** Why the two files do not belong together, as far as their headers tell: the runtime would stop the process. */
function misfitOf(text: Reader, vision: Reader, architecture: string): Bilingual | undefined {
  const projector = projectorOf(vision);
  const family = families.get(projector);
  if (family && !family.includes(architecture)) {
    return both(`${projector} 不适用于 ${architecture}`, `${projector} is not for ${architecture}`);
  }
  const given = vision.numberOr('clip.vision.projection_dim', 0);
  const taken = text.numberOr(`${architecture}.embedding_length`, 0);
  if (given === 0 || taken === 0 || given === taken) return undefined;
  return both(`图片部分的宽度是 ${given}，模型是 ${taken}`, `the picture part is ${given} wide, the model ${taken}`);
}

const projectorOf = (vision: Reader): string =>
  vision.textOr('clip.projector_type', vision.textOr('clip.vision.projector_type', ''));

type Reader = ReturnType<typeof reader>;

function pictureFacts(vision: Reader): Pick<ModelFacts, 'tokenSidePx' | 'gridPositions' | 'demoImageTokens'> {
  const minTokens = vision.numberOr('demo.image_min_tokens', 0);
  const maxTokens = vision.numberOr('demo.image_max_tokens', 0);
  return {
    tokenSidePx: vision.numberOr('clip.vision.patch_size', 14) * vision.numberOr('clip.vision.spatial_merge_size', 2),
    gridPositions: /^qwen.*vl.*_merger$/.test(projectorOf(vision)),
    ...(minTokens > 0 && maxTokens >= minTokens ? { demoImageTokens: { min: minTokens, max: maxTokens } } : {}),
  };
}

async function readGguf(path: string): Promise<GgufFile> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    throw new RowscribeError('model-missing', { path }, { cause: error });
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new RowscribeError('model-missing', { path });
    const header = await readHeader(file, path, stat.size);
    if (header.bytesNeeded > stat.size) {
      const detail = both(
        `文件不完整：至少应有 ${header.bytesNeeded} 字节，只有 ${stat.size}`,
        `it is cut off: ${stat.size} of at least ${header.bytesNeeded} bytes`,
      );
      throw corrupt(path, detail);
    }
    return { header, sizeBytes: stat.size };
  } finally {
    await file.close();
  }
}

/** Reads the beginning in growing pieces until the header is complete: a header does not tell its own length. */
async function readHeader(file: FileHandle, path: string, sizeBytes: number): Promise<GgufHeader> {
  for (let wantedBytes = firstReadBytes; ; wantedBytes *= 2) {
    const bytes = Buffer.alloc(Math.min(wantedBytes, sizeBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const parse = parseGguf(bytes.subarray(0, bytesRead));
    if (parse.type === 'header') return parse.header;
    if (parse.type === 'bad') throw corrupt(path, parse.detail);
    if (wantedBytes >= sizeBytes) {
      throw corrupt(path, both(`文件在 ${sizeBytes} 字节处中断`, `it is cut off after ${sizeBytes} bytes`));
    }
    if (wantedBytes >= headerBytesMax) throw corrupt(path, both('文件头过大', 'its header is too large'));
  }
}

function reader(path: string, metadata: ReadonlyMap<string, GgufScalar>) {
  const textOr = (key: string, fallback: string): string => {
    const value = metadata.get(key);
    return typeof value === 'string' ? value : fallback;
  };
  const numberOr = (key: string, fallback: number): number => {
    const value = metadata.get(key);
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fallback;
  };
  return {
    textOr,
    numberOr,
    text(key: string): string {
      const value = textOr(key, '');
      if (value === '') throw corrupt(path, both(`文件头缺少 ${key}`, `its header has no ${key}`));
      return value;
    },
    number(key: string): number {
      const value = numberOr(key, 0);
      if (value === 0) throw corrupt(path, both(`文件头缺少 ${key}`, `its header has no ${key}`));
      return value;
    },
  };
}

function corrupt(path: string, detail: Bilingual): RowscribeError<'model-corrupt'> {
  return new RowscribeError('model-corrupt', { path, detail });
}
