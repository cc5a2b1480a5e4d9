// rowscribe demo: fills a copy of the demo workbook from its photos.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, type CliContext, type Command } from './command.ts';
import { existing, fillOptions } from './fill-options.ts';
import { fillWorkbook } from './fill.ts';

export const demoCommand: Command = {
  name: 'demo',
  usage: '[FILE]',
  about: {
    'zh-CN': '用演示工作簿和照片试一遍；结果写入 FILE（默认 out/demo.xlsx）',
    'en-US': 'try it on the demo workbook and its photos; the result goes to FILE (out/demo.xlsx by default)',
  },
  positionalsMin: 0,
  positionalsMax: 1,
  options: [],
  async run(args, context): Promise<number> {
    const source = path.join(context.app.demoFolder, 'demo.xlsx');
    const target = await freshCopy(source, path.resolve(args.positionals[0] ?? path.join('out', 'demo.xlsx')), context);
    const code = await fillWorkbook(await fillOptions(context.app, args, source, target), false, context);
    return code === exitCodes.rowsLeft ? exitCodes.internal : code;
  },
};

/** Each demo begins with empty cells, whatever the last one left. */
async function freshCopy(source: string, out: string, context: CliContext): Promise<string> {
  await mkdir(path.dirname(out), { recursive: true });
  await context.app.workbooks.patch(source, [], { out, signal: context.signal });
  return existing(out);
}
