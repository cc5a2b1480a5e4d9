// rowscribe model: which models can be had, getting one, checking it, using it.
import path from 'node:path';
import { sizeText, type ModelChoice } from '../domain/model-choice.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import { modelWords } from '../i18n/model.ts';
import type { ModelPair, Models, StoredModel } from '../ports/models.ts';
import { settingsPath, variableName } from '../settings.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { jsonOption } from './fill-options.ts';
import { showProgress } from './model-progress.ts';
import { table } from './terminal.ts';

export const modelCommand: Command = {
  name: 'model',
  usage: 'list | pull ID | use ID | verify [ID] | import FILE…',
  about: {
    'zh-CN': '列出、下载、校验、启用模型；pull 是唯一会访问网络的命令；use demo 换回演示模型',
    'en-US':
      'list, download, check and use models; only pull reaches the network; use demo goes back to the demo model',
  },
  positionalsMin: 1,
  positionalsMax: 12,
  options: [
    jsonOption,
    {
      name: 'mirror',
      value: 'URL',
      about: {
        'zh-CN': '从这个镜像站下载，例如 https://hf-mirror.com（也可写入设置 modelMirror）',
        'en-US': 'download from this mirror, such as https://hf-mirror.com (or set modelMirror)',
      },
    },
    {
      name: 'keep',
      about: {
        'zh-CN': 'pull 和 import 之后不改设置，仍用原来的模型',
        'en-US': 'after pull or import, leave the settings alone and go on with the model in use',
      },
    },
  ],
  async run(args, context): Promise<number> {
    const [action = '', ...words] = args.positionals;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) {
      const form = `rowscribe model ${modelCommand.usage}`;
      throw new RowscribeError('usage', { detail: { 'zh-CN': `应为：${form}。`, 'en-US': `Write: ${form}.` } });
    }
    await run(words, args, context);
    return exitCodes.done;
  },
};

type Action = (words: readonly string[], args: Arguments, context: CliContext) => Promise<void>;

const list: Action = async (_, args, { app, terminal, language }) => {
  const words = modelWords[language];
  const stored = await app.models.stored();
  const rows = app.models.catalogue.map((choice) => ({ choice, state: stateOf(choice, stored, app) }));
  if (args.has('json')) {
    for (const { choice, state } of rows) terminal.json({ ...choice, about: choice.about[language], state });
    return;
  }
  const cells = rows.map(({ choice, state }) => [
    ...[choice.id, choice.name, sizeOfBoth(choice, words.about), choice.licence],
    ...[choice.about[language], words.states[state]],
  ]);
  for (const line of table([[...words.headers], ...cells], [20, 32, 14, 22, 60, 12])) terminal.line(line);
  for (const { name, state } of othersOf(app, stored)) terminal.line(words.own(name, words.states[state]));
  if (app.modelFiles.isDemo) terminal.line(words.demoUsed);
  terminal.line(words.folder(app.models.folder));
  terminal.line(words.howToPull(app.models.catalogue[0]?.id ?? 'ID'));
};

type State = 'used' | 'here' | 'unfinished' | 'absent';
type InUse = Pick<CliContext['app'], 'models' | 'modelFiles'>;

function stateOf(choice: ModelChoice, stored: readonly StoredModel[], { models, modelFiles }: InUse): State {
  const place = models.placeOf(models.sourceOf([choice.id], ''));
  if (modelFiles.model === place.model) return 'used';
  if (stored.some(({ pairs }) => pairs.some((pair) => pair.model === place.model && pair.mmproj === place.mmproj)))
    return 'here';
  const folder = stored.find(({ folder: name }) => name === path.basename(path.dirname(place.model)));
  return folder?.unfinished.includes(choice.model.name) === true ? 'unfinished' : 'absent';
}

/** Models that the catalogue does not know: imported ones, and one in use that lies elsewhere. */
function othersOf({ models, modelFiles }: InUse, stored: readonly StoredModel[]) {
  const known = new Set(models.catalogue.map(({ model }) => model.name));
  const own = stored.flatMap(({ pairs }) => pairs.filter(({ model }) => !known.has(path.basename(model))));
  const others = own.map(({ name, model }) => ({ name, state: model === modelFiles.model ? 'used' : 'here' }) as const);
  const isListed = stored.some(({ pairs }) => pairs.some(({ model }) => model === modelFiles.model));
  return modelFiles.isDemo || isListed ? others : [...others, { name: modelFiles.model, state: 'used' } as const];
}

