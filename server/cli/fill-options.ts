// From the words of a command line to the options of a fill.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { parseRows } from '../domain/cell-address.ts';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { FillOptions } from '../jobs/fill.ts';
import type { App, Arguments, OptionSpec } from './command.ts';

export const sheetOption: OptionSpec = {
  name: 'sheet',
  value: 'NAME',
  about: both('工作表；默认取第一张能识别表头的', 'the sheet; by default the first one whose headers are recognised'),
};
export const recipeOption: OptionSpec = {
  name: 'recipe',
  value: 'ID',
  about: both('配方；默认 default', 'the recipe; default by default'),
};
export const outOption: OptionSpec = {
  name: 'out',
  value: 'FILE',
  about: both('写入另一个文件，原文件不动', 'write to another file and leave the original as it is'),
};
export const jsonOption: OptionSpec = {
  name: 'json',
  about: both('每行输出一个 JSON 对象', 'one JSON object a row on standard output'),
};

/** In flight at once: one row in the engine, the next having its picture prepared meanwhile. */
const inFlightMax = 2;
const crashesMax = 2;
const deliveryTriesMax = 6;

/** The real path of a file that must exist. Errors: `workbook-missing`. */
export async function existing(file: string): Promise<string> {
  return realpath(path.resolve(file)).catch((cause: unknown) => {
    throw new RowscribeError('workbook-missing', { path: file }, { cause });
  });
}

/** Builds the options; `source` is the workbook whose folder holds the pictures, `target` the one that is written. */
export async function fillOptions(app: App, args: Arguments, source: string, target: string): Promise<FillOptions> {
  const { settings } = app;
  const rows = args.text('rows') ?? '';
  const isWanted = rows === '' ? () => true : parseRows(rows);
  if (isWanted === undefined) throw new RowscribeError('rows-invalid', { text: rows });
  const sheet = args.text('sheet');
  return {
    workbook: target,
    ...(sheet !== undefined && { sheet }),
    recipe: await app.recipe(args.text('recipe') ?? 'default'),
    mode: modeOf(args.text('only')),
    overwriteEdited: args.has('overwrite-edited'),
    rows,
    isWanted,
    secondReader: settings.secondReader === 'on',
    seed: settings.seed,
    pictureRules: {
      baseDir: path.dirname(source),
      roots: settings.pictureRoots,
      picturesPerRowMax: settings.picturesPerRowMax,
    },
    limits: {
      inFlightMax,
      crashesMax,
      deliveryTriesMax,
      deliverRowsMax: settings.deliverRowsMax,
      deliverAfterMs: settings.deliverAfterS * 1000,
      failAlikeRowsMax: settings.failAlikeRowsMax,
    },
  };
}

function modeOf(only: string | undefined): 'empty' | 'all' {
  if (only === undefined || only === 'empty') return 'empty';
  if (only === 'all') return 'all';
  const detail = both(`--only 应为 empty 或 all，而不是 ${only}。`, `--only must be empty or all, not ${only}.`);
  throw new RowscribeError('usage', { detail });
}
