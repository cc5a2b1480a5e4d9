// The messages between the server and the engine child, and nothing else: both sides import these types.
import type { Detail } from '../domain/language.ts';
import type { AnswerSchema } from '../ports/engine.ts';
import type { LoadPlan } from './plan.ts';
import type { WriterPlan } from './writer-plan.ts';

export type WirePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly jpeg: Uint8Array; readonly widthPx: number; readonly heightPx: number };

export interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly WirePart[];
}

/** A request that has passed every guard: the child may hand it to native code. */
export interface GuardedRequest {
  readonly messages: readonly WireMessage[];
  readonly schema?: AnswerSchema;
  readonly outputTokensMax: number;
  readonly temperature: number;
  /** 0 … 2^31 - 2: the native side reads a signed number in which -1 means "random". */
  readonly seed: number;
}

export type LoadOrder = {
  readonly type: 'load';
  readonly model: string;
  readonly mmproj: string;
  readonly plan: LoadPlan;
};
export type LoadWriterOrder = { readonly type: 'load-writer'; readonly model: string; readonly plan: WriterPlan };
export type GenerateOrder = { readonly type: 'generate'; readonly id: number; readonly request: GuardedRequest };
type StopOrder = { readonly type: 'stop'; readonly id: number };
export type Order = LoadOrder | LoadWriterOrder | GenerateOrder | StopOrder;

/** What the loaded model says about itself and where it runs. */
export interface LoadedFacts {
  /** Devices that hold layers, as the runtime names them; empty when everything is on the CPU. */
  readonly devices: readonly string[];
  readonly vision: boolean;
}

export interface ChildAnswer {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly promptMs: number;
  readonly outputMs: number;
}

export type Report =
  | { readonly type: 'loaded'; readonly facts: LoadedFacts }
  | { readonly type: 'load-failed'; readonly detail: string }
  /** The request has arrived: from here on an exit may be its doing. */
  | { readonly type: 'begun'; readonly id: number }
  | { readonly type: 'piece'; readonly id: number; readonly text: string }
  | { readonly type: 'done'; readonly id: number; readonly answer: ChildAnswer }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'too-long'; readonly id: number; readonly tokens: number; readonly tokensMax: number }
  /** `usable` is false when native code failed in a way after which the context must not be used again. */
  | { readonly type: 'failed'; readonly id: number; readonly detail: Detail; readonly usable: boolean };
