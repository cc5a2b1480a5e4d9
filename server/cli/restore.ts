// rowscribe restore: a backup in the place of its workbook.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import { historyWords } from '../i18n/history.ts';
import { localTime } from '../jobs/local-time.ts';
import { restore } from '../jobs/restore.ts';
import type { Backup } from '../ports/backups.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { table } from './terminal.ts';

const widthsMax = [4, 19, 12, 400];

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'BOOK [--list] [--at TIME|N]',
  about: {
    'zh-CN': '把工作簿恢复为备份；现在的内容会先备份。写入前每天备份一次',
    'en-US':
      'put a backup in the place of a workbook, whose present state is backed up first; backups are taken daily before the first write',
  },
  positionalsMin: 1,
  positionalsMax: 1,
  options: [
    { name: 'list', about: { 'zh-CN': '列出备份，不恢复', 'en-US': 'list the backups and change nothing' } },
    {
      name: 'at',
      value: 'TIME|N',
      about: {
        'zh-CN': '哪个备份：列表中的序号，或时间的开头，如 2026-11-23；默认最新的',
        'en-US':
          'which backup: its number in the list, or the beginning of its time, e.g. 2026-11-23; the newest by default',
      },
    },
    { name: 'json', about: { 'zh-CN': '输出 JSON', 'en-US': 'print JSON' } },
  ],
  run: runRestore,
};

async function runRestore(args: Arguments, context: CliContext): Promise<number> {
  const { app, terminal, language, signal } = context;
  const words = historyWords[language];
  const workbook = await formerPath(args.positionals[0] ?? '');
  if (args.has('list')) return listBackups(workbook, args, context);
  const parts = { workbooks: app.workbooks, backups: app.backups(), journal: app.journal(), clock: app.clock };
  const { backup, before, isWritten } = await restore(parts, workbook, args.text('at'), signal);
  if (args.has('json')) {
    terminal.json({
      workbook,
      restored: isWritten,
      backup: backupJson(backup),
      ...(before && { before: backupJson(before) }),
    });
    return exitCodes.done;
  }
  const time = localTime(backup.takenAtMs);
  terminal.note(isWritten ? words.restored(workbook, time) : words.sameAlready(workbook, time));
  if (isWritten && before !== undefined) terminal.note(words.presentKept(localTime(before.takenAtMs)));
  return exitCodes.done;
}

/** The real path that the workbook has, or had while it was there. Errors: `workbook-missing` when its folder is gone. */
async function formerPath(file: string): Promise<string> {
  const at = path.resolve(file);
  return realpath(at)
    .catch(async () => path.join(await realpath(path.dirname(at)), path.basename(at)))
    .catch((cause: unknown) => {
      throw new RowscribeError('workbook-missing', { path: file }, { cause });
    });
}

async function listBackups(
  workbook: string,
  args: Arguments,
  { app, terminal, language }: CliContext,
): Promise<number> {
  const words = historyWords[language];
  const list = await app.backups().list(workbook);
  if (args.has('json')) for (const backup of list) terminal.json(backupJson(backup));
  else if (list.length === 0) terminal.note(words.noBackups(workbook));
  else {
    const rows = list.map((one, index) => [
      String(index + 1),
      localTime(one.takenAtMs),
      `${(one.sizeBytes / 1024).toFixed(0)} KB`,
      one.path,
    ]);
    for (const line of table([words.backupHeaders, ...rows], widthsMax)) terminal.line(line);
  }
  return exitCodes.done;
}

function backupJson({ path: file, sha256, sizeBytes, takenAtMs }: Backup) {
  return { time: new Date(takenAtMs).toISOString(), path: file, sha256, sizeBytes };
}
