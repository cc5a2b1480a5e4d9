// rowscribe regenerate: one cell written anew, on demand.
import { cliWords } from '../i18n/cli.ts';
import { regenerate } from '../jobs/regenerate.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, fillOptions, jsonOption, recipeOption, sheetOption } from './fill-options.ts';
import { announceModel } from './fill.ts';

export const regenerateCommand: Command = {
  name: 'regenerate',
  usage: 'BOOK CELL [--reason TEXT]',
  about: {
    'zh-CN': '重写一个单元格，如 C7；旧文字保留在运行日志库',
    'en-US': 'write one cell anew, e.g. C7; the old text is kept in the journal',
  },
  positionalsMin: 2,
  positionalsMax: 2,
  options: [
    {
      name: 'reason',
      value: 'TEXT',
      about: {
        'zh-CN': '要怎么改，如“短一点”“别太夸张”',
        'en-US': 'what to change, e.g. "shorter", "less exaggerated"',
      },
    },
    sheetOption,
    recipeOption,
    jsonOption,
  ],
  run: runRegenerate,
};

async function runRegenerate(args: Arguments, context: CliContext): Promise<number> {
  const { app, terminal, language, signal } = context;
  const words = cliWords[language];
  const [book = '', cell = ''] = args.positionals;
  const workbook = await existing(book);
  const options = { ...(await fillOptions(app, args, workbook, workbook)), cell, reason: args.text('reason') ?? '' };
  await announceModel(context);
  const done = await regenerate(await app.parts(), { ...options, mode: 'all' }, signal);
  const text = done.answer.texts[done.column] ?? '';
  if (args.has('json')) {
    const { row, column, previous, answer, isWritten } = done;
    const { outcome: status, seconds, cachedTokens } = answer;
    terminal.json({
      key: row.key,
      row: row.number,
      cell,
      column,
      status,
      written: isWritten,
      text,
      previous,
      seconds,
      cachedTokens,
    });
  } else if (done.isWritten) {
    terminal.line(`- ${done.previous}`);
    terminal.line(`+ ${text}`);
  }
  if (done.answer.outcome === 'failed' || text === '') terminal.note(done.answer.status);
  else terminal.note(done.isWritten ? words.regenerated(cell) : words.sameText(cell));
  return done.isWritten ? exitCodes.done : exitCodes.rowsLeft;
}
