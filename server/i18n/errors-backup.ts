// Errors about backups.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry, type Path } from './error-entry.ts';

export const backupErrors = {
  'backup-failed': entry<{ path: string; folder: string; detail: Detail }>(
    true,
    (f) =>
      `${f.path} could not be backed up to ${f.folder} (${inLanguage(f.detail, 'en-US')}), so nothing was written into it. Make room or name another dataFolder in the settings, and run the same command again.`,
    (f) =>
      `无法把 ${f.path} 备份到 ${f.folder}（${inLanguage(f.detail, 'zh-CN')}），因此没有写入任何内容。请清理空间或在设置中更换 dataFolder，然后再次运行同一命令。`,
  ),
  'backup-none': entry<Path>(
    false,
    (f) =>
      `There is no backup of ${f.path}. Rowscribe takes one before it first writes into a workbook on each day. Check the name and the folder.`,
    (f) => `没有 ${f.path} 的备份。Rowscribe 每天第一次写入工作簿之前会备份一次。请检查文件名和文件夹。`,
  ),
  'backup-unknown': entry<{ path: string; text: string }>(
    false,
    (f) =>
      `${f.path} has no backup “${f.text}”. Name its number or the beginning of its time, as this shows them: rowscribe restore BOOK --list`,
    (f) =>
      `${f.path} 没有“${f.text}”这个备份。请写备份的序号或时间的开头，可用这个命令查看：rowscribe restore 文件 --list`,
  ),
  'backup-damaged': entry<Path>(
    false,
    (f) => `The backup ${f.path} is not what was once saved, so it was not restored. Choose another one with --at.`,
    (f) => `备份 ${f.path} 的内容与当初保存的不一致，因此没有恢复。请用 --at 选择另一个备份。`,
  ),
};
