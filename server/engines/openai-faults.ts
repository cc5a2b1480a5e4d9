// What a model server means when it does not answer: every shape of error body read, and what to do about it.

export interface ServerFault {
  /** The HTTP status, or the code of an error inside a stream; 0 when there is none. */
  readonly status: number;
  /** One line, shortened. */
  readonly message: string;
  /** Counts that the server stated about a prompt that is too long. */
  readonly tokens?: number;
  readonly tokensMax?: number;
}

/**
 * `busy`: try again later. `too-long`: the prompt exceeds the context. `key`: not let in. `no-model`: it does not know the
 * model. `no-schema`: it cannot answer in a given shape. `not-found`: no such service at this address. `refused`: anything
 * else, which trying again does not change.
 */
export type FaultKind = 'busy' | 'too-long' | 'key' | 'no-model' | 'no-schema' | 'not-found' | 'refused';

const messageCharsMax = 200;
const busyStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
const tooLongPattern =
  /exceed_context_size|exceeds? the (?:available )?context|context[ _](?:length|size|window)|maximum context|when context the overflows|prompt is too long|input is too long/i;
const schemaPattern = /response_format|json_schema|guided|grammar|structured.?output/i;
const modelPattern =
  /\bmodel\b.*(?:not found|not exist|unknown|not loaded|no such)|(?:not found|unknown|no such).*\bmodel\b/i;

/** Reads the body of a reply whose status is an error. Never throws. */
export function readFault(status: number, contentType: string, body: string): ServerFault {
  if (/html/i.test(contentType) || /^\s*<(?:!doctype|html)/i.test(body)) {
    const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? '';
    return { status, message: shorten(`HTTP ${status} ${title}`) };
  }
  try {
    return faultOf(status, JSON.parse(body));
  } catch {
    return { status, message: shorten(body.trim() === '' ? `HTTP ${status}` : `HTTP ${status}: ${body}`) };
  }
}

/** Reads an error that is JSON already: an object, a text, flat or nested, also from the middle of a stream. */
export function faultOf(status: number, value: unknown): ServerFault {
  const outer = isRecord(value) ? value : {};
  const error = outer['error'] ?? outer['detail'] ?? outer;
  const inner = isRecord(error) ? error : outer;
  const text = typeof error === 'string' ? error : messageOf(inner, error);
  const code = typeof inner['code'] === 'number' ? inner['code'] : status;
  const type = typeof inner['type'] === 'string' ? inner['type'] : '';
  const hint = type !== '' && !text.includes(type) && tooLongPattern.test(type) ? ` (${type})` : '';
  const message = shorten(text === '' ? `HTTP ${status}` : text) + hint;
  return { status: status >= 400 ? status : code, message, ...countsOf(inner, text) };
}

/** What a fault calls for. */
export function kindOfFault({ status, message }: ServerFault): FaultKind {
  if (tooLongPattern.test(message)) return 'too-long';
  if (status === 401 || status === 403) return 'key';
  if (status === 404) return modelPattern.test(message) ? 'no-model' : 'not-found';
  if (busyStatuses.includes(status)) return 'busy';
  if (status === 400 || status === 422) {
    if (modelPattern.test(message)) return 'no-model';
    if (schemaPattern.test(message)) return 'no-schema';
  }
  return 'refused';
}

/** `{message}` of most servers, `{msg}` items of FastAPI's validation. */
function messageOf(inner: Readonly<Record<string, unknown>>, error: unknown): string {
  if (typeof inner['message'] === 'string') return inner['message'];
  const [first] = Array.isArray(error) ? (error as unknown[]) : [];
  if (!isRecord(first)) return '';
  const place = Array.isArray(first['loc']) ? first['loc'].join('.') : '';
  return `${place} ${typeof first['msg'] === 'string' ? first['msg'] : ''}`.trim();
}

/** llama-server states the counts; others put them into the sentence, the larger one being the prompt. */
function countsOf(inner: Readonly<Record<string, unknown>>, text: string): { tokens?: number; tokensMax?: number } {
  const { n_prompt_tokens: tokens, n_ctx: tokensMax } = inner;
  if (typeof tokens === 'number' && typeof tokensMax === 'number') return { tokens, tokensMax };
  if (!tooLongPattern.test(text)) return {};
  const limit = /context[^.;]*?(\d{3,})/i.exec(text)?.[1];
  const largest = Math.max(0, ...(text.match(/\d{3,}/g) ?? []).map(Number));
  if (limit === undefined || largest <= 0) return {};
  return { tokens: Math.max(largest, Number(limit)), tokensMax: Math.min(largest, Number(limit)) };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= messageCharsMax ? line : `${line.slice(0, messageCharsMax)}…`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
