// rowscribe status: what runs did and what waits, and the history of a single cell.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { historyWords, type ShownState } from '../i18n/history.ts';
import { RowscribeError } from '../errors.ts';
import { cellHistory } from '../jobs/cell-history.ts';
import { openQuestions } from '../jobs/questions.ts';
import { localTime } from '../jobs/local-time.ts';
import type { RunScope, RunSummary } from '../ports/history.ts';
import type { Acceptance } from '../ports/store.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, recipeOption, sheetOption } from './fill-options.ts';
import { table } from './terminal.ts';

const runsMax = 10;
const widthsMax = [40, 20, 10, 6, 6, 6, 8, 19, 19];

export const statusCommand: Command = {
  name: 'status',
  usage: '[BOOK|FOLDER] [--cell C7]',
  about: {
    'zh-CN': '运行到哪里了、什么在等待、谁打开着文件；--cell 查看一个单元格的来历',
    'en-US': 'how far runs are, what waits, who has the file open; --cell tells where a cell’s text came from',
  },
  positionalsMin: 0,
  positionalsMax: 1,
  options: [
    {
      name: 'cell',
      value: 'C7',
      about: { 'zh-CN': '这个单元格的全部版本和来历', 'en-US': 'every version of this cell and where it came from' },
    },
    sheetOption,
    recipeOption,
    { name: 'json', about: { 'zh-CN': '输出 JSON', 'en-US': 'print JSON' } },
  ],
  run: runStatus,
};

async function runStatus(args: Arguments, context: CliContext): Promise<number> {
  const place = args.positionals[0];
  const cell = args.text('cell');
  if (cell !== undefined) return showCell(place, cell, args, context);
  const { app, terminal, language } = context;
  const words = historyWords[language];
  const runs = app.history().runs(place === undefined ? { folder: '' } : await scopeOf(place));
  const shown = await Promise.all(
    runs.map(async (run) => ({
      ...run,
      openBy: await app.workbooks.openedBy(run.workbook),
      acceptance: app.journal().acceptance(run.workbook, run.sheet),
    })),
  );
  if (args.has('json')) for (const run of shown) terminal.json(runJson(run));
  else if (shown.length === 0) terminal.note(words.noRuns);
  else {
    for (const line of table([words.runHeaders, ...shown.map((run) => rowOf(run, context))], widthsMax)) {
      terminal.line(line);
    }
    for (const line of new Set(shown.flatMap((run) => remarksOf(run, context)))) terminal.line(line);
  }
  await showQuestions(shown, args, context);
  return exitCodes.done;
}

/** Texts that wait for a person's word, with where they are now; a workbook that cannot be read now is passed over. */
async function showQuestions(runs: readonly ShownRun[], args: Arguments, context: CliContext): Promise<void> {
  const { app, terminal, language, signal } = context;
  const words = historyWords[language];
  const parts = { workbooks: app.workbooks, memory: app.watchMemory(), recipes: async () => app.recipesByPreference() };
  const recipe = await app.recipe(args.text('recipe') ?? 'default');
  for (const workbook of new Set(runs.map((run) => run.workbook))) {
    const open = await openQuestions(parts, { workbook, recipe }, signal).catch(() => []);
    const [first] = open;
    if (first === undefined) continue;
    if (args.has('json')) {
      terminal.json({ workbook, questions: open });
      continue;
    }
    terminal.line(words.questions(path.basename(workbook), open.length));
    for (const { cell, header, label, text } of open) terminal.line(words.question(cell, header, label, text));
    terminal.line(words.howToAnswer(path.basename(workbook), first.cell));
  }
}

type ShownRun = RunSummary & { readonly openBy: string | undefined; readonly acceptance: Acceptance };

/** A workbook that is gone still has its runs. Errors: `workbook-missing` for a place that no run knows either. */
async function scopeOf(place: string): Promise<RunScope> {
  const at = path.resolve(place);
  const real = await realpath(at).catch(async () => {
    const folder = await realpath(path.dirname(at)).catch((cause: unknown) => {
      throw new RowscribeError('workbook-missing', { path: place }, { cause });
    });
    return path.join(folder, path.basename(at));
  });
  const isFolder = await stat(real).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { workbook: real, runsMax };
  return { folder: real.endsWith(path.sep) ? real : real + path.sep };
}

