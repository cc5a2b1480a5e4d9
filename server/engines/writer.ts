// The writer: a model that works on texts alone, by `node-llama-cpp` in a supervised child process.
import { RowscribeError } from '../errors.ts';
import type { Engine, GenerateRequest } from '../ports/engine.ts';
import { createChildEngine, type ChildEngineOptions } from './child-engine.ts';
import type { GuardedRequest } from './protocol.ts';
import { guardRequest } from './request-guard.ts';
import { writerModel } from './writer-load.ts';
import type { WriterWishes } from './writer-plan.ts';

export interface WriterOptions extends WriterWishes, ChildEngineOptions {
  /** Absolute path of a language model in GGUF form. */
  readonly model: string;
}

/** Nothing is started before the first call. A request with a picture is refused: `engine-text-only`. */
export function createWriter(options: WriterOptions): Engine {
  const { model } = options;
  const guard = (request: GenerateRequest): GuardedRequest => {
    const hasPicture = request.messages.some(({ content }) => content.some(({ type }) => type === 'image'));
    if (hasPicture) throw new RowscribeError('engine-text-only', { model });
    return guardRequest(request);
  };
  return createChildEngine({ loadable: writerModel(model, options), guard }, options);
}
