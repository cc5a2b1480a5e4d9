// rowscribe fill: fills the rows of a workbook.
import { access } from 'node:fs/promises';
import path from 'node:path';
import { buildPrompt } from '../domain/prompt.ts';
import { pictureName } from '../domain/row-pictures.ts';
import { RowscribeError } from '../errors.ts';
import { cliWords } from '../i18n/cli.ts';
import { fill, type FillOptions } from '../jobs/fill.ts';
import { planFill } from '../jobs/fill-plan.ts';
import { preview } from '../jobs/preview.ts';
import { startEngines } from '../jobs/write-with-writer.ts';
import { countOf, exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, fillOptions, jsonOption, outOption, recipeOption, sheetOption } from './fill-options.ts';
import { answerTable, rowJson } from './answer-table.ts';
import { FillReporter, noteAbsent, noteModel } from './fill-reporter.ts';

const tableRowsMax = 30;

export const fillCommand: Command = {
  name: 'fill',
  usage: 'BOOK [options]',
  about: {
    'zh-CN': '看图填写工作簿：每行一件商品，默认只填空单元格',
    'en-US': 'fill a workbook from its pictures: one product a row, only empty cells by default',
  },
  positionalsMin: 1,
  positionalsMax: 1,
  options: [
    sheetOption,
    {
      name: 'rows',
      value: '2-10',
      about: { 'zh-CN': '只处理这些行，如 2-10 或 3,7', 'en-US': 'only these rows, e.g. 2-10 or 3,7' },
    },
    {
      name: 'only',
      value: 'empty|all',
      about: {
        'zh-CN': 'empty：只填空单元格（默认）；all：也重写以前填写且没有被人改过的',
        'en-US': 'empty: only empty cells (default); all: also those filled before that nobody has changed',
      },
    },
    {
      name: 'overwrite-edited',
      about: {
        'zh-CN': '与 --only all 合用：人写过或改过的文字也重写',
        'en-US': 'with --only all: also replace texts that people wrote or changed',
      },
    },
    recipeOption,
    {
      name: 'preview',
      value: 'N',
      about: { 'zh-CN': '只看前 N 行的结果，不写入', 'en-US': 'show the answers of the first N rows, write nothing' },
    },
    {
      name: 'dry-run',
      about: {
        'zh-CN': '只列出将填写的单元格和提示词，不启动模型',
        'en-US': 'list the cells to fill and the prompt; no model is started',
      },
    },
    outOption,
    jsonOption,
  ],
  run: runFill,
};

async function runFill(args: Arguments, context: CliContext): Promise<number> {
  const source = await existing(args.positionals[0] ?? '');
  if (args.has('dry-run')) return dryRun(args, context, await fillOptions(context.app, args, source, source));
  const previewCount = countOf(args, 'preview');
  if (previewCount !== undefined) {
    return previewRows(args, context, await fillOptions(context.app, args, source, source), previewCount);
  }
  const target = await targetOf(args, context, source);
  return fillWorkbook(await fillOptions(context.app, args, source, target), args.has('json'), context);
}

/** With --out the result is a copy; one that is there already is taken up only when a run into it was cut off. */
async function targetOf(args: Arguments, context: CliContext, source: string): Promise<string> {
  const out = args.text('out');
  if (out === undefined) return source;
  const target = path.resolve(out);
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (isThere && context.app.journal().hasUnfinished(await existing(target))) return existing(target);
  if (isThere) throw new RowscribeError('out-exists', { path: target });
  await context.app.workbooks.patch(source, [], { out: target, signal: context.signal });
  return existing(target);
}

/** Runs the fill with everything a person sees of it; also what `demo` does. */
export async function fillWorkbook(options: FillOptions, json: boolean, context: CliContext): Promise<number> {
  const { app, language, terminal, signal } = context;
  const words = cliWords[language];
  const parts = await app.parts();
  const reporter = new FillReporter({ json, tableRowsMax, language, terminal, clock: parts.clock });
  const onStop = () => terminal.note(words.stopping);
  signal.addEventListener('abort', onStop, { once: true });
  try {
    const result = await fill(parts, options, reporter, signal);
    if (result.total === 0) {
      terminal.note(words.nothingToDo);
      return exitCodes.done;
    }
    return endOfFill(result.state, reporter, options, context);
  } finally {
    signal.removeEventListener('abort', onStop);
  }
}

