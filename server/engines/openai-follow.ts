// One reply followed to its end: streamed or whole, with its text, its counts and its times.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { GenerateResult } from '../ports/engine.ts';
import { PieceGate } from './openai-answer.ts';
import { CutOff, ServerRefusal } from './openai-failures.ts';
import { readFault } from './openai-faults.ts';
import { readText, type HttpReply } from './openai-http.ts';
import { EventSplitter, readChunk, type ChatChunk, type Usage } from './openai-stream.ts';
import type { GuardedRequest } from './protocol.ts';

const wholeBytesMax = 4 << 20;
/** No tokenizer known makes more of one token; it only has to stop a server that never ends. */
const charactersPerTokenMax = 64;

/**
 * The answer of a reply with status 200. Throws `ServerRefusal` for an error that the server states in it, `CutOff` when it
 * ends too early, `engine-rejected` for what is no answer, `engine-empty`.
 */
export async function followAnswer(
  reply: HttpReply,
  request: GuardedRequest,
  startMs: number,
  tell: (piece: string) => void,
): Promise<GenerateResult> {
  const answer = new Answer(request, startMs, tell);
  try {
    if (/event-stream/i.test(reply.contentType)) await followStream(reply, answer);
    else await followWhole(reply, answer);
    return answer.end();
  } finally {
    reply.end();
  }
}

async function followStream(reply: HttpReply, answer: Answer): Promise<void> {
  const splitter = new EventSplitter();
  for await (const bytes of reply.body) {
    const events = splitter.push(bytes);
    if (events === undefined) throw unreadable();
    for (const event of events) {
      if (event === '[DONE]') return;
      answer.take(readChunk(event));
    }
  }
  for (const event of splitter.end()) if (event !== '[DONE]') answer.take(readChunk(event));
}

/** A server that does not stream, or a page of something else. */
async function followWhole(reply: HttpReply, answer: Answer): Promise<void> {
  const text = await readText(reply, wholeBytesMax);
  if (/html/i.test(reply.contentType)) throw new ServerRefusal(readFault(404, reply.contentType, text));
  answer.take(readChunk(text));
}

class Answer {
  readonly #request: GuardedRequest;
  readonly #startMs: number;
  readonly #gate: PieceGate;
  #firstMs: number | undefined;
  #pieces = 0;
  #finish: 'stop' | 'length' | undefined;
  #usage: Usage | undefined;

  constructor(request: GuardedRequest, startMs: number, tell: (piece: string) => void) {
    this.#request = request;
    this.#startMs = startMs;
    this.#gate = new PieceGate(request.schema, tell);
  }

  take(chunk: ChatChunk): void {
    if (chunk.fault) throw new ServerRefusal(chunk.fault);
    if (chunk.bad) throw unreadable();
    if (chunk.text !== '') {
      this.#firstMs ??= performance.now();
      this.#pieces += 1;
      this.#gate.push(chunk.text);
    }
    if (this.#gate.text.length > this.#request.outputTokensMax * charactersPerTokenMax) throw endless();
    this.#finish = chunk.finish ?? this.#finish;
    this.#usage = chunk.usage ?? this.#usage;
  }

  end(): GenerateResult {
    if (this.#finish === undefined) throw new CutOff('the answer ended in the middle');
    const text = this.#gate.end(this.#finish);
    if (text.trim() === '') throw new RowscribeError('engine-empty', {});
    const endMs = performance.now();
    const firstMs = this.#firstMs ?? endMs;
    const usage = this.#usage ?? { promptTokens: estimate(this.#request), cachedTokens: 0, outputTokens: this.#pieces };
    return { text, finish: this.#finish, ...usage, promptMs: firstMs - this.#startMs, outputMs: endMs - firstMs };
  }
}

/** For servers that do not count: about a token a character, and one for 28 × 28 pixels. */
function estimate(request: GuardedRequest): number {
  const parts = request.messages.flatMap((message) => message.content);
  const tokens = parts.map((part) =>
    part.type === 'text' ? part.text.length : Math.ceil((part.widthPx * part.heightPx) / (28 * 28)),
  );
  return Math.max(
    1,
    tokens.reduce((sum, count) => sum + count, 0),
  );
}

const unreadable = () =>
  new RowscribeError('engine-rejected', { detail: both('服务器的回答无法读懂', 'the server’s answer cannot be read') });
const endless = () => new RowscribeError('engine-rejected', { detail: both('回答没有结束', 'the answer did not end') });
