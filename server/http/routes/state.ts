// The routes of the state as a whole and of what a person may set.
import type { Router } from 'express';
import type { Desk } from '../../desk/desk.ts';
import { object, oneOf } from '../parse.ts';
import { get, newRoutes, post } from '../route.ts';

const settings = object({}, { language: oneOf('auto', 'zh-CN', 'en-US'), pictureSize: oneOf('1024', 'small') });

export function stateRoutes(desk: Desk): Router {
  const routes = newRoutes();
  get(routes, '/api/state', async () => {
    await desk.refresh();
    return desk.state();
  });
  post(routes, '/api/settings', settings, ({ body }) => desk.settings.change(body));
  return routes;
}
