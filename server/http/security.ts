// Who may ask: exact host, own origin, own page, this start's token, JSON alone. What every answer carries.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { RowscribeError } from '../errors.ts';

export interface Gate {
  readonly port: number;
  /** Random text of this start; pages hold it in a cookie that scripts cannot read. */
  readonly token: string;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer, refusals included. Nothing from elsewhere is ever loaded: this is what keeps the page offline. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export const addressOf = (port: number): string => `https://localhost:${port}`;

export const protect: RequestHandler = (_request, response, next) => {
  response.set(headers);
  next();
};

/** Another name for this computer in `Host` is how a foreign page would rebind its own name to it. */
export function ownHost({ port }: Gate): RequestHandler {
  const own = `localhost:${port}`;
  return (request, _response, next) => {
    const hosts = request.headersDistinct['host'] ?? [];
    if (hosts.length !== 1 || hosts[0] !== own) throw new RowscribeError('request-host', { address: addressOf(port) });
    next();
  };
}

/** No origin at all, as with a click or a program, or exactly ours; "null" is a foreign one. */
export function ownOrigin({ port }: Gate): RequestHandler {
  const address = addressOf(port);
  return ({ headers: { origin } }, _response, next) => {
    if (origin !== undefined && origin !== address) throw new RowscribeError('request-origin', { address });
    next();
  };
}

/** Pages of other ports of this computer count as the same site to a browser, but not to us. */
export function ownPage({ port }: Gate): RequestHandler {
  return ({ headers: { 'sec-fetch-site': site } }, _response, next) => {
    if (site !== undefined && site !== 'same-origin')
      throw new RowscribeError('request-origin', { address: addressOf(port) });
    next();
  };
}

// Cookies do not tell ports apart: without its port in the name, a second server's cookie would replace ours.
const cookieName = (port: number): string => `__Host-rowscribe-${port}`;

/** The value of `Set-Cookie` that pages are served with. */
export function sessionCookie({ port, token }: Gate): string {
  return `${cookieName(port)}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict`;
}

export function ownSession({ port, token }: Gate): RequestHandler {
  const name = `${cookieName(port)}=`;
  return ({ headers: { cookie = '' } }, _response, next) => {
    const pairs = cookie.split(';').map((pair) => pair.trim());
    const given = pairs.filter((pair) => pair.startsWith(name)).map((pair) => pair.slice(name.length));
    if (given.length !== 1 || !isSameSecret(given[0] ?? '', token)) throw new RowscribeError('session-missing', {});
    next();
  };
}

/** Takes equally long whatever is given: lengths are hidden by the digests. */
function isSameSecret(given: string, secret: string): boolean {
  const [left, right] = [given, secret].map((value) => createHash('sha256').update(value).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** A form can send other types across sites without asking; JSON it cannot. */
export const jsonOnly: RequestHandler = ({ method, headers: { 'content-type': type = '' } }, _response, next) => {
  const brings = method !== 'GET' && method !== 'HEAD' && method !== 'DELETE';
  if (brings && !/^application\/json[ \t]*(?:;|$)/i.test(type)) throw new RowscribeError('request-not-json', {});
  next();
};

/** At most so many requests are worked on at once. */
export function atMost(requestsMax: number): RequestHandler {
  let count = 0;
  return (_request, response, next) => {
    if (count >= requestsMax) throw new RowscribeError('server-busy', {});
    count += 1;
    response.once('close', () => (count -= 1));
    next();
  };
}
