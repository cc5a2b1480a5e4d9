// rowscribe engine: which program does the inference, and how to get a faster one.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { engineWords } from '../i18n/engine.ts';
import { exitCodes, type Command } from './command.ts';
import { jsonOption } from './fill-options.ts';

export const engineCommand: Command = {
  name: 'engine',
  usage: 'status|build [--json]',
  about: both(
    '查看或编译 llama-server（更快的推理程序，可同时处理多行）',
    'show or build llama-server, the faster inference program that looks at several rows at once',
  ),
  positionalsMin: 1,
  positionalsMax: 1,
  options: [jsonOption],
  async run(args, { app, language, terminal, signal }): Promise<number> {
    const words = engineWords[language];
    const [action] = args.positionals;
    if (action === 'build') {
      const built = await app.serverProgram.build((step) => terminal.note(words.steps[step]), signal);
      if (args.has('json')) terminal.json({ ...built });
      else terminal.line(words.built(built));
      return exitCodes.done;
    }
    if (action !== 'status') throw unknownAction(action ?? '');
    const found = await app.serverProgram.find(signal);
    if (args.has('json')) terminal.json({ engine: app.settings.engine, ...found });
    else for (const line of words.status(app.settings.engine, found)) terminal.line(line);
    return exitCodes.done;
  },
};

function unknownAction(action: string): RowscribeError {
  const detail = both(
    `engine 后应为 status 或 build，而不是 ${action}。`,
    `Write engine status or engine build, not ${action}.`,
  );
  return new RowscribeError('usage', { detail });
}
