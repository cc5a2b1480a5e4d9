// The routes of single cells: written anew, by hand, and their history.
import type { Router } from 'express';
import { acceptRow, cellVersions, regenerateCell, writeByHand } from '../../desk/cells.ts';
import type { Desk } from '../../desk/desk.ts';
import { anyText, object, record, text } from '../parse.ts';
import { newRoutes, post } from '../route.ts';
import { cell, sheetTarget, target } from './parse-work.ts';

const reasonCharactersMax = 500;
/** UTF-16 units that a cell can hold; as JSON up to six bytes each, twice. */
const cellTextMax = 32_767;
const keyCharactersMax = 32_767;
/** Of one row's copy. */
const columnsMax = 100;
const bodyBytesMax = 512 * 1024;

export function cellRoutes(desk: Desk): Router {
  const { targets } = desk;
  const routes = newRoutes();
  const again = object({ target, cell, reason: anyText(reasonCharactersMax) });
  const words = object({ target, cell, text: anyText(cellTextMax), expected: anyText(cellTextMax) });
  const accepted = object({
    target: sheetTarget,
    key: text(keyCharactersMax),
    texts: record(anyText(cellTextMax), columnsMax),
  });
  post(routes, '/api/cells/regenerate', again, ({ body, signal }) => regenerateCell(targets, body, signal));
  post(routes, '/api/cells/history', object({ target, cell }), ({ body, signal }) =>
    cellVersions(targets, body, signal),
  );
  post(routes, '/api/cells/write', words, ({ body, signal }) => writeByHand(targets, body, signal), { bodyBytesMax });
  post(routes, '/api/rows/accept', accepted, ({ body }) => acceptRow(targets, body), { bodyBytesMax });
  return routes;
}
