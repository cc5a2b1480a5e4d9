// The engine behind a URL: llama-server, vLLM, SGLang, Ollama or LM Studio, run by somebody else here or in the own network.
import { setMaxListeners } from 'node:events';
import { both } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult } from '../ports/engine.ts';
import { isThisComputer } from './openai-address.ts';
import { ChatClient, type ClientOptions } from './openai-client.ts';
import { chooseModel, readModels, readSlots, type ServedModel } from './openai-models.ts';
import { retryDefaults, type RetryRules } from './openai-retry.ts';
import { refuseTooLong, refuseTruncated } from './openai-budget.ts';
import { guardRequest } from './request-guard.ts';
import { createSlots, type Slots } from './slots.ts';
import { realClock, untilAborted } from './waiting.ts';

export interface OpenAiEngineOptions {
  /** The server's address, with or without /v1. */
  readonly url: string;
  readonly key?: string;
  /** Empty takes the only model, or the first that seems to see pictures. */
  readonly model?: string;
  /** Requests sent at once; one more for a person who waits. Default: what a llama-server says, else 8. */
  readonly slots?: number;
  /** Tokens of one request. Default: what the server says, else 8192. */
  readonly contextTokens?: number;
  readonly imageTokensMin?: number;
  readonly imageTokensMax?: number;
  /** From sending to the last word. Default 300,000. */
  readonly requestTimeoutMs?: number;
  /** How long a server may be loading its model when it is first asked. Default 300,000. */
  readonly loadTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Requests that may wait for a slot. Default 256. */
  readonly waitingMax?: number;
  readonly retry?: Partial<RetryRules>;
  readonly clock?: Clock;
  readonly chance?: () => number;
}

const defaults = {
  ...{ key: '', model: '', imageTokensMin: 64, imageTokensMax: 1369, waitingMax: 256, clock: realClock },
  ...{ requestTimeoutMs: 300_000, loadTimeoutMs: 300_000, connectTimeoutMs: 10_000, chance: Math.random },
};
const slotsDefault = 8;
const contextTokensDefault = 8192;
const startTriesMax = 400;

interface Session {
  readonly model: string;
  readonly info: EngineInfo;
}

/** A vision language model behind an OpenAI-compatible URL. Nothing is sent before the first call. */
export function createOpenAiEngine(options: OpenAiEngineOptions): Engine {
  return new OpenAiEngine({ ...defaults, ...options });
}

/** "http://host:8000", with or without a slash, "/v1" or a whole path, as the address that paths are added to. */
export function baseUrl(url: string): string {
  const bare = url.replace(/[?#].*$/, '').replace(/\/(?:chat\/completions\/?)?$/, '');
  return /\/v\d+$/.test(bare) ? bare : `${bare}/v1`;
}

/** The SHA-256 of the first picture that a request is about: requests with the same one share most of their work. */
export function firstPicture(request: GenerateRequest): string | undefined {
  const parts = request.messages.flatMap(({ content }) => content);
  return parts.find((part) => part.type === 'image')?.image.sha256;
}

class OpenAiEngine implements Engine {
  readonly #options: OpenAiEngineOptions & typeof defaults;
  readonly #slots: Slots;
  readonly #client: ChatClient;
  readonly #closing = new AbortController();
  #session: Promise<Session> | undefined;

  constructor(options: OpenAiEngineOptions & typeof defaults) {
    this.#options = options;
    // Every request listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.#slots = createSlots(options.slots ?? slotsDefault, options.waitingMax);
    this.#client = new ChatClient(this.#clientOptions({ ...retryDefaults, ...options.retry }, false));
  }

  async start(signal?: AbortSignal): Promise<EngineInfo> {
    return (await this.#ready(signal)).info;
  }

  async generate(
    request: GenerateRequest,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<GenerateResult> {
    signal?.throwIfAborted();
    const guarded = guardRequest(request);
    const { model, info } = await this.#ready(signal);
    refuseTooLong(guarded, info);
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const release = await this.#slots.take(request.priority === 'interactive', either);
    const answering = this.#client.chat(model, guarded, either, onText, firstPicture(request)).finally(release);
    return refuseTruncated(await untilAborted(answering, either), guarded);
  }

  async close(): Promise<void> {
    const reason = new RowscribeError('interrupted', {});
    this.#closing.abort(reason);
    this.#slots.close(reason);
  }

  #ready(signal: AbortSignal | undefined): Promise<Session> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    this.#session ??= this.#open().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return untilAborted(this.#session, signal);
  }

  async #open(): Promise<Session> {
    const { url, model: wanted, slots } = this.#options;
    const { signal } = this.#closing;
    const listing = await this.#starting(false).json('/models', signal).catch(neverReady(url));
    const model = chooseModel(readModels(listing), wanted, url);
    if (model.vision === false) throw new RowscribeError('engine-load-failed', { model: model.id, detail: blind });
    const count = slots ?? (model.isLlamaServer ? await this.#slotsOf() : undefined) ?? slotsDefault;
    this.#slots.resize(count);
    return { model: model.id, info: this.#describe(model, count) };
  }

  /** A server that is loading its model is waited for; one that is not there is not. */
  #starting(isRoot: boolean): ChatClient {
    const waitMsMax = Math.max(1, Math.ceil(this.#options.loadTimeoutMs / startTriesMax));
    const retriesMax = Math.ceil(this.#options.loadTimeoutMs / waitMsMax);
    return new ChatClient({
      ...this.#clientOptions({ ...retryDefaults, ...this.#options.retry, retriesMax, waitMsMax }, isRoot),
      unreachedMax: 2,
    });
  }

  /** Other servers than llama-server do not tell, and an old one has no such page. */
  async #slotsOf(): Promise<number | undefined> {
    return readSlots(
      await this.#starting(true)
        .json('/props', this.#closing.signal)
        .catch(() => undefined),
    );
  }

  #clientOptions(retry: RetryRules, isRoot: boolean): ClientOptions {
    const { url, key, clock, chance, requestTimeoutMs, connectTimeoutMs } = this.#options;
    const base = isRoot ? baseUrl(url).replace(/\/v\d+$/, '') : baseUrl(url);
    return {
      ...{ endpoint: { url: base, key }, requestTimeoutMs, connectTimeoutMs, retry, clock, chance },
      ...{ cutsMax: 1, unreachedMax: retry.retriesMax },
    };
  }

  #describe(model: ServedModel, slots: number): EngineInfo {
    const { url, contextTokens, imageTokensMin, imageTokensMax } = this.#options;
    const { host, hostname } = new URL(url);
    return {
      engine: 'openai',
      model: model.id,
      isDemo: false,
      device: host,
      contextTokens: contextTokens ?? model.contextTokens ?? contextTokensDefault,
      imageTokensMin,
      imageTokensMax,
      slots,
      ...(!isThisComputer(hostname) && { elsewhere: host }),
    };
  }
}

/** A server that stays busy while it should start is as good as none. */
function neverReady(url: string): (error: unknown) => never {
  return (error) => {
    if (!isRowscribeError(error, 'engine-rejected')) throw error;
    throw new RowscribeError('engine-unreachable', { url, detail: error.facts.detail }, { cause: error });
  };
}

const blind = both('它不能看图片', 'it cannot see pictures');
