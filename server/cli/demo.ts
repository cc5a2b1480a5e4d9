// rowscribe demo: fills a copy of the demo workbook from its photos.
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { cliWords } from '../i18n/cli.ts';
import { exitCodes, type CliContext, type Command } from './command.ts';
import { existing, fillOptions } from './fill-options.ts';
import { fillWorkbook } from './fill.ts';

export const demoCommand: Command = {
  name: 'demo',
  usage: '[FOLDER]',
  about: {
    'zh-CN': '用演示工作簿和照片试一遍；结果放在 FOLDER（默认 out/demo）',
    'en-US': 'try it on the demo workbook and its photos; the result goes into FOLDER (out/demo by default)',
  },
  positionalsMin: 0,
  positionalsMax: 1,
  options: [],
  async run(args, context): Promise<number> {
    const book = await freshCopy(path.resolve(args.positionals[0] ?? path.join('out', 'demo')), context);
    const code = await fillWorkbook(await fillOptions(context.app, args, book, book), false, context);
    if (code === exitCodes.done) {
      context.terminal.note(cliWords[context.language].demoNext(path.relative(process.cwd(), book)));
    }
    return code;
  },
};

/** The demo's photos and its workbook with empty cells, whatever the last demo left there. */
async function freshCopy(folder: string, { app, signal }: CliContext): Promise<string> {
  const photos = path.join(folder, 'photos');
  await mkdir(photos, { recursive: true });
  for (const name of await readdir(path.join(app.demoFolder, 'photos'))) {
    if (name.endsWith('.jpg')) await copyFile(path.join(app.demoFolder, 'photos', name), path.join(photos, name));
  }
  const book = path.join(folder, 'demo.xlsx');
  await app.workbooks.patch(path.join(app.demoFolder, 'demo.xlsx'), [], { out: book, signal });
  return existing(book);
}
