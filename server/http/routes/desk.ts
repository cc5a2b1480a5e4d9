// All routes over the desk.
import type { Router } from 'express';
import type { Desk } from '../../desk/desk.ts';
import { cellRoutes } from './cells.ts';
import { checkRoutes } from './checks.ts';
import { linkRoutes } from './links.ts';
import { runRoutes } from './runs.ts';
import { sheetRoutes } from './sheets.ts';
import { stateRoutes } from './state.ts';
import { workbookRoutes } from './workbooks.ts';

export function deskRoutes(desk: Desk): readonly Router[] {
  const all = [stateRoutes, workbookRoutes, sheetRoutes, runRoutes, cellRoutes, checkRoutes, linkRoutes];
  return all.map((routes) => routes(desk));
}
