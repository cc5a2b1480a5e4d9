// The routes of what is in a sheet, and of what a run would do there.
import type { Router } from 'express';
import type { Desk } from '../../desk/desk.ts';
import { planAnswer, rowsAnswer, sheetAnswer } from '../../desk/sheet-views.ts';
import { integer, object } from '../parse.ts';
import { newRoutes, post } from '../route.ts';
import { scope, target } from './parse-work.ts';

const rowsAtOnceMax = 200;
const rowNumberMax = 1_048_576;

const rowsRequest = object(
  { target, offset: integer(0, rowNumberMax), limit: integer(1, rowsAtOnceMax) },
  { number: integer(1, rowNumberMax) },
);

export function sheetRoutes(desk: Desk): Router {
  const routes = newRoutes();
  post(routes, '/api/sheets/view', target, ({ body, signal }) => sheetAnswer(desk.targets, body, signal));
  post(routes, '/api/sheets/rows', rowsRequest, ({ body, signal }) => rowsAnswer(desk.targets, body, signal));
  post(routes, '/api/plans', object({ target, scope }), ({ body, signal }) =>
    planAnswer(desk.targets, body, desk.secondsPerRow, signal),
  );
  return routes;
}
