// Requests to one OpenAI-compatible server: sent, followed, sent again when that can help, and put into our errors.
import { both, type Detail } from '../domain/language.ts';
import { asRowscribeError, isRowscribeError, RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { GenerateResult } from '../ports/engine.ts';
import { CutOff, ServerRefusal } from './openai-failures.ts';
import { kindOfFault, readFault, type ServerFault } from './openai-faults.ts';
import { followAnswer } from './openai-follow.ts';
import { exchange, readText, type Endpoint, type HttpReply } from './openai-http.ts';
import { chatBody, type SchemaMode } from './openai-request.ts';
import { retryWaitMs, type RetryRules } from './openai-retry.ts';
import type { GuardedRequest } from './protocol.ts';

export interface ClientOptions {
  readonly endpoint: Endpoint;
  /** One try, from sending to the last word. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retry: RetryRules;
  /** Times that a request is sent again after the connection broke before a word was told. */
  readonly cutsMax: number;
  /** Times that it is sent again when nothing answers at all. */
  readonly unreachedMax: number;
  readonly clock: Clock;
  /** 0 … 1, anew with each call. */
  readonly chance: () => number;
}

const errorBytesMax = 1 << 18;
const jsonBytesMax = 4 << 20;
/** The request cannot have reached a server. */
const unreachedCodes: readonly string[] = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT'],
];
const cutCodes: readonly string[] = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'];

export class ChatClient {
  readonly #options: ClientOptions;
  #schemaMode: SchemaMode = 'native';

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The JSON that a path answers with. Errors: those of a server that is not there or does not let us in. */
  json(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    const once = async (either: AbortSignal): Promise<unknown> => {
      const reply = await this.#send(path, undefined, either);
      const text = await readText(reply, jsonBytesMax);
      try {
        return JSON.parse(text);
      } catch {
        throw new ServerRefusal(readFault(404, reply.contentType, text));
      }
    };
    return this.#persist(once, () => false, signal);
  }

  /**
   * One answer. Errors: `prompt-too-long`, `engine-rejected`, `engine-timeout`, `engine-crashed` when the connection broke
   * after words were told or broke again, `engine-empty`, `engine-unreachable`, `engine-key-refused`,
   * `engine-model-unknown`, `engine-address-public`; the abort reason. `session` is told to whatever spreads requests over
   * several servers: those of one session are best answered by one server.
   */
  chat(
    model: string,
    request: GuardedRequest,
    signal: AbortSignal | undefined,
    onText: ((piece: string) => void) | undefined,
    session?: string,
  ): Promise<GenerateResult> {
    let isTold = false;
    const tell = (piece: string): void => {
      if (!onText) return;
      isTold = true;
      try {
        onText(piece);
      } catch (error) {
        throw asRowscribeError(error);
      }
    };
    const once = async (either: AbortSignal): Promise<GenerateResult> => {
      const startMs = performance.now();
      const body = chatBody(model, request, this.#schemaMode);
      const reply = await this.#send('/chat/completions', body, either, session);
      return followAnswer(reply, request, startMs, tell);
    };
    return this.#persist(once, () => isTold, signal, request.schema !== undefined);
  }

  async #send(path: string, body: string | undefined, signal: AbortSignal, session?: string): Promise<HttpReply> {
    const { endpoint, connectTimeoutMs } = this.#options;
    const reply = await exchange(endpoint, path, body, { signal, connectTimeoutMs, session });
    if (reply.status === 200) return reply;
    const text = await readText(reply, errorBytesMax).catch(() => '');
    const fault = readFault(reply.status, reply.contentType, text);
    throw new ServerRefusal(reply.status < 400 ? { ...fault, status: 404 } : fault, reply.retryAfter);
  }

  /** Tries until it works, or trying again is of no use. */
  async #persist<T>(
    once: (signal: AbortSignal) => Promise<T>,
    isTold: () => boolean,
    signal: AbortSignal | undefined,
    hasSchema = false,
  ): Promise<T> {
    const tally = { cuts: 0, unreached: 0 };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#withTimeLimit(once, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (isTold() || isRowscribeError(error)) throw this.#inOurWords(error);
        if (hasSchema && this.#schemaMode === 'native' && isAbout(error, 'no-schema')) {
          this.#schemaMode = 'in-text';
          continue;
        }
        if (!this.#mayHelp(error, attempt, tally)) throw this.#inOurWords(error);
        const { clock, retry, chance } = this.#options;
        const retryAfter = error instanceof ServerRefusal ? error.retryAfter : undefined;
        await clock.sleep(retryWaitMs(attempt, retryAfter, clock.now(), chance(), retry), signal);
      }
    }
  }

  /** Whether to try again after this error; counts the kinds of it. */
  #mayHelp(error: unknown, attempt: number, tally: { cuts: number; unreached: number }): boolean {
    const { retry, cutsMax, unreachedMax } = this.#options;
    if (attempt > retry.retriesMax) return false;
    if (isCut(error)) return ++tally.cuts <= cutsMax;
    if (unreachedCodes.includes(codeOf(error))) return ++tally.unreached <= unreachedMax;
    return isAbout(error, 'busy');
  }

  async #withTimeLimit<T>(once: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { requestTimeoutMs } = this.#options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), requestTimeoutMs);
    try {
      return await once(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      throw new RowscribeError('engine-timeout', { seconds: Math.round(requestTimeoutMs / 100) / 10 });
    } finally {
      clearTimeout(timer);
    }
  }

  #inOurWords(error: unknown): RowscribeError {
    if (error instanceof RowscribeError) return error;
    const { url } = this.#options.endpoint;
    if (error instanceof ServerRefusal) return refusalError(error.fault, url, { cause: error });
    const code = codeOf(error);
    if (isCut(error)) return new RowscribeError('engine-crashed', { detail: code || 'connection' }, { cause: error });
    const detail = code === '' ? asRowscribeError(error).message : code;
    return new RowscribeError('engine-unreachable', { url, detail }, { cause: error });
  }
}

function refusalError(fault: ServerFault, url: string, options: { cause: unknown }): RowscribeError {
  const detail: Detail = fault.message;
  switch (kindOfFault(fault)) {
    case 'too-long': {
      const { tokens = 0, tokensMax = 0 } = fault;
      return new RowscribeError('prompt-too-long', { tokens, tokensMax }, options);
    }
    case 'key':
      return new RowscribeError('engine-key-refused', { url }, options);
    case 'no-model':
      return new RowscribeError('engine-model-unknown', { url, model: fault.message, known: [] }, options);
    case 'not-found':
      return new RowscribeError('engine-unreachable', { url, detail: noService(fault.message) }, options);
    default:
      return new RowscribeError('engine-rejected', { detail }, options);
  }
}

const noService = (message: string) =>
  both(`这个地址上不是模型服务：${message}`, `what answers there is no model server: ${message}`);

function isAbout(error: unknown, kind: ReturnType<typeof kindOfFault>): boolean {
  return error instanceof ServerRefusal && kindOfFault(error.fault) === kind;
}

function isCut(error: unknown): boolean {
  return error instanceof CutOff || cutCodes.includes(codeOf(error));
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
