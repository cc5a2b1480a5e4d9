// The part of @fugood/llama.node that the child uses, as types, and the one place that loads it.
import { createRequire } from 'node:module';
import type { Build } from './plan.ts';

/** Stands in a message's text where a picture is. */
export const pictureMark = '<__media__>';

export type NativeMessage = { role: string; content: string };
export type ResponseFormat = { type: 'json_schema'; json_schema: { strict: true; schema: object } };

interface NativeResult {
  readonly text: string;
  readonly tokens_predicted: number;
  readonly context_full: boolean;
  readonly interrupted: boolean;
  readonly stopped_limited: boolean;
  readonly timings: { readonly prompt_n: number };
}

export interface NativeTokens {
  /** One entry a position; a picture takes as many as its longer side has tokens. */
  readonly tokens: Int32Array;
  readonly has_media: boolean;
  readonly chunk_pos?: readonly number[];
  readonly chunk_pos_media?: readonly number[];
}

export interface NativeContext {
  initMultimodal(options: {
    path: string;
    use_gpu: boolean;
    image_min_tokens: number;
    image_max_tokens: number;
  }): boolean;
  getMultimodalSupport(): { readonly vision: boolean };
  getUsedDevices(): readonly string[];
  getFormattedChat(
    messages: readonly NativeMessage[],
    template: undefined,
    options: { response_format?: ResponseFormat },
  ): { readonly prompt: string };
  tokenize(text: string, options: { media_paths?: string[] }): Promise<NativeTokens>;
  completion(options: object, onToken: (token: { readonly token: string }) => void): Promise<NativeResult>;
  stopCompletion(): void;
}

interface NativeModule {
  loadModel(options: object): Promise<NativeContext>;
  getBackendDevicesInfo(build: Build): Promise<readonly { readonly type: string; readonly deviceName: string }[]>;
}

export function loadNative(): NativeModule {
  const require = createRequire(import.meta.url);
  return require('@fugood/llama.node') as NativeModule;
}
