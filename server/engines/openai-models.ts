// What a model server has: its models, how much they read, how many requests it works on at once. Reading never throws.
import { RowscribeError } from '../errors.ts';

export interface ServedModel {
  readonly id: string;
  /** Tokens that one request may have, when the server says so. */
  readonly contextTokens?: number;
  /** False when the server says that the model sees no pictures. */
  readonly vision?: boolean;
  readonly isLlamaServer: boolean;
}

/** A name that tells of a model with eyes, when a server has several. */
const visionPattern = /vl|vision|llava|minicpm-v|gemma-?3|pixtral|internvl|omni/i;

/** The models in the answer to `/models`. */
export function readModels(value: unknown): readonly ServedModel[] {
  const items = isRecord(value) && Array.isArray(value['data']) ? (value['data'] as unknown[]) : [];
  const capabilities = capabilitiesOf(value);
  return items.filter(isRecord).flatMap((item) => {
    if (typeof item['id'] !== 'string' || item['id'] === '') return [];
    const meta = isRecord(item['meta']) ? item['meta'] : {};
    const context = [meta['n_ctx'], item['max_model_len'], item['loaded_context_length'], item['context_length']];
    const contextTokens = context.find((tokens) => typeof tokens === 'number' && tokens > 0);
    return [
      {
        id: item['id'],
        isLlamaServer: item['owned_by'] === 'llamacpp',
        ...(typeof contextTokens === 'number' && { contextTokens }),
        ...(capabilities && { vision: capabilities.includes('multimodal') }),
      },
    ];
  });
}

/** The requests that a llama-server works on at once, from the answer to `/props`. */
export function readSlots(value: unknown): number | undefined {
  const slots = isRecord(value) ? value['total_slots'] : undefined;
  return typeof slots === 'number' && Number.isInteger(slots) && slots > 0 ? slots : undefined;
}

/** The wanted model, or the only one, or the first that seems to see pictures. Error: `engine-model-unknown`. */
export function chooseModel(models: readonly ServedModel[], wanted: string, url: string): ServedModel {
  const only = models.length === 1 ? models[0] : undefined;
  const chosen =
    wanted === ''
      ? (only ?? models.find(({ id }) => visionPattern.test(id)))
      : // A llama-server answers with the one model it has, whatever it is called.
        (models.find(({ id }) => id === wanted) ?? (only?.isLlamaServer === true ? only : undefined));
  if (chosen) return chosen;
  const known = models.slice(0, 12).map(({ id }) => id);
  throw new RowscribeError('engine-model-unknown', { url, model: wanted === '' ? '—' : wanted, known });
}

function capabilitiesOf(value: unknown): readonly unknown[] | undefined {
  const [first] = isRecord(value) && Array.isArray(value['models']) ? (value['models'] as unknown[]) : [];
  const capabilities = isRecord(first) ? first['capabilities'] : undefined;
  return Array.isArray(capabilities) ? (capabilities as unknown[]) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
