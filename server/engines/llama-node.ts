// The embedded engine: llama.cpp by `@fugood/llama.node` in a supervised child process.
import type { Engine } from '../ports/engine.ts';
import { createChildEngine, type ChildEngineOptions } from './child-engine.ts';
import type { LoadWishes } from './plan.ts';
import { visionModel } from './vision-load.ts';

export interface EmbeddedEngineOptions extends LoadWishes, ChildEngineOptions {
  /** Absolute path of the language model in GGUF form. */
  readonly model: string;
  /** Absolute path of its picture projector in GGUF form. */
  readonly mmproj: string;
}

/** A vision language model on this machine. Nothing is started before the first call. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): Engine {
  return createChildEngine({ loadable: visionModel(options.model, options.mmproj, options) }, options);
}
