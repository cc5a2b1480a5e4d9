// rowscribe watch: fills the workbooks of folders by themselves, as they appear and change.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { watchWords } from '../i18n/watch.ts';
import type { FillOptions } from '../jobs/fill.ts';
import { Watch } from '../jobs/watch.ts';
import type { WatchParts } from '../jobs/watch-book.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { fillOptions, recipeOption } from './fill-options.ts';
import { WatchReporter } from './watch-reporter.ts';

/** Whoever saved a workbook waits for it to change. */
const deliverFirstAfterMs = 1000;

export const watchCommand: Command = {
  name: 'watch',
  usage: 'FOLDER… [options]',
  about: both(
    '监视文件夹：工作簿出现或改动后自动填写，直到 Ctrl-C',
    'watch folders: workbooks are filled as they appear and change, until Ctrl-C',
  ),
  positionalsMin: 0,
  positionalsMax: 100,
  options: [
    {
      name: 'once',
      about: both('检查一遍，填写能填写的，然后退出', 'look at every workbook once, fill what there is, and end'),
    },
    recipeOption,
    { name: 'json', about: both('每个事件输出一个 JSON 对象', 'one JSON object an event on standard output') },
  ],
  run: runWatch,
};

async function runWatch(args: Arguments, context: CliContext): Promise<number> {
  const { app, terminal, language, signal } = context;
  const words = watchWords[language];
  const folders = await foldersOf(args, context);
  const reporter = new WatchReporter(args.has('json'), language, terminal);
  const watch = await newWatch(args, context, folders, await app.watchParts(), reporter);
  if (args.has('once')) {
    await app.folders.scan(folders, watch, signal);
    const waiting = await watch.runOnce(signal);
    terminal.note(words.onceEnd(waiting));
    if (signal.aborted) return exitCodes.interrupted;
    return waiting > 0 || reporter.isLeft ? exitCodes.rowsLeft : exitCodes.done;
  }
  terminal.note(words.watching(folders));
  const ending = new AbortController();
  const stop = AbortSignal.any([signal, ending.signal]);
  try {
    const onProblem = (detail: string) => terminal.note(words.folderProblem(detail));
    await Promise.all([app.folders.watch(folders, watch, onProblem, stop), watch.run(stop)]);
  } finally {
    ending.abort();
  }
  terminal.note(words.stopped);
  return exitCodes.done;
}

/** The watch of some folders, not begun yet. Errors: `recipe-unknown`, `recipe-invalid`. */
export async function newWatch(
  args: Arguments,
  { app, language, terminal }: CliContext,
  folders: readonly string[],
  parts: WatchParts,
  reporter = new WatchReporter(args.has('json'), language, terminal),
): Promise<Watch> {
  const base = await fillOptions(app, args, folders[0] ?? '', folders[0] ?? '');
  const optionsFor = (workbook: string): FillOptions => ({
    ...base,
    workbook,
    limits: { ...base.limits, deliverFirstAfterMs },
    pictureRules: { ...base.pictureRules, baseDir: path.dirname(workbook) },
  });
  // A recipe that is named serves every sheet that has its columns; else each sheet has the one that fits it best.
  const all = await app.recipesByPreference();
  const recipes = args.text('recipe') === undefined ? { recipes: async () => all } : {};
  return new Watch({ ...parts, ...recipes }, optionsFor, reporter);
}

/** The real paths of the folders named, else of those in the settings. Errors: `usage`, `folder-missing`. */
async function foldersOf(args: Arguments, { app }: CliContext): Promise<readonly string[]> {
  const named = args.positionals.length > 0 ? args.positionals : app.settings.watchFolders;
  if (named.length === 0) {
    const detail = both(
      '请写出要监视的文件夹，或在设置中写 watchFolders。',
      'Name a folder to watch, or set watchFolders in the settings.',
    );
    throw new RowscribeError('usage', { detail });
  }
  return realFolders(named);
}

/** The real paths of folders. Errors: `folder-missing`. */
export async function realFolders(named: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(named.map(realFolder));
  // A folder inside another one would be reported twice.
  return [...new Set(real)].filter((folder) => !real.some((other) => folder.startsWith(`${other}${path.sep}`)));
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(path.resolve(folder));
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw new RowscribeError('folder-missing', { path: folder }, { cause });
  }
  throw new RowscribeError('folder-missing', { path: folder });
}
