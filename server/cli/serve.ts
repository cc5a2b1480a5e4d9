// rowscribe serve: the local page for Excel and the browser, with watched folders beside it, until Ctrl-C.
import { both } from '../domain/language.ts';
import { asRowscribeError, isRowscribeError, RowscribeError } from '../errors.ts';
import { serveWords } from '../i18n/serve.ts';
import { watchWords } from '../i18n/watch.ts';
import type { FolderEvents } from '../jobs/watch.ts';
import { startEngines } from '../jobs/write-with-writer.ts';
import { countOf, exitCodes, type Arguments, type CliContext, type Command, type Serving } from './command.ts';
import { recipeOption } from './fill-options.ts';
import { noteModel } from './fill-reporter.ts';
import { openPage } from './open-page.ts';
import { newWatch, realFolders } from './watch.ts';

export const serveCommand: Command = {
  name: 'serve',
  usage: '[FOLDER…] [options]',
  about: both(
    '启动本机页面，供 Excel 和浏览器使用，并监视文件夹，直到 Ctrl-C',
    'start the local page for Excel and the browser, and watch folders, until Ctrl-C',
  ),
  positionalsMin: 0,
  positionalsMax: 100,
  options: [
    { name: 'port', value: 'N', about: both('端口；默认取设置中的 port', 'the port; that of the settings by default') },
    { name: 'open', about: both('在浏览器中打开页面', 'open the page in the browser') },
    recipeOption,
  ],
  run: runServe,
};

async function runServe(args: Arguments, context: CliContext): Promise<number> {
  const { app, terminal, language, signal } = context;
  const words = serveWords[language];
  const named = args.positionals.length > 0 ? args.positionals : app.settings.watchFolders;
  const folders = await realFolders(named);
  const serving = await openServer(args, context, folders);
  if (serving === undefined) return exitCodes.done;
  const ending = new AbortController();
  const stop = AbortSignal.any([signal, ending.signal]);
  try {
    terminal.line(words.address(serving.address));
    const trusting = offerTrust(args.has('open'), context);
    const loading = load(serving, context, trusting);
    await trusting;
    if (args.has('open')) terminal.note((await openPage(serving.address)) ? words.opened : words.cannotOpen);
    await loading;
    if (!signal.aborted) terminal.note(words.howToEnd);
    if (folders.length > 0) await watch(args, context, serving, folders, stop);
    await aborted(signal);
  } finally {
    ending.abort();
    await serving.close();
  }
  terminal.note(words.ended);
  return exitCodes.done;
}

/** undefined when it runs already, which a double-click on the starter means to look at. Errors: those of `App.serve`. */
async function openServer(args: Arguments, context: CliContext, folders: readonly string[]) {
  const { app, terminal, language } = context;
  const port = countOf(args, 'port') ?? app.settings.port;
  if (port > 65_535)
    throw new RowscribeError('usage', { detail: both('端口最大为 65535。', 'A port is at most 65535.') });
  try {
    return await app.serve({ port, folders, language, log: (line) => terminal.note(line) });
  } catch (error) {
    if (!args.has('open') || !isRowscribeError(error, 'server-running')) throw error;
    terminal.note(error.text(language));
    await openPage(error.facts.address);
    return undefined;
  }
}

/**
 * Loads the model at once, so that the first row need not wait. A page without a model still shows what is wrong. What came
 * of it is said when the person is not being asked something.
 */
async function load({ engine }: Serving, context: CliContext, asking: Promise<void>): Promise<void> {
  const { app, terminal, language, signal } = context;
  const words = serveWords[language];
  terminal.note(words.loading);
  const startedAtMs = app.clock.now();
  let isAsked = false;
  const onAsked = () => void (isAsked = true);
  void asking.then(onAsked, onAsked);
  try {
    await engine.start(signal, (percent) => {
      if (isAsked) terminal.progress(words.reading(percent), false);
    });
    const info = await startEngines({ engine, ...(app.writer && { writer: app.writer }) }, signal);
    const seconds = (app.clock.now() - startedAtMs) / 1000;
    await asking;
    terminal.note(words.ready(seconds));
    noteModel(info, terminal, language);
  } catch (error) {
    if (!signal.aborted) terminal.note(words.engineFailed(asRowscribeError(error).text(language)));
  }
}

/** Asks whoever sits at the window; else says what to do. */
async function offerTrust(mayAsk: boolean, { app, terminal, language, signal }: CliContext): Promise<void> {
  const words = serveWords[language];
  const { authorityFile } = await app.certificate();
  const isTrusted = await app.trust.isTrusted(authorityFile, signal);
  if (isTrusted === true || signal.aborted) return;
  const answer = mayAsk && isTrusted === false ? await terminal.ask(words.trustQuestion, signal) : undefined;
  if (answer === undefined || !words.yes.test(answer.trim())) return terminal.note(words.notTrusted);
  try {
    await app.trust.install(authorityFile, signal);
    terminal.note(words.trusted(app.trust.name[language]));
  } catch (error) {
    if (!signal.aborted) terminal.note(asRowscribeError(error).text(language));
  }
}

/** The folders' workbooks are offered to pages, and filled by themselves. */
async function watch(
  args: Arguments,
  context: CliContext,
  serving: Serving,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { app, terminal, language } = context;
  const parts = { ...(await app.watchParts()), engine: serving.engine, journal: serving.journal, fill: serving.fill };
  const watching = await newWatch(args, context, folders, parts);
  const events: FolderEvents = {
    onWorkbook(workbook) {
      serving.offer(workbook);
      watching.onWorkbook(workbook);
    },
    onGone(workbook) {
      serving.withdraw(workbook);
      watching.onGone(workbook);
    },
    onClosed: (workbook) => watching.onClosed(workbook),
    onPicture: (picture) => watching.onPicture(picture),
  };
  terminal.note(serveWords[language].watching(folders));
  const onProblem = (detail: string) => terminal.note(watchWords[language].folderProblem(detail));
  const filling = watching.run(signal).catch((error: unknown) => {
    // Without a model nothing is filled, but the page stays, to say so.
    if (!signal.aborted) terminal.note(asRowscribeError(error).text(language));
  });
  await Promise.all([app.folders.watch(folders, events, onProblem, signal), filling]);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
