// The route by which Excel's pane answers what the server asked of its document.
import type { Router } from 'express';
import type { LinkAnswer, LinkCell } from '../../contract/links.ts';
import type { Desk } from '../../desk/desk.ts';
import { anyText, flag, integer, list, object, oneOf, refuse, text, variant, type Parse } from '../parse.ts';
import { newRoutes, post } from '../route.ts';

/** A sheet of some ten thousand rows at once. */
const bodyBytesMax = 32 * 1024 * 1024;
const rowsMax = 1_048_576;
const columnsMax = 16_384;
const cellTextMax = 32_767;
const nameMax = 255;
const detailMax = 2000;

const kind = oneOf('text', 'number', 'boolean', 'error', 'rich');
const column = integer(0, columnsMax - 1);
const words = anyText(cellTextMax);

const linkCell: Parse<LinkCell> = (value, at) => {
  if (!Array.isArray(value)) return refuse(at, '应为列表', 'must be a list');
  const [index, shown, type, formula] = value as unknown[];
  const plain = [column(index, at), words(shown, at), kind(type, at)] as const;
  return formula === undefined || formula === null ? plain : [...plain, words(formula, at)];
};

const row = object({ number: integer(1, rowsMax), hidden: flag, cells: list(linkCell, columnsMax) });
const why = oneOf('changed', 'formula', 'merged', 'protected', 'rich', 'too-long');
const sheet = object({ name: text(nameMax), visible: flag });
const refused = list(object({ cell: text(nameMax), why }), rowsMax);

const linkAnswer: Parse<LinkAnswer> = variant('answer', {
  sheets: object({ answer: oneOf('sheets'), sheets: list(sheet, columnsMax), active: anyText(nameMax) }),
  unchanged: object({ answer: oneOf('unchanged') }),
  sheet: object({ answer: oneOf('sheet'), revision: text(nameMax), rows: list(row, rowsMax) }),
  written: object({ answer: oneOf('written'), revision: text(nameMax), refused }),
  changed: object({ answer: oneOf('changed') }),
  failed: object({
    answer: oneOf('failed'),
    why: oneOf('editing', 'protected', 'missing', 'other'),
    detail: anyText(detailMax),
  }),
});

export function linkRoutes(desk: Desk): Router {
  const routes = newRoutes();
  const answer = '/api/links/:workbook/:request';
  // An answer that comes too late is no fault of the pane's.
  post(routes, answer, linkAnswer, ({ param, body }) => void desk.answer(param('workbook'), param('request'), body), {
    bodyBytesMax,
  });
  return routes;
}
