// One HTTP exchange with a model server: no proxy, no redirect, own network only, bounded, ended by its signal.
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { ownLookup, refuseForeignAddress } from './openai-address.ts';

export interface Endpoint {
  /** Up to and including the version, e.g. "http://127.0.0.1:8080/v1"; no slash at the end. */
  readonly url: string;
  /** Sent as a bearer token; none when empty. */
  readonly key: string;
}

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  /** Throws when the connection ends before the reply does. */
  readonly body: AsyncIterable<Buffer>;
  /** Closes the connection: servers stop working on a request whose connection has gone. */
  end(): void;
}

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  readonly connectTimeoutMs: number;
  /** Sent as `x-session-id`, by which balancers keep requests together. */
  readonly session?: string | undefined;
}

// Agents of our own: the global ones may be told by the environment to use a proxy.
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

/**
 * GETs, or POSTs when there is a body. Resolves with the head of the reply. Errors: `engine-address-public`, the system's
 * own with their codes (ECONNREFUSED, …), the abort error of Node when `signal` aborts.
 */
export function exchange(
  endpoint: Endpoint,
  path: string,
  body: string | undefined,
  options: ExchangeOptions,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint.url + path);
    refuseForeignAddress(url.hostname);
    const isTls = url.protocol === 'https:';
    const settings = {
      method: body === undefined ? 'GET' : 'POST',
      headers: headersOf(endpoint, body, options.session),
      lookup: ownLookup,
      signal: options.signal,
    };
    const request = isTls
      ? httpsRequest(url, { ...settings, agent: agents.https })
      : httpRequest(url, { ...settings, agent: agents.http });
    limitConnecting(request, options.connectTimeoutMs);
    request.once('error', reject);
    request.once('response', (response) => resolve(replyOf(response, request)));
    request.end(body);
  });
}

/** The whole body as text. Error: `engine-rejected` when it is longer than `bytesMax`. */
export async function readText(reply: HttpReply, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of reply.body) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) {
      reply.end();
      throw new RowscribeError('engine-rejected', {
        detail: both('服务器的回复过长', 'the server’s reply is too long'),
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf({ key }: Endpoint, body: string | undefined, session = ''): Record<string, string | number> {
  return {
    accept: 'application/json, text/event-stream',
    ...(key !== '' && { authorization: `Bearer ${key}` }),
    ...(session !== '' && { 'x-session-id': session }),
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
}

/** A computer that is switched off does not refuse a connection: it says nothing for minutes. */
function limitConnecting(request: ClientRequest, timeoutMs: number): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timeout = Object.assign(new Error(`no connection after ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(timeout), timeoutMs);
    const clear = (): void => clearTimeout(timer);
    socket.once('connect', clear);
    socket.once('close', clear);
  });
}

function replyOf(response: IncomingMessage, request: ClientRequest): HttpReply {
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    retryAfter: response.headers['retry-after'],
    body: response as AsyncIterable<Buffer>,
    end: () => void request.destroy(),
  };
}
