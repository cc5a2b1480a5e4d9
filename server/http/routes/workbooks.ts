// The routes of workbooks: open one by its path, say which is open in Excel, see a row's picture.
import type { Router } from 'express';
import type { Desk } from '../../desk/desk.ts';
import { anyText, object, text } from '../parse.ts';
import { get, newRoutes, post, Reply } from '../route.ts';

const pathCharactersMax = 4096;
const nameCharactersMax = 400;

export function workbookRoutes(desk: Desk): Router {
  const routes = newRoutes();
  const document = object({
    path: anyText(pathCharactersMax),
    name: anyText(nameCharactersMax),
    instance: text(nameCharactersMax),
  });
  post(routes, '/api/workbooks', object({ path: anyText(pathCharactersMax) }), async ({ body }) => {
    const entry = await desk.shelf.open(body.path);
    return desk.shelf.view(entry);
  });
  post(routes, '/api/documents', document, ({ body }) => desk.attach(body));
  get(routes, '/api/thumbnails/:workbook/:picture', async ({ param, signal }) => {
    const jpeg = await desk.thumbnails.jpeg(param('workbook'), param('picture'), signal);
    return new Reply(200, 'image/jpeg', jpeg);
  });
  return routes;
}