function endOfFill(state: string, reporter: FillReporter, options: FillOptions, context: CliContext): number {
  const { terminal, language, signal } = context;
  const words = cliWords[language];
  const isAllDone = reporter.end();
  if (reporter.lastDeliveryError !== undefined) {
    terminal.note(words.deliveryLeft(options.workbook));
    return exitCodes.rowsLeft;
  }
  terminal.note(words.writtenTo(options.workbook));
  if (signal.aborted) return exitCodes.interrupted;
  const alike = reporter.alikeFailure;
  if (state === 'failed' && alike !== undefined) {
    const error = new RowscribeError('run-alike', { count: options.limits.failAlikeRowsMax, reason: alike });
    terminal.note(error.text(language));
  }
  return isAllDone && state === 'finished' ? exitCodes.done : exitCodes.rowsLeft;
}

/** Starts the engine and names the model in use. */
export async function announceModel({ app, language, terminal, signal }: CliContext): Promise<void> {
  terminal.note(cliWords[language].loading);
  noteModel(await startEngines(await app.parts(), signal), terminal, language);
}

async function dryRun(args: Arguments, context: CliContext, options: FillOptions): Promise<number> {
  const { terminal, language, signal } = context;
  const words = cliWords[language];
  const plan = await planFill(
    { workbooks: context.app.workbooks, journal: context.app.journal() },
    options,
    () => new Map(),
    signal,
  );
  noteAbsent(plan.located.view, terminal, language);
  const prompts = plan.work.map(({ row, keys }) => ({
    row,
    keys,
    prompt: buildPrompt({ recipe: options.recipe, row, keys, language: plan.language }),
  }));
  const header = (key: string) => plan.located.view.map.outputs.get(key)?.header ?? key;
  if (args.has('json')) {
    for (const { row, keys, prompt } of prompts) {
      const { system, user, unknownPlaceholders } = prompt;
      terminal.json({
        key: row.key,
        row: row.number,
        columns: keys,
        pictures: row.pictures.map(pictureName),
        system,
        user,
        unknownPlaceholders,
      });
    }
  } else {
    for (const { row, keys } of prompts) terminal.line(words.dryRunRow(row.label, keys.map(header)));
    for (const { row, prompt } of prompts.slice(0, 1)) {
      terminal.line(
        `\n${words.dryRunPrompt(row.label)}\n${prompt.system}\n[${row.pictures.map(pictureName).join(', ')}]\n${prompt.user}\n`,
      );
    }
  }
  terminal.note(
    words.wouldWrite(
      prompts.length,
      prompts.reduce((sum, { keys }) => sum + keys.length, 0),
    ),
  );
  return exitCodes.done;
}

async function previewRows(args: Arguments, context: CliContext, options: FillOptions, count: number): Promise<number> {
  const { terminal, language, signal } = context;
  const words = cliWords[language];
  const parts = await context.app.parts();
  const plan = await planFill(parts, options, () => new Map(), signal);
  noteAbsent(plan.located.view, terminal, language);
  await announceModel(context);
  const header = (key: string) => plan.located.view.map.outputs.get(key)?.header ?? key;
  const shown = [];
  for await (const result of preview(parts, options, plan, count, signal)) {
    if (args.has('json')) terminal.json(rowJson({ ...result, refused: [] }));
    shown.push(result);
  }
  if (!args.has('json')) for (const line of answerTable(shown, header, language)) terminal.line(line);
  terminal.note(shown.length === 0 ? words.nothingToDo : words.previewEnd);
  return shown.every(({ answer }) => answer.outcome === 'done') ? exitCodes.done : exitCodes.rowsLeft;
}
