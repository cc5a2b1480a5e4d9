// Routes of each kind behind the real server, and what was done through them.
import type { Problem } from '../../server/contract/state.ts';
import { RowscribeError } from '../../server/errors.ts';
import { anyText, object } from '../../server/http/parse.ts';
import { get, newRoutes, post, remove } from '../../server/http/route.ts';
import { openTestServer, type Answer } from './local-server.ts';

/** Routes of each kind; counts what was done. */
function counted() {
  const routes = newRoutes();
  const done: string[] = [];
  get(routes, '/api/things', () => ({ things: done.length }));
  post(routes, '/api/things', object({ name: anyText(100_000) }), ({ body }) => void done.push(body.name));
  post(routes, '/api/large', object({ name: anyText(1_000_000) }), () => void done.push('large'), {
    bodyBytesMax: 200_000,
  });
  post(routes, '/api/faulty', object({}), () => {
    throw new TypeError('the copy reads 冰丝防晒衬衫 in /home/me/secret.xlsx');
  });
  post(routes, '/api/missing', object({}), () => {
    throw new RowscribeError('workbook-missing', { path: '/home/me/secret.xlsx' });
  });
  remove(routes, '/api/things/:id', ({ param }) => void done.push(`removed ${param('id')}`));
  return { routes, done };
}

export async function openCounted() {
  const { routes, done } = counted();
  const server = await openTestServer([routes]);
  const headers = { cookie: await server.cookie(), 'content-type': 'application/json' };
  return { ...server, done, headers };
}

export const refusal = (answer: Answer) =>
  [answer.status, answer.status < 400 ? 'no refusal' : answer.json<Problem>().code] as const;