function sizeOfBoth({ model, mmproj }: ModelChoice, about: string): string {
  return `${model.sha256 === undefined ? about : ''}${sizeText(model.sizeBytes + mmproj.sizeBytes)}`;
}

const pull: Action = async (words, args, context) => {
  const { app, terminal, language, signal } = context;
  if (words.length < 1 || words.length > 2) throw missing('pull ID');
  const source = app.models.sourceOf(words, args.text('mirror') ?? app.settings.modelMirror);
  const choice = app.models.catalogue.find(({ id }) => id === words[0]);
  if (choice?.isForTrade === false) terminal.note(modelWords[language].noTrade);
  try {
    const pair = await app.models.pull(source, showProgress(terminal, language, app.clock), signal);
    await settle(pair, choice?.id ?? source.folder, args, context);
  } catch (error) {
    if (signal.aborted || isRowscribeError(error, 'download-failed')) terminal.note(modelWords[language].partStays);
    throw error;
  }
};

const importFiles: Action = async (words, args, context) => {
  const { app, terminal, language, signal } = context;
  if (words.length === 0) throw missing('import FILE…');
  const paths = words.map((word) => path.resolve(word));
  const { model, mmproj } = await app.models.adopt(paths, showProgress(terminal, language, app.clock), signal);
  if (model === undefined || mmproj === undefined) {
    terminal.line(modelWords[language].needsBoth);
    return;
  }
  await app.models.check({ model, mmproj });
  await settle({ model, mmproj }, path.basename(path.dirname(model)), args, context);
};

/** Files that are whole are used from now on, unless the person wants to decide later. */
async function settle(pair: ModelPair, name: string, args: Arguments, context: CliContext): Promise<void> {
  if (!args.has('keep')) return usePair(pair, name, context);
  context.terminal.line(modelWords[context.language].ready(`rowscribe model use ${name}`));
}

function usePair(pair: ModelPair, name: string, { app, terminal, language }: CliContext): void {
  const words = modelWords[language];
  app.saveSettings(pair);
  terminal.line(words.nowUsed(name, settingsPath(process.env)));
  const variables = ['model', 'mmproj'].map(variableName).filter((one) => process.env[one] !== undefined);
  for (const variable of variables) terminal.note(words.variableWins(variable));
}

const use: Action = async (words, _, context) => {
  const [name = ''] = words;
  if (words.length !== 1) throw missing('use ID');
  if (name === 'demo') return usePair({ model: '', mmproj: '' }, name, context);
  const pair = await pairOf(name, context.app.models);
  await context.app.models.check(pair);
  usePair(pair, name, context);
};

const verify: Action = async (words, args, context) => {
  const { app, terminal, language, signal } = context;
  if (words.length > 1) throw missing('verify [ID]');
  const pair = words[0] === undefined ? app.modelFiles : await pairOf(words[0], app.models);
  const reports = await app.models.verify(pair, showProgress(terminal, language, app.clock), signal);
  const said = modelWords[language];
  for (const report of reports) {
    if (args.has('json')) terminal.json(report);
    else terminal.line(said.whole(report.path, report.sha256, said.origins[report.origin]));
  }
};

/** A model of the catalogue, or one that was imported, by its folder's or its file's name. */
async function pairOf(name: string, models: Models): Promise<ModelPair> {
  const choice = models.catalogue.find(({ id }) => id === name);
  if (choice !== undefined) return models.placeOf(models.sourceOf([choice.id], ''));
  const stored = await models.stored();
  for (const { folder, pairs } of stored) {
    const pair = pairs.find((one) => one.name === name) ?? (folder === name ? pairs[0] : undefined);
    if (pair !== undefined) return { model: pair.model, mmproj: pair.mmproj };
  }
  const known = [
    ...models.catalogue.map(({ id }) => id),
    ...stored.flatMap(({ pairs }) => pairs.map((one) => one.name)),
  ];
  throw new RowscribeError('model-unknown', { name, known: [...new Set(known)] });
}

const actions: Readonly<Record<string, Action>> = { list, pull, use, verify, import: importFiles };

function missing(form: string): RowscribeError<'usage'> {
  const words = `rowscribe model ${form}`;
  return new RowscribeError('usage', { detail: { 'zh-CN': `应为：${words}。`, 'en-US': `Write: ${words}.` } });
}
