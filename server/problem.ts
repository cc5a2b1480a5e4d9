// An error as pages receive it: RFC 9457 with the sentence in both languages, and nothing of what went wrong inside.
import type { Problem } from './contract/state.ts';
import { inBoth } from './domain/language.ts';
import { RowscribeError, type ErrorCode } from './errors.ts';

/** Statuses of HTTP that differ from 422: the request was understood and cannot be done as things are. */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = {
  internal: 500,
  'store-failed': 500,
  'disk-full': 507,
  'request-invalid': 400,
  'session-missing': 401,
  'request-origin': 403,
  'not-found': 404,
  'recipe-unknown': 404,
  'workbook-missing': 404,
  'sheet-missing': 404,
  'picture-missing': 404,
  'folder-missing': 404,
  'chat-missing': 404,
  'chat-row-missing': 404,
  'chat-busy': 409,
  'cell-changed': 409,
  'workbook-changed': 409,
  'workbook-open': 409,
  'workbook-busy': 409,
  'workbook-in-use': 409,
  'run-not-now': 409,
  'excel-closed': 409,
  'excel-editing': 409,
  'runs-too-many': 503,
  'request-too-large': 413,
  'picture-too-large': 413,
  'request-not-json': 415,
  'request-host': 421,
  'server-busy': 503,
  'engine-crashed': 503,
  'engine-gave-up': 503,
  'engine-load-failed': 503,
  'model-missing': 503,
  'model-corrupt': 503,
  'model-mismatch': 503,
  'engine-timeout': 504,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  507: 'Insufficient Storage',
};

/** Any thrown value as a problem. Of what is not ours only the kind is told: its message may hold anything. */
export function problemOf(thrown: unknown): Problem {
  const error = isTold(thrown) ? thrown : new RowscribeError('internal', { detail: kindOf(thrown) });
  const status = statuses[error.code] ?? 422;
  return {
    type: 'about:blank',
    title: titles[status] ?? '',
    status,
    code: error.code,
    message: inBoth((language) => error.text(language)),
    retryable: error.retryable,
  };
}

function isTold(thrown: unknown): thrown is RowscribeError {
  return thrown instanceof RowscribeError && thrown.code !== 'internal';
}

function kindOf(thrown: unknown): string {
  const cause = thrown instanceof RowscribeError ? thrown.cause : thrown;
  return cause instanceof Error ? cause.name : 'Error';
}
