// A fake Engine that answers by a script: fails, hangs and crashes on command, and remembers every look.
import { asRowscribeError, RowscribeError } from '../../server/errors.ts';
import type {
  AnswerSchema,
  Engine,
  EngineInfo,
  GenerateRequest,
  GenerateResult,
  MessagePart,
} from '../../server/ports/engine.ts';

/** The process dies during this look. */
export const crash = { fate: 'crash' } as const;
/** No answer until the signal aborts or the engine is closed, or `engine-timeout` after `requestTimeoutMs`. */
export const hang = { fate: 'hang' } as const;
/** Says the beginning of an answer, then hangs. */
export const hangAfter = (said: string) => ({ fate: 'hang', said }) as const;

/** What one look gives: a text; an object, sent as JSON; a text that was cut; an error to reject with; a fate. */
export type ScriptedReply =
  | string
  | { readonly json: unknown }
  | { readonly finish: 'length'; readonly text: string }
  | { readonly error: Error }
  | typeof crash
  | { readonly fate: 'hang'; readonly said?: string };

/** `look` counts from 1. The default script fills the schema, or repeats the last text of the request. */
export type EngineScript = (request: GenerateRequest, look: number) => ScriptedReply | Promise<ScriptedReply>;

export interface ScriptedEngineOptions {
  readonly info?: Partial<EngineInfo>;
  readonly requestTimeoutMs?: number;
}

export interface ScriptedEngine extends Engine {
  /** Requests that reached the model, in order. Refused ones (too long, not JPEG) and aborted waiters are not looks. */
  readonly looks: readonly GenerateRequest[];
  /** How often the model was loaded: 1, and 1 more after each crash or time-out. */
  readonly loads: number;
  readonly closed: boolean;
}

const scriptedInfo: EngineInfo = {
  engine: 'embedded',
  model: 'Scripted',
  isDemo: true,
  device: 'CPU',
  contextTokens: 4096,
  imageTokensMin: 20,
  imageTokensMax: 26,
};

export function createScriptedEngine(
  script: EngineScript = answerAnything,
  options: ScriptedEngineOptions = {},
): ScriptedEngine {
  const info: EngineInfo = { ...scriptedInfo, ...options.info };
  const looks: GenerateRequest[] = [];
  const closing = new AbortController();
  const model = scriptedProcess();
  let tail: Promise<unknown> = Promise.resolve();

  const look = async (
    request: GenerateRequest,
    signal: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<GenerateResult> => {
    signal.throwIfAborted();
    model.load();
    const prompt = tokensOf(request);
    const tokensMax = Math.max(0, info.contextTokens - request.outputTokensMax);
    if (prompt.length > tokensMax) throw new RowscribeError('prompt-too-long', { tokens: prompt.length, tokensMax });
    looks.push(request);
    const reply = await untilAborted(Promise.resolve(script(request, looks.length)), signal);
    if (reply === crash) throw model.die(new RowscribeError('engine-crashed', { detail: 'signal SIGKILL' }));
    if (typeof reply === 'object' && 'fate' in reply) {
      if ('said' in reply && reply.said !== undefined) onText?.(reply.said);
      await untilAborted(timeout(options.requestTimeoutMs, model.die), signal);
    }
    const cachedTokens = model.evaluate(prompt);
    return { ...say(reply, request, onText), promptTokens: prompt.length, cachedTokens, promptMs: 1, outputMs: 1 };
  };

  return {
    looks,
    get loads() {
      return model.loads();
    },
    get closed() {
      return closing.signal.aborted;
    },
    async start(signal) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      model.load();
      return info;
    },
    async generate(request, signal, onText) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      refuseBadPictures(request);
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const turn = tail.then(() => look(request, either, onText));
      tail = turn.catch(() => undefined);
      return untilAborted(turn, either);
    },
    async close() {
      if (!closing.signal.aborted) closing.abort(new RowscribeError('interrupted', {}));
      await tail;
    },
  };
}

