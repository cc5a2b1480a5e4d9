// The route of the advertising check: any texts, no model.
import type { Router } from 'express';
import { checkAnswer } from '../../desk/check-views.ts';
import type { Desk } from '../../desk/desk.ts';
import { anyText, list, object, text } from '../parse.ts';
import { newRoutes, post } from '../route.ts';

const textsMax = 500;
const textCharactersMax = 32_767;
const idCharactersMax = 200;
const bodyBytesMax = 4 * 1024 * 1024;

const one = object({ id: text(idCharactersMax), text: anyText(textCharactersMax) });

export function checkRoutes(desk: Desk): Router {
  const routes = newRoutes();
  const request = object({ texts: list(one, textsMax) }, { recipe: text(idCharactersMax) });
  post(routes, '/api/checks', request, ({ body }) => checkAnswer(desk.targets, body), { bodyBytesMax });
  return routes;
}
