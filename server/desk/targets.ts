// From what a page names to what a job needs: the workbook's adapter, the recipe, the options.
import path from 'node:path';
import type { Scope } from '../contract/runs.ts';
import type { Target } from '../contract/sheets.ts';
import { parseRows } from '../domain/cell-address.ts';
import type { Checker } from '../domain/compliance/checker.ts';
import { both } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import { RowscribeError } from '../errors.ts';
import type { FillOptions, FillParts } from '../jobs/fill.ts';
import type { Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Journal } from '../ports/store.ts';
import type { Workbooks } from '../ports/workbook.ts';
import type { Settings } from '../settings.ts';
import { noBackups } from './no-backups.ts';
import type { ShelfEntry, WorkbookShelf } from './shelf.ts';

export interface TargetParts {
  readonly shelf: WorkbookShelf;
  /** Workbooks as files, and those that are open in Excel. */
  readonly files: Workbooks;
  readonly documents: Workbooks;
  readonly backups: () => Backups;
  readonly journal: Journal;
  readonly images: Images;
  readonly engine: Engine;
  readonly writer?: Engine;
  readonly checker: () => Promise<Checker>;
  readonly clock: Clock;
  readonly recipes: () => Promise<ReadonlyMap<string, Recipe>>;
  /** As they are now. */
  readonly settings: () => Settings;
}

/** All that a job on a target needs. */
export interface Job {
  readonly entry: ShelfEntry;
  readonly parts: FillParts;
  readonly options: FillOptions;
}

export const everything: Scope = { rows: '', mode: 'empty', overwriteEdited: false };

/** In flight at once: one row in the engine, the next having its picture prepared meanwhile. */
const inFlightMax = 2;
const crashesMax = 2;
const deliveryTriesMax = 6;
/** A document may be closed for days; its answers wait in the journal and the run with them. */
const documentTriesMax = Number.MAX_SAFE_INTEGER;
const triesAtStopMax = 2;

/** Errors: `not-found`, `recipe-unknown`, `rows-invalid`, those of the checker's tables. */
export async function jobOf(parts: TargetParts, target: Target, scope: Scope = everything): Promise<Job> {
  const entry = parts.shelf.entry(target.workbook);
  const options = await optionsOf(parts, entry, target, scope);
  return { entry, parts: await partsOf(parts, entry), options };
}

async function partsOf(parts: TargetParts, { source }: ShelfEntry): Promise<FillParts> {
  const { journal, images, engine, writer, clock } = parts;
  const isDocument = source === 'excel';
  return {
    ...{ journal, images, engine, clock, ...(writer && { writer }) },
    workbooks: isDocument ? parts.documents : parts.files,
    backups: isDocument ? noBackups : parts.backups(),
    checker: await parts.checker(),
  };
}

async function optionsOf(parts: TargetParts, entry: ShelfEntry, target: Target, scope: Scope): Promise<FillOptions> {
  const settings = parts.settings();
  const isWanted = scope.rows === '' ? () => true : parseRows(scope.rows);
  if (isWanted === undefined) throw new RowscribeError('rows-invalid', { text: scope.rows });
  return {
    workbook: entry.key,
    ...(target.sheet !== undefined && { sheet: target.sheet }),
    ...(target.columns !== undefined && { columns: target.columns }),
    recipe: await recipeOf(parts, target.recipe),
    ...{ mode: scope.mode, overwriteEdited: scope.overwriteEdited, rows: scope.rows, isWanted },
    secondReader: settings.secondReader === 'on',
    seed: settings.seed,
    pictureRules: pictureRulesOf(parts, entry),
    limits: {
      ...{ inFlightMax, crashesMax, deliveryTriesAtStopMax: triesAtStopMax },
      deliveryTriesMax: entry.source === 'excel' ? documentTriesMax : deliveryTriesMax,
      deliverRowsMax: settings.deliverRowsMax,
      deliverAfterMs: settings.deliverAfterS * 1000,
      failAlikeRowsMax: settings.failAlikeRowsMax,
    },
  };
}

/** Where the pictures of a workbook may lie; how large they are looked at may change while a run is on. */
export function pictureRulesOf(parts: Pick<TargetParts, 'settings'>, { folder }: Pick<ShelfEntry, 'folder'>) {
  const { pictureRoots: roots, picturesPerRowMax } = parts.settings();
  // A document without a folder of its own has only the folders of the settings.
  const baseDir = folder !== '' ? folder : (roots[0] ?? path.resolve(parts.settings().dataFolder, 'no-pictures'));
  return {
    ...{ baseDir, roots, picturesPerRowMax },
    get imageTokensMax() {
      return parts.settings().imageTokensMax;
    },
  };
}

async function recipeOf(parts: TargetParts, id: string): Promise<Recipe> {
  const recipes = await parts.recipes();
  const recipe = recipes.get(id);
  if (recipe === undefined) throw new RowscribeError('recipe-unknown', { name: id, known: [...recipes.keys()] });
  return recipe;
}

/** Errors: `run-not-now`. */
export function notNow(zh: string, en: string): never {
  throw new RowscribeError('run-not-now', { detail: both(zh, en) });
}
