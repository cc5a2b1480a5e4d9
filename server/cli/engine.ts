// rowscribe engine: which program does the inference, and how to get a faster one.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { engineWords } from '../i18n/engine.ts';
import { exitCodes, type CliContext, type Command, type OptionSpec } from './command.ts';
import { jsonOption } from './fill-options.ts';

const mirrorOption: OptionSpec = {
  name: 'mirror',
  value: 'URL',
  about: both('下载的镜像地址，默认 GitHub', 'where to download from; GitHub by default'),
};

export const engineCommand: Command = {
  name: 'engine',
  usage: 'status|install|build [--mirror URL] [--json]',
  about: both(
    '查看、下载或编译 llama-server（更快的推理程序，可同时处理多行）',
    'show, download or build llama-server, the faster inference program that looks at several rows at once',
  ),
  positionalsMin: 1,
  positionalsMax: 1,
  options: [mirrorOption, jsonOption],
  async run(args, context): Promise<number> {
    const { app, language, terminal, signal } = context;
    const words = engineWords[language];
    const [action] = args.positionals;
    if (action === 'build') {
      const built = await app.serverProgram.build((step) => terminal.note(words.steps[step]), signal);
      if (args.has('json')) terminal.json({ ...built });
      else terminal.line(words.built(built));
      return exitCodes.done;
    }
    if (action === 'install') return install(args.text('mirror') ?? '', args.has('json'), context);
    if (action !== 'status') throw unknownAction(action ?? '');
    const found = await app.serverProgram.find(signal);
    if (args.has('json')) terminal.json({ engine: app.settings.engine, ...found });
    else for (const line of words.status(app.settings.engine, found)) terminal.line(line);
    return exitCodes.done;
  },
};

async function install(mirror: string, isJson: boolean, context: CliContext): Promise<number> {
  const { app, language, terminal, signal } = context;
  const words = engineWords[language];
  let toldPercent = -1;
  const installed = await app.serverProgram.install(
    mirror,
    ({ name, doneBytes, totalBytes }) => {
      const percent = totalBytes === 0 ? 0 : Math.floor((10 * doneBytes) / totalBytes) * 10;
      if (percent !== toldPercent) terminal.note(words.downloading(name, (toldPercent = percent)));
    },
    signal,
  );
  for (const { name, sha256 } of installed.unchecked) terminal.note(words.unchecked(name, sha256));
  if (isJson) terminal.json({ ...installed });
  else terminal.line(words.built(installed));
  return exitCodes.done;
}

function unknownAction(action: string): RowscribeError {
  const detail = both(
    `engine 后应为 status、install 或 build，而不是 ${action}。`,
    `Write engine status, engine install or engine build, not ${action}.`,
  );
  return new RowscribeError('usage', { detail });
}
