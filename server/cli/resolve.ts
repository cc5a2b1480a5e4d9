// rowscribe resolve: says what becomes of a person's text whose inputs changed.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { watchWords } from '../i18n/watch.ts';
import { answerQuestion } from '../jobs/questions.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, fillOptions, recipeOption, sheetOption } from './fill-options.ts';
import { WatchReporter } from './watch-reporter.ts';

export const resolveCommand: Command = {
  name: 'resolve',
  usage: 'BOOK C7 --mine|--new',
  about: both(
    '您改过的文字在输入变化之后：保留（--mine）还是重写（--new）；status 列出待决定的',
    'a text of yours whose inputs changed: keep it (--mine) or have it written anew (--new); status lists them',
  ),
  positionalsMin: 2,
  positionalsMax: 2,
  options: [
    { name: 'mine', about: both('保留您的文字', 'your text stays') },
    {
      name: 'new',
      about: both('按现在的输入重写，您的文字留在日志里', 'a new text is written; yours stays in the journal'),
    },
    sheetOption,
    recipeOption,
    { name: 'json', about: both('输出 JSON', 'print JSON') },
  ],
  run: runResolve,
};

async function runResolve(args: Arguments, { app, terminal, language, signal }: CliContext): Promise<number> {
  const [book = '', cell = ''] = args.positionals;
  if (args.has('mine') === args.has('new')) {
    throw new RowscribeError('usage', { detail: both('请写 --mine 或 --new 之一。', 'Write either --mine or --new.') });
  }
  const workbook = await existing(book);
  const options = { ...(await fillOptions(app, args, workbook, workbook)), cell };
  const recipes = args.text('recipe') === undefined ? { recipes: () => app.recipesByPreference() } : {};
  const reporter = new WatchReporter(args.has('json'), language, terminal);
  const choice = args.has('mine') ? 'mine' : 'new';
  await answerQuestion({ ...(await app.watchParts()), ...recipes }, options, choice, reporter, signal);
  const words = watchWords[language];
  if (args.has('json')) terminal.json({ event: 'resolved', workbook, cell, choice });
  else terminal.line(choice === 'mine' ? words.keptMine : words.writtenAnew);
  return reporter.isLeft ? exitCodes.rowsLeft : exitCodes.done;
}
