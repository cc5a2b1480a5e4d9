// What a request ends with that went wrong: a problem in JSON for the asker, one line for the log.
import { createHash } from 'node:crypto';
import type { ErrorRequestHandler, Request } from 'express';
import { both } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import { problemOf } from '../problem.ts';

/** `log` receives at most one line a request, without anything a person wrote and without paths. */
export function problemHandler(log: (line: string) => void): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = known(thrown);
    const problem = problemOf(error);
    if (!isGone(error)) log(`${request.method} ${placeOf(request)} ${problem.status} ${describe(error, problem.code)}`);
    // The answer has begun: all that is left is to end the connection, which Express does.
    if (response.headersSent) return next(thrown);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

const isGone = (error: unknown): boolean => isRowscribeError(error, 'interrupted');

/** Express's own complaints about a body or an address, as ours. */
function known(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof RowscribeError) return thrown;
  const { type, status, limit } = thrown as { type?: unknown; status?: unknown; limit?: unknown };
  if (type === 'entity.too.large')
    return new RowscribeError('request-too-large', { bytesMax: Number(limit) }, { cause: thrown });
  if (status === 415) return new RowscribeError('request-not-json', {}, { cause: thrown });
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const detail = both('内容不是有效的 JSON 或地址有误', 'it is no valid JSON, or its address is wrong');
    return new RowscribeError('request-invalid', { detail }, { cause: thrown });
  }
  return thrown;
}

/** The route without what stands for a thing of the person's: ids, queries. */
function placeOf({ path }: Request): string {
  return path
    .split('/')
    .slice(0, 4)
    .map((part) => (/^[a-z.-]{0,20}$/.test(part) ? part : '*'))
    .join('/');
}

function describe(error: unknown, code: string): string {
  if (isRowscribeError(error) && error.code !== 'internal') {
    const { path } = error.facts as { path?: unknown };
    return typeof path === 'string' ? `${code} file:${digest(path)}` : code;
  }
  const cause = isRowscribeError(error) ? error.cause : error;
  if (!(cause instanceof Error)) return code;
  // Where it happened, never the message: it may hold a person's words.
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const places = frames.slice(0, 3).map((frame) => /[\w.-]+:\d+:\d+/.exec(frame)?.[0] ?? '?');
  return `${code} ${cause.name} at ${places.join(' < ')}`;
}

const digest = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 8);
