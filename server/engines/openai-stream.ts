// The pieces of a streamed answer: server-sent events, and the JSON in them.
import { StringDecoder } from 'node:string_decoder';
import { faultOf, type ServerFault } from './openai-faults.ts';

export interface Usage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** What one event says; `bad` is an event that is not JSON of the expected kind. */
export interface ChatChunk {
  readonly text: string;
  readonly finish?: 'stop' | 'length';
  readonly usage?: Usage;
  readonly fault?: ServerFault;
  readonly bad?: true;
}

/** Longer lines are no events of a language model: a token has some hundred bytes. */
const lineCharsMax = 1 << 20;

/** Splits bytes, however they are cut, into the data of events. Comments and other fields are passed over. */
export class EventSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #data: string[] = [];

  /** The data of the events that are complete now; undefined when a line is impossibly long. */
  push(bytes: Buffer): readonly string[] | undefined {
    return this.#take(this.#decoder.write(bytes));
  }

  /** The last event of a stream that ends without an empty line. */
  end(): readonly string[] {
    return this.#take(`${this.#decoder.end()}\n\n`) ?? [];
  }

  #take(text: string): readonly string[] | undefined {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > lineCharsMax) return undefined;
    return lines.flatMap((line) => this.#line(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #line(line: string): readonly string[] {
    if (line === '') {
      const event = this.#data.join('\n');
      this.#data = [];
      return event === '' ? [] : [event];
    }
    const [, field, value = ''] = /^(data|error): ?([^]*)$/.exec(line) ?? [];
    if (field === 'data') this.#data.push(value);
    // Some servers name the field after its content.
    if (field === 'error') this.#data.push(`{"error":${value}}`);
    return [];
  }
}

/** Reads the data of one event, or the body of an answer that was not streamed. Never throws. */
export function readChunk(data: string): ChatChunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { text: '', bad: true };
  }
  if (!isRecord(value)) return { text: '', bad: true };
  if (value['error'] !== undefined && value['error'] !== null) return { text: '', fault: faultOf(0, value) };
  const [choice] = Array.isArray(value['choices']) ? (value['choices'] as unknown[]) : [];
  const finish = finishOf(choice);
  const usage = usageOf(value);
  if (choice === undefined && usage === undefined && value['choices'] === undefined) return { text: '', bad: true };
  return { text: textOf(choice), ...(finish && { finish }), ...(usage && { usage }) };
}

function textOf(choice: unknown): string {
  if (!isRecord(choice)) return '';
  const message = isRecord(choice['delta']) ? choice['delta'] : choice['message'];
  const content = isRecord(message) ? message['content'] : choice['text'];
  return typeof content === 'string' ? content : '';
}

function finishOf(choice: unknown): 'stop' | 'length' | undefined {
  const reason = isRecord(choice) ? choice['finish_reason'] : undefined;
  if (typeof reason !== 'string' || reason === '') return undefined;
  return reason === 'length' ? 'length' : 'stop';
}

/** OpenAI's counts; of llama-server also its timings, which come when the counts do not. */
function usageOf(value: Readonly<Record<string, unknown>>): Usage | undefined {
  const { usage, timings } = value;
  if (isRecord(usage) && typeof usage['prompt_tokens'] === 'number') {
    const details = isRecord(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
    return {
      promptTokens: usage['prompt_tokens'],
      cachedTokens: numberOf(details['cached_tokens']),
      outputTokens: numberOf(usage['completion_tokens']),
    };
  }
  if (!isRecord(timings) || typeof timings['prompt_n'] !== 'number') return undefined;
  const cachedTokens = numberOf(timings['cache_n']);
  return {
    promptTokens: timings['prompt_n'] + cachedTokens,
    cachedTokens,
    outputTokens: numberOf(timings['predicted_n']),
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
