// The composition root: settings → adapters → the chosen command.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { keepCertificate } from './certificate/keep.ts';
import { runProgram } from './certificate/run-program.ts';
import { createTrustStore } from './certificate/trust.ts';
import type { App, CliContext, Command, Folders, ServeWishes, Serving } from './cli/command.ts';
import { exitCodes, parseCommandLine } from './cli/command.ts';
import { certCommand } from './cli/cert.ts';
import { checkCommand } from './cli/check.ts';
import { demoCommand } from './cli/demo.ts';
import { doctorCommand } from './cli/doctor.ts';
import { engineCommand } from './cli/engine.ts';
import { fillCommand } from './cli/fill.ts';
import { commandHelp, overview } from './cli/help.ts';
import { modelCommand } from './cli/model.ts';
import { patchCommand } from './cli/patch.ts';
import { regenerateCommand } from './cli/regenerate.ts';
import { resolveCommand } from './cli/resolve.ts';
import { restoreCommand } from './cli/restore.ts';
import { serveCommand } from './cli/serve.ts';
import { statusCommand } from './cli/status.ts';
import { Terminal } from './cli/terminal.ts';
import { watchCommand } from './cli/watch.ts';
import type { Language } from './domain/language.ts';
import { createEngine, createTextWriter, serverPlaces } from './engines/create.ts';
import { demoModel } from './engines/demo-model.ts';
import { planMachine } from './engines/machine-plan.ts';
import { identifyGguf, readModelFacts } from './engines/model-files.ts';
import { findServer } from './engines/server-binary.ts';
import { createServerProgram } from './engines/server-build.ts';
import { asRowscribeError, isRowscribeError, RowscribeError, type ErrorCode } from './errors.ts';
import { isPortFree } from './http/listen.ts';
import { createPictureFiles } from './images/picture-files.ts';
import { createImages } from './images/prepare.ts';
import { createModels } from './models/models.ts';
import type { Backups } from './ports/backups.ts';
import type { TrustStore } from './ports/certificate.ts';
import type { Engine } from './ports/engine.ts';
import type { RunHistory } from './ports/history.ts';
import type { Journal } from './ports/store.ts';
import type { WatchMemory } from './ports/watch-memory.ts';
import { openCompliancePacks } from './packs/compliance.ts';
import { loadPresets } from './packs/presets.ts';
import { chooseRecipe, loadRecipes, recipesByPreference } from './packs/recipes.ts';
import { createPaneWorkbooks } from './pane/pane-workbooks.ts';
import { loadSettings, saveSettings, usesServer, type Settings } from './settings.ts';
import { openBackups } from './store/backups.ts';
import { openChats } from './store/chats.ts';
import { openRunHistory } from './store/run-history.ts';
import { openJournal } from './store/sqlite.ts';
import { openWatchMemory } from './store/watch-memory.ts';
import { systemClock } from './system-clock.ts';
import { releaseMemory } from './watch/release-memory.ts';
import { scanFolders, watchFolders } from './watch/watcher.ts';
import { createWorkbooks } from './workbook/file.ts';

const commands: readonly Command[] = [
  serveCommand,
  fillCommand,
  watchCommand,
  regenerateCommand,
  checkCommand,
  statusCommand,
  resolveCommand,
  restoreCommand,
  patchCommand,
  modelCommand,
  doctorCommand,
  engineCommand,
  certCommand,
  demoCommand,
];

const project = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const templates = (name: string) => project(`templates/${name}`);

/** Runs one command line; gives the exit code. Nothing is thrown: every error is said on stderr. */
export async function main(words: readonly string[]): Promise<number> {
  const terminal = new Terminal(process);
  let language = systemLanguage(process.env);
  let app: OwnedApp | undefined;
  const interrupt = listenForInterrupts();
  try {
    const [name = '', ...rest] = words;
    if (name === '' || name === '--help' || name === '-h' || name === 'help') return help(rest[0], terminal, language);
    if (name === '--version' || name === '-v') return version(terminal);
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw unknownCommand(name);
    if (rest.includes('--help') || rest.includes('-h')) return help(name, terminal, language);
    const args = parseCommandLine(command, rest);
    const settings = loadSettings(process.env);
    if (settings.language !== 'auto') language = settings.language;
    app = createApp(settings);
    const context: CliContext = { app, language, terminal, signal: interrupt };
    return await command.run(args, context);
  } catch (error) {
    return report(error, terminal, language, interrupt);
  } finally {
    await app?.close();
  }
}

