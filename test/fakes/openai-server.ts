// A fake model server on loopback: answers each request as a test says, or speaks for an Engine in OpenAI's words.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { isRowscribeError } from '../../server/errors.ts';
import type { AnswerSchema, Engine, GenerateRequest, Message, MessagePart } from '../../server/ports/engine.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

/** `count` counts the requests to the same path, from 1. */
export type Handler = (request: ReceivedRequest, response: ServerResponse, count: number) => void | Promise<void>;

export interface FakeServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Requests whose client went away before they were answered. */
  readonly abandoned: () => number;
  close(): Promise<void>;
}

/** Listens on a free port; every request is kept. */
export async function startServer(handle: Handler): Promise<FakeServer> {
  const requests: ReceivedRequest[] = [];
  let abandoned = 0;
  const server = createServer((incoming, response) => {
    response.once('close', () => void (response.writableFinished || (abandoned += 1)));
    void readRequest(incoming).then(async (request) => {
      requests.push(request);
      const count = requests.filter(({ path }) => path === request.path).length;
      await handle(request, response, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, abandoned: () => abandoned, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** The head of a stream of events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

export const piece = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
export const finished = (reason = 'stop') => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
export const usage = (prompt: number, cached: number, output: number) =>
  event({
    choices: [],
    usage: { prompt_tokens: prompt, completion_tokens: output, prompt_tokens_details: { cached_tokens: cached } },
  });
export const done = 'data: [DONE]\n\n';
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

export const models = (...ids: readonly string[]) => ({ object: 'list', data: ids.map((id) => ({ id })) });

interface ChatBody {
  readonly messages: readonly { readonly role: Message['role']; readonly content: string | readonly BodyPart[] }[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly response_format?: { readonly json_schema: { readonly schema: AnswerSchema } };
}
type BodyPart = { readonly text: string } | { readonly image_url: { readonly url: string } };

/** Speaks for `engine` as llama-server does. */
export function handlerFor(engine: Engine): Handler {
  return async ({ path, body }, response) => {
    const { contextTokens, model } = await engine.start();
    if (path === '/props') return sendJson(response, 200, { total_slots: 4 });
    if (path === '/v1/models') {
      const meta = { n_ctx: contextTokens };
      return sendJson(response, 200, { data: [{ id: model, owned_by: 'llamacpp', meta }] });
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const request = await requestOf(body as ChatBody);
      beginEvents(response);
      const result = await engine.generate(request, gone.signal, (text) => response.write(piece(text)));
      const { promptTokens, cachedTokens, outputTokens } = result;
      response.end(finished(result.finish) + usage(promptTokens, cachedTokens, outputTokens) + done);
    } catch (error) {
      if (!isRowscribeError(error, 'prompt-too-long')) return void response.destroy();
      const { tokens, tokensMax } = error.facts;
      response.end(
        event({ error: { message: 'too long', n_prompt_tokens: tokens, n_ctx: tokensMax, type: overflow } }),
      );
    }
  };
}

const overflow = 'exceed_context_size_error';

async function requestOf(body: ChatBody): Promise<GenerateRequest> {
  const messages = body.messages.map(async ({ role, content }) => {
    const parts = typeof content === 'string' ? [{ text: content }] : content;
    return { role, content: await Promise.all(parts.map(partOf)) };
  });
  const schema = body.response_format?.json_schema.schema;
  return {
    messages: await Promise.all(messages),
    ...(schema && { schema }),
    outputTokensMax: body.max_tokens,
    temperature: body.temperature,
    seed: body.seed,
  };
}

async function partOf(part: BodyPart): Promise<MessagePart> {
  if ('text' in part) return { type: 'text', text: part.text };
  const jpeg = Buffer.from(part.image_url.url.replace('data:image/jpeg;base64,', ''), 'base64');
  const { width, height } = await sharp(jpeg).metadata();
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  return { type: 'image', image: { jpeg, sha256, widthPx: width, heightPx: height } };
}
