// How a route is written: what is asked is parsed, what the handler returns is sent, what it throws becomes a problem.
import express, { type Request, type Response, type Router } from 'express';
import { RowscribeError } from '../errors.ts';
import { httpLimits } from './limits.ts';
import { refuse, type Parse } from './parse.ts';

export interface Asked<B = undefined> {
  readonly body: B;
  /** A part of the path, written `:name` in it. */
  readonly param: (name: string) => string;
  /** A value of the query; undefined when it is absent. */
  readonly query: (name: string) => string | undefined;
  /** Aborts when the asker is gone before it was answered. */
  readonly signal: AbortSignal;
}

/** An answer that is not plain JSON with status 200. */
export class Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;

  constructor(status: number, type: string, body: string | Uint8Array) {
    this.status = status;
    this.type = type;
    this.body = body;
  }

  static json(status: number, value: unknown): Reply {
    return new Reply(status, 'application/json', JSON.stringify(value));
  }
}

/** Returns what is sent as JSON (`{}` for undefined), or a `Reply`. */
type Handle<B> = (asked: Asked<B>) => unknown;

export interface PostOptions {
  /** The largest body in bytes; 64 kB when absent. */
  readonly bodyBytesMax?: number;
}

/** A set of routes; paths are written in full: "/api/runs/:id". */
export const newRoutes = (): Router => express.Router({ caseSensitive: true, strict: true });

/** Answers a question; changes nothing. */
export function get(routes: Router, path: string, handle: Handle<undefined>): void {
  routes.get(path, async (request, response) => answer(request, response, handle, undefined));
}

/** Does something with what was sent, which is JSON. */
export function post<B>(
  routes: Router,
  path: string,
  parse: Parse<B>,
  handle: Handle<B>,
  { bodyBytesMax = httpLimits.bodyBytesMax }: PostOptions = {},
): void {
  // A compressed body could unfold beyond its limit.
  const read = express.json({ limit: bodyBytesMax, inflate: false, strict: true });
  routes.post(path, read, async (request, response) => {
    await answer(request, response, handle, parse(request.body ?? {}, 'body'));
  });
}

/** Takes something away. */
export function remove(routes: Router, path: string, handle: Handle<undefined>): void {
  routes.delete(path, async (request, response) => answer(request, response, handle, undefined));
}

async function answer<B>(request: Request, response: Response, handle: Handle<B>, body: B): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new RowscribeError('interrupted', {})));
  const value = await handle({
    body,
    param: (name) => paramOf(request, name),
    query: (name) => queryOf(request, name),
    signal: gone.signal,
  });
  if (response.closed) return;
  const reply = value instanceof Reply ? value : Reply.json(200, value ?? {});
  response.status(reply.status).type(reply.type);
  response.send(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body));
}

function paramOf(request: Request, name: string): string {
  const value: unknown = request.params[name];
  return typeof value === 'string' ? value : refuse(name, '缺少', 'is missing');
}

function queryOf(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  return refuse(name, '只能出现一次', 'may be given once only');
}