function help(name: string | undefined, terminal: Terminal, language: Language): number {
  const command = commands.find((one) => one.name === name);
  const lines = command === undefined ? overview(commands, language) : commandHelp(command, language);
  for (const line of lines) terminal.line(line);
  return exitCodes.done;
}

function version(terminal: Terminal): number {
  terminal.line(ownVersion());
  return exitCodes.done;
}

const ownVersion = (): string =>
  (JSON.parse(readFileSync(project('package.json'), 'utf8')) as { version: string }).version;

function unknownCommand(name: string): RowscribeError {
  const known = commands.map((command) => command.name);
  const detail = {
    'zh-CN': `没有命令 ${name}。可用命令：${known.join('、')}。`,
    'en-US': `There is no command ${name}. Commands: ${known.join(', ')}.`,
  };
  return new RowscribeError('usage', { detail });
}

function report(error: unknown, terminal: Terminal, language: Language, signal: AbortSignal): number {
  const known =
    signal.aborted && !isRowscribeError(error) ? new RowscribeError('interrupted', {}) : asRowscribeError(error);
  terminal.note(`${known.text(language)} [${known.code}]`);
  if (known.code === 'internal' && process.env['ROWSCRIBE_DEBUG'] !== undefined) terminal.note(String(known.cause));
  return exitCodeOf(known.code);
}

function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage') return exitCodes.usage;
  if (code === 'interrupted') return exitCodes.interrupted;
  if (code === 'internal') return exitCodes.internal;
  return /^(?:engine|model)-/.test(code) ? exitCodes.engine : exitCodes.input;
}

/** Windows sets no LANG; what the runtime formats dates in is the user's language there. */
function systemLanguage(environment: NodeJS.ProcessEnv): Language {
  const set = environment['ROWSCRIBE_LANGUAGE'] || environment['LC_ALL'] || environment['LANG'];
  const name = set !== undefined && set !== '' ? set : Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(name) ? 'zh-CN' : 'en-US';
}

/** The first Ctrl-C stops the work within the row in flight, the second the process. */
function listenForInterrupts(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new RowscribeError('interrupted', {}));
  };
  // SIGHUP: the window was closed.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
}

type OwnedApp = App & { close(): Promise<void> };

function createApp(settings: Settings): OwnedApp {
  const isDemo = settings.model === '' && !usesServer(settings);
  const modelFiles = settings.model === '' ? demoModel() : { model: settings.model, mmproj: settings.mmproj };
  const workbooks = createWorkbooks(workbookLimits(settings));
  const compliance = openCompliancePacks({
    folder: templates('compliance'),
    ...(settings.complianceFolder !== '' && { teamFolder: settings.complianceFolder }),
  });
  const { pictureMegabytesMax: megabytesMax, pictureMegapixelsMax: megapixelsMax } = settings;
  const images = createImages({ megabytesMax, megapixelsMax });
  const hasServer = () => findServer(serverPlaces(settings)) !== undefined;
  const recipes = () => loadRecipes(templates('recipes'), settings.recipesFolder);
  let journal: Journal | undefined;
  let backups: Backups | undefined;
  let history: RunHistory | undefined;
  let watchMemory: WatchMemory | undefined;
  let engine: Engine | undefined;
  const writer = createTextWriter(settings);
  const models = modelShelf(settings);
  const app: OwnedApp = {
    ...{ settings, workbooks, images, clock: systemClock, ...(writer && { writer }) },
    modelFiles: { ...modelFiles, isDemo },
    demoFolder: templates('demo'),
    models,
    saveSettings: (changes) => saveSettings(process.env, changes),
    plan: (signal) => planMachine({ catalogue: models.catalogue, hasLlamaServer: hasServer() }, settings, signal),
    recipes,
    recipe: async (id) => chooseRecipe(await recipes(), id),
    recipesByPreference: async () => recipesByPreference(await recipes()),
    checker: () => compliance.current(),
    journal: () => (journal ??= openJournal(settings.dataFolder)),
    backups: () => (backups ??= openBackups(settings.dataFolder, { keptMax: settings.backupsPerWorkbookMax })),
    watchMemory: () => (watchMemory ??= openWatchMemory(settings.dataFolder)),
    history: () => (history ??= openRunHistory(settings.dataFolder)),
    engine: () => (engine ??= createEngine(settings, modelFiles)),
    async parts() {
      const checker = await compliance.current();
      return {
        ...{ workbooks, images, checker, clock: systemClock },
        ...{ journal: app.journal(), backups: app.backups(), engine: app.engine(), ...(writer && { writer }) },
      };
    },
    async watchParts() {
      const pictureFiles = createPictureFiles(settings.pictureMegabytesMax);
      const memory = app.watchMemory();
      const onRest = () => {
        compliance.forget();
        releaseMemory();
      };
      return { ...(await app.parts()), pictureFiles, memory, checker: () => compliance.current(), onRest };
    },
    serverProgram: createServerProgram({ ...serverPlaces(settings), arch: process.arch }),
    certificate: () => keepCertificate(settings.certificateFolder, systemClock),
    trust: trustStore(),
    serve: (wishes) => serve(app, wishes),
    isPortFree,
    folders: folderEvents(settings),
    async close() {
      await Promise.all([engine?.close(), writer?.close()]);
      backups?.close();
      history?.close();
      watchMemory?.close();
      journal?.close();
    },
  };
  return app;
}

