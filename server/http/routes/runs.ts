// The routes of runs: begin, look on, pause, resume, stop, try again, take back.
import type { Router } from 'express';
import type { Desk } from '../../desk/desk.ts';
import { integer, nothing, object, oneOf, refuse } from '../parse.ts';
import { get, newRoutes, post, type Asked } from '../route.ts';
import { scope, target } from './parse-work.ts';

const previewRowsMax = 50;
const rowsAtOnceMax = 500;

const runRequest = object({ kind: oneOf('fill', 'preview'), target, scope }, { count: integer(1, previewRowsMax) });
const outcome = oneOf('done', 'needs-person', 'failed');

export function runRoutes(desk: Desk): Router {
  const { runs } = desk;
  const routes = newRoutes();
  post(routes, '/api/runs', runRequest, ({ body, signal }) => runs.start(body, signal));
  get(routes, '/api/runs/:id', ({ param }) => runs.view(param('id')));
  get(routes, '/api/runs/:id/rows', ({ param, query, signal }) => {
    const asked = query('outcome');
    const question = {
      outcome: asked === undefined || asked === '' ? undefined : outcome(asked, 'outcome'),
      offset: countIn(query, 'offset', 0),
      limit: Math.min(countIn(query, 'limit', rowsAtOnceMax), rowsAtOnceMax),
    };
    return runs.rows(param('id'), question, signal);
  });
  post(routes, '/api/runs/:id/pause', nothing, ({ param }) => runs.pause(param('id')));
  post(routes, '/api/runs/:id/resume', nothing, ({ param }) => runs.resume(param('id')));
  post(routes, '/api/runs/:id/stop', nothing, ({ param }) => runs.stop(param('id')));
  post(routes, '/api/runs/:id/retry', nothing, ({ param }) => runs.retry(param('id')));
  post(routes, '/api/runs/:id/undo', nothing, ({ param }) => runs.undo(param('id')));
  return routes;
}

function countIn(query: Asked['query'], name: string, otherwise: number): number {
  const given = query(name);
  if (given === undefined) return otherwise;
  return /^\d{1,9}$/.test(given) ? Number(given) : refuse(name, '应为整数', 'must be a whole number');
}
