// The port to a vision language model: messages with pictures in, text out.
import type { AnswerSchema } from '../domain/answer-schema.ts';
import type { Bilingual } from '../domain/language.ts';
import type { RowscribeError } from '../errors.ts';

export type { AnswerProperty, AnswerSchema } from '../domain/answer-schema.ts';

/** A picture as the model receives it: always JPEG, upright, sRGB, without alpha. */
export interface EngineImage {
  readonly jpeg: Uint8Array;
  /** Lower-case hex SHA-256 of `jpeg`; equal pictures must have equal bytes for the prefix cache to hit. */
  readonly sha256: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

export type MessagePart =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly image: EngineImage };

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly MessagePart[];
}

export interface GenerateRequest {
  readonly messages: readonly Message[];
  /** When given, the text is one JSON object of this shape. */
  readonly schema?: AnswerSchema;
  readonly outputTokensMax: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
  /** `interactive`: a person waits for it, so it comes before those that do not. Default `bulk`. */
  readonly priority?: Priority;
}

export type Priority = 'interactive' | 'bulk';

export interface GenerateResult {
  readonly text: string;
  /** `length`: the text was cut at `outputTokensMax`. */
  readonly finish: 'stop' | 'length';
  /** Token counts; a cached token was neither encoded nor evaluated again. */
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Milliseconds from request to the first output token (picture encoding and prompt), then for the output. */
  readonly promptMs: number;
  readonly outputMs: number;
}

export interface EngineInfo {
  /** The engine's kind, as in the settings; `writer`: works on texts alone. */
  readonly engine: 'embedded' | 'llama-server' | 'openai' | 'writer';
  /** A name for people, e.g. "Qwen2.5 VL 7B Instruct". */
  readonly model: string;
  readonly isDemo: boolean;
  /** Where it really runs, read back from the loaded model: "CPU", "CUDA0: NVIDIA GeForce RTX 4090", … */
  readonly device: string;
  /** The model that writes what can be written without looking, when another one does. */
  readonly writer?: Pick<EngineInfo, 'model' | 'device' | 'fallback'>;
  /** Requests worked on at once; 1 when absent. */
  readonly slots?: number;
  /** Set when pictures and texts are sent to another computer: its address. */
  readonly elsewhere?: string;
  /** Set when the device is not the one that was asked for; says why, for a person. */
  readonly fallback?: Bilingual;
  /** Set when the engine works, but far slower than this machine could: what a person has to mend. */
  readonly problem?: RowscribeError<'driver-too-old' | 'memory-too-small'>;
  readonly contextTokens: number;
  /** Tokens that one picture may take, 0 of a writer: the preparation fits pictures to it. One token covers 28 × 28 pixels. */
  readonly imageTokensMin: number;
  readonly imageTokensMax: number;
}

/**
 * A model that can look at pictures.
 *
 * - `start` loads the model once; further calls return the same information. Errors: `model-missing`, `model-corrupt`,
 *   `engine-load-failed`, `engine-gave-up`; of a server that somebody else runs `engine-unreachable`, `engine-key-refused`,
 *   `engine-model-unknown`, `engine-address-public`. `onPercent` hears which share of the model's files is read, 0..100,
 *   from an engine that can tell; what follows the reading has no measure.
 * - `generate` may be called concurrently; an engine with too few slots queues, those with priority first. It starts the engine when needed. Every
 *   promise settles, whatever happens to the process behind it. Errors: those of `start`, `prompt-too-long` (before
 *   anything is evaluated, as far as the engine counts beforehand), `engine-crashed` (the process died: the next call
 *   starts it again; `shared` when other requests ran in it too), `engine-timeout`, `engine-empty`, `engine-rejected`,
 *   `engine-text-only` for a picture given to a writer; the abort reason when `signal` aborts.
 * - After any error but `engine-gave-up` the next `generate` works.
 * - `onText` receives the output as it grows, in pieces whose concatenation is a prefix of `text`.
 * - `close` ends the process and rejects what is still waiting; it may be called more than once.
 */
export interface Engine {
  start(signal?: AbortSignal, onPercent?: (percent: number) => void): Promise<EngineInfo>;
  generate(request: GenerateRequest, signal?: AbortSignal, onText?: (piece: string) => void): Promise<GenerateResult>;
  close(): Promise<void>;
}