function workbookLimits({ workbookMegabytesMax, pictureMegabytesMax }: Settings) {
  const megabyte = 1024 * 1024;
  return { inflatedBytesMax: workbookMegabytesMax * megabyte, pictureBytesMax: pictureMegabytesMax * megabyte };
}

function modelShelf({ modelsFolder: folder }: Settings) {
  return createModels({
    ...{ folder, identify: identifyGguf },
    checkPair: ({ model, mmproj }) => readModelFacts(model, mmproj),
  });
}

function folderEvents({ dataFolder, watchPolling: polling }: Settings): Folders {
  const options = { clock: systemClock, polling, leftAlone: [dataFolder] };
  return {
    scan: (folders, events, signal) => scanFolders(folders, events, options.leftAlone, signal),
    watch: (folders, events, onProblem, signal) => watchFolders(folders, events, options, onProblem, signal),
  };
}

function trustStore(): TrustStore {
  const systemRoot = process.env['SystemRoot'] ?? 'C:\\Windows';
  return createTrustStore({ platform: process.platform, home: homedir(), systemRoot, run: runProgram });
}

/** The desk with everything it stands on, behind the local server. */
async function serve(app: App, { port, folders, language, log }: ServeWishes): Promise<Serving> {
  // Loaded here, because no other command needs them.
  const [{ createDesk }, { openDeskServer }] = await Promise.all([
    import('./desk/desk.ts'),
    import('./http/desk-server.ts'),
  ]);
  const { workbooks: files, images, clock } = app;
  const settings: Settings = { ...app.settings, watchFolders: folders };
  const certificate = await app.certificate();
  const presets = () => loadPresets({ file: templates('presets.yaml'), teamFolder: settings.presetsFolder });
  const desk = await createDesk({
    ...{ version: ownVersion(), settings, files, images, clock, presets },
    saveSettings: (changes) => saveSettings(process.env, changes),
    documents: createPaneWorkbooks({ files, clock }),
    pictureFiles: createPictureFiles(settings.pictureMegabytesMax),
    ...{ journal: app.journal(), history: app.history(), backups: () => app.backups(), engine: app.engine() },
    ...{ checker: () => app.checker(), recipes: () => app.recipes(), ...(app.writer && { writer: app.writer }) },
  });
  const chats = openChats(settings.dataFolder, { keptMax: settings.chatsKeptMax });
  const close = async () => {
    await desk.close();
    chats.close();
  };
  const [addin, manifest] = [project('addin'), project('manifest.xml')];
  const deps = { ...{ desk, chats, images, clock, language, port, certificate, addin, manifest, log } };
  const server = await openDeskServer(deps).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    ...{ address: server.address, ...desk.shared, fill: desk.runs.fillWatched },
    offer: (workbook) => desk.shelf.addWatched(workbook),
    withdraw: (workbook) => desk.shelf.removeWatched(workbook),
    close: async () => {
      await server.close();
      await close();
    },
  };
}