const stateOf = (run: RunSummary): ShownState => (run.state === 'running' && !run.isAlive ? 'cut' : run.state);

function rowOf(run: ShownRun, { language }: CliContext): readonly string[] {
  const { counts } = run;
  return [
    path.basename(run.workbook),
    run.sheet,
    historyWords[language].states[stateOf(run)],
    ...[counts.done, counts['needs-person'], counts.failed, run.waiting].map(String),
    localTime(run.startedAtMs),
    run.endedAtMs === undefined ? '' : localTime(run.endedAtMs),
  ];
}

/** What a person may have to do about a run. */
function remarksOf(run: ShownRun, { language }: CliContext): readonly string[] {
  const words = historyWords[language];
  const name = path.basename(run.workbook);
  const state = stateOf(run);
  return [
    ...(run.openBy === undefined ? [] : [words.openBy(name, run.openBy)]),
    ...(run.waiting > 0 && state !== 'running' ? [words.rowsWaiting(name, run.waiting)] : []),
    ...(run.acceptance.cells > 0 ? [words.accepted(name, run.sheet, run.acceptance)] : []),
    ...(state === 'cut' ? [words.cutOff(name)] : []),
    ...(run.error !== undefined && state !== 'finished' ? [words.lastError(name, run.error.message[language])] : []),
    ...(run.failure === undefined ? [] : [words.oneFailed(name, run.failure.key, run.failure.status)]),
  ];
}

function runJson(run: ShownRun) {
  const { workbook, sheet, recipe, mode, rows, counts, waiting, error, failure, openBy, acceptance } = run;
  return {
    ...{ workbook, sheet, recipe, mode, rows },
    state: stateOf(run) === 'cut' ? 'cut-off' : run.state,
    started: new Date(run.startedAtMs).toISOString(),
    ended: run.endedAtMs === undefined ? null : new Date(run.endedAtMs).toISOString(),
    ...{ counts, waiting, accepted: acceptance },
    ...(openBy !== undefined && { openBy }),
    ...(error && { error: { code: error.code, message: error.message['en-US'] } }),
    ...(failure && { failure }),
  };
}

async function showCell(
  place: string | undefined,
  cell: string,
  args: Arguments,
  { app, terminal, language, signal }: CliContext,
): Promise<number> {
  if (place === undefined) {
    const form = `rowscribe status BOOK --cell ${cell}`;
    throw new RowscribeError('usage', { detail: { 'zh-CN': `应为：${form}。`, 'en-US': `Write: ${form}.` } });
  }
  const words = historyWords[language];
  const sheet = args.text('sheet');
  const recipe = await app.recipe(args.text('recipe') ?? 'default');
  const question = { workbook: await existing(place), recipe, cell, ...(sheet !== undefined && { sheet }) };
  const history = await cellHistory({ workbooks: app.workbooks, journal: app.journal() }, question, signal);
  if (args.has('json')) {
    const versions = history.versions.map(({ deliveredAtMs, ...version }) => {
      return { delivered: new Date(deliveredAtMs).toISOString(), ...version };
    });
    terminal.json({ workbook: question.workbook, cell, ...history, versions });
    return exitCodes.done;
  }
  terminal.line(words.cellTitle(`${history.sheet}!${cell}`, history.header, history.label));
  terminal.line(words.cellNow(history.text === '' ? words.cellEmpty : history.text));
  if (history.isEdited) terminal.line(words.cellEdited);
  if (history.versions.length === 0) terminal.line(words.cellNever);
  for (const one of history.versions) {
    terminal.line(words.version(localTime(one.deliveredAtMs), one.model, one.recipe, one.reason));
    terminal.line(`  ${one.text}`);
    if (one.original !== one.text) terminal.line(words.original(one.original));
    if (one.previous !== '') terminal.line(words.previous(one.previous));
  }
  return exitCodes.done;
}