/** The process behind the engine: loaded or not, and the prompt it holds. */
function scriptedProcess() {
  let loads = 0;
  let isLoaded = false;
  let cache: readonly string[] = [];
  return {
    loads: () => loads,
    load(): void {
      if (!isLoaded) loads += 1;
      isLoaded = true;
    },
    die(this: void, error: RowscribeError): RowscribeError {
      isLoaded = false;
      cache = [];
      return error;
    },
    /** How many tokens of the prompt are held already. At least one is always evaluated. */
    evaluate(prompt: readonly string[]): number {
      const cachedTokens = Math.min(commonPrefix(cache, prompt), prompt.length - 1);
      cache = prompt;
      return cachedTokens;
    },
  };
}

/** Fills every property of the schema with a text that names it; without a schema repeats the request's last text. */
export function answerAnything(request: GenerateRequest): ScriptedReply {
  if (request.schema) return { json: fill(request.schema) };
  const texts = request.messages.flatMap((message) => message.content).filter((part) => part.type === 'text');
  return texts.at(-1)?.text || 'ok';
}

function fill(schema: AnswerSchema): Record<string, unknown> {
  const entries = Object.entries(schema.properties).map(([name, property]) => {
    if (property.type === 'boolean') return [name, true];
    if (property.type === 'string') return [name, property.enum?.[0] ?? name.slice(0, property.maxLength)];
    const items = Array.from({ length: property.minItems ?? 1 }, (_, index) => `${name} ${index + 1}`);
    return [name, items.map((item) => item.slice(0, property.items.maxLength))];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function say(
  reply: ScriptedReply,
  request: GenerateRequest,
  onText?: (piece: string) => void,
): Pick<GenerateResult, 'text' | 'finish' | 'outputTokens'> {
  const whole = textOf(reply);
  if (whole.trim() === '') throw new RowscribeError('engine-empty', {});
  const pieces = Array.from(whole).slice(0, request.outputTokensMax);
  try {
    for (const piece of pieces) onText?.(piece);
  } catch (error) {
    throw asRowscribeError(error);
  }
  const text = pieces.join('');
  const isCut = text !== whole || (typeof reply === 'object' && 'finish' in reply);
  return { text, finish: isCut ? 'length' : 'stop', outputTokens: pieces.length };
}

function textOf(reply: ScriptedReply): string {
  if (typeof reply === 'string') return reply;
  if ('json' in reply) return JSON.stringify(reply.json);
  if ('text' in reply) return reply.text;
  throw 'error' in reply ? reply.error : new RowscribeError('engine-rejected', { detail: reply.fate });
}

function refuseBadPictures(request: GenerateRequest): void {
  const bad = request.messages
    .flatMap((message) => message.content)
    .some((part) => part.type === 'image' && (part.image.jpeg[0] !== 0xff || part.image.jpeg[1] !== 0xd8));
  if (bad) throw new RowscribeError('engine-rejected', { detail: 'a picture is not JPEG' });
}

/** One token a character, and a picture's tokens named after it, so that prefixes compare as in a real cache. */
function tokensOf(request: GenerateRequest): readonly string[] {
  return request.messages.flatMap(({ role, content }) => [`<${role}>`, ...content.flatMap(partTokens)]);
}

function partTokens(part: MessagePart): readonly string[] {
  if (part.type === 'text') return Array.from(part.text);
  const { widthPx, heightPx, sha256 } = part.image;
  const side = 28;
  const tokens = Math.min(26, Math.max(20, Math.ceil(widthPx / side) * Math.ceil(heightPx / side)));
  return Array.from({ length: tokens }, (_, index) => `${sha256}:${index}`);
}

function commonPrefix(before: readonly string[], now: readonly string[]): number {
  const different = now.findIndex((token, index) => token !== before[index]);
  return different === -1 ? now.length : different;
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function timeout(ms: number | undefined, die: (error: RowscribeError) => RowscribeError): Promise<never> {
  return new Promise((_, reject) => {
    if (ms === undefined) return;
    setTimeout(() => reject(die(new RowscribeError('engine-timeout', { seconds: ms / 1000 }))), ms).unref();
  });
}
