// The sentences of restore and status, in both languages.
import type { RunState } from '../domain/job.ts';
import type { Language } from '../domain/language.ts';

/** `cut`: the run is marked as running, but no process is at work on it. */
export type ShownState = RunState | 'cut';

interface HistoryWords {
  readonly states: Readonly<Record<ShownState, string>>;
  readonly backupHeaders: readonly string[];
  readonly runHeaders: readonly string[];
  readonly noRuns: string;
  readonly noBackups: (path: string) => string;
  readonly restored: (path: string, time: string) => string;
  readonly presentKept: (time: string) => string;
  readonly sameAlready: (path: string, time: string) => string;
  readonly rowsWaiting: (path: string, count: number) => string;
  readonly openBy: (path: string, by: string) => string;
  readonly lastError: (path: string, message: string) => string;
  readonly accepted: (
    path: string,
    sheet: string,
    counts: { readonly cells: number; readonly unchanged: number },
  ) => string;
  readonly oneFailed: (path: string, key: string, status: string) => string;
  readonly cutOff: (path: string) => string;
  readonly questions: (path: string, count: number) => string;
  readonly question: (cell: string, header: string, label: string, text: string) => string;
  readonly howToAnswer: (path: string, cell: string) => string;
  readonly cellTitle: (cell: string, header: string, label: string) => string;
  readonly cellNow: (text: string) => string;
  readonly cellEmpty: string;
  readonly cellEdited: string;
  readonly cellNever: string;
  readonly version: (time: string, model: string, recipe: string, reason: string) => string;
  readonly original: (text: string) => string;
  readonly previous: (text: string) => string;
}

export const historyWords: Readonly<Record<Language, HistoryWords>> = {
  'zh-CN': {
    states: { running: '运行中', finished: '已完成', stopped: '已停止', failed: '出错', cut: '中断' },
    backupHeaders: ['序号', '时间', '大小', '文件'],
    runHeaders: ['工作簿', '工作表', '状态', '完成', '需人工', '失败', '待写入', '开始', '结束'],
    noRuns: '还没有运行记录。',
    noBackups: (path) => `没有 ${path} 的备份；每天第一次写入之前会备份一次。`,
    restored: (path, time) => `已把 ${path} 恢复为 ${time} 的备份。`,
    presentKept: (time) => `恢复前的内容也已备份（${time}），如需找回可再次恢复。`,
    sameAlready: (path, time) => `${path} 的内容与 ${time} 的备份相同，没有改动。`,
    rowsWaiting: (path, count) => `${path}：${count} 行已完成但还没有写入，再次运行同一命令即可写入。`,
    openBy: (path, by) => `${path}：正被 ${by} 打开，关闭后才能写入。`,
    lastError: (path, message) => `${path}：上次出错：${message}`,
    accepted: (path, sheet, { cells, unchanged }) =>
      `${path} · ${sheet}：通过的单元格 ${cells} 个，其中未改动 ${unchanged} 个`,
    oneFailed: (path, key, status) => `${path}：失败的行，如 ${key}：${status}`,
    cutOff: (path) => `${path}：上次运行中途断开；再次运行同一命令会接着做。`,
    questions: (path, count) => `${path}：${count} 个单元格您改过，之后输入变了，等您决定：`,
    question: (cell, header, label, text) => `  ${cell} ${header}（${label}）：${text}`,
    howToAnswer: (path, cell) =>
      `  保留您的：rowscribe resolve ${path} ${cell} --mine；重写：--new。也可以直接在表里清空单元格来重写。`,
    cellTitle: (cell, header, label) => `${cell} ${header}（${label}）`,
    cellNow: (text) => `现在：${text}`,
    cellEmpty: '（空）',
    cellEdited: '上次写入之后被人改过；Rowscribe 不会覆盖它。',
    cellNever: 'Rowscribe 没有写过这个单元格。',
    version: (time, model, recipe, reason) =>
      `${time}　模型 ${model}，配方 ${recipe}${reason === '' ? '' : `，要求：${reason}`}`,
    original: (text) => `  改正前：${text}`,
    previous: (text) => `  替换了：${text}`,
  },
  'en-US': {
    states: { running: 'running', finished: 'finished', stopped: 'stopped', failed: 'failed', cut: 'cut off' },
    backupHeaders: ['No.', 'Time', 'Size', 'File'],
    runHeaders: ['Workbook', 'Sheet', 'State', 'Done', 'Person', 'Failed', 'Waiting', 'Started', 'Ended'],
    noRuns: 'There was no run yet.',
    noBackups: (path) => `There is no backup of ${path}; one is taken before the first write of each day.`,
    restored: (path, time) => `${path} is again as it was in the backup of ${time}.`,
    presentKept: (time) => `What it held before is kept as a backup too (${time}); restore that one to go back.`,
    sameAlready: (path, time) => `${path} holds the same as the backup of ${time}; nothing was changed.`,
    rowsWaiting: (path, count) =>
      `${path}: ${count} finished rows are not written yet; run the same command again to write them.`,
    openBy: (path, by) => `${path}: open by ${by}; it can be written once it is closed.`,
    lastError: (path, message) => `${path}: last error: ${message}`,
    accepted: (path, sheet, { cells, unchanged }) =>
      `${path} · ${sheet}: accepted unchanged: ${unchanged} of ${cells} cells`,
    oneFailed: (path, key, status) => `${path}: rows failed, such as ${key}: ${status}`,
    cutOff: (path) => `${path}: the run was cut off; the same command goes on with it.`,
    questions: (path, count) => `${path}: ${count} of your texts wait for your word, as their inputs changed:`,
    question: (cell, header, label, text) => `  ${cell} ${header} (${label}): ${text}`,
    howToAnswer: (path, cell) =>
      `  To keep yours: rowscribe resolve ${path} ${cell} --mine; for a new one: --new. Emptying the cell gives a new one too.`,
    cellTitle: (cell, header, label) => `${cell} ${header} (${label})`,
    cellNow: (text) => `Now: ${text}`,
    cellEmpty: '(empty)',
    cellEdited: 'Changed by a person since it was last written; Rowscribe leaves it alone.',
    cellNever: 'Rowscribe never wrote this cell.',
    version: (time, model, recipe, reason) =>
      `${time}  model ${model}, recipe ${recipe}${reason === '' ? '' : `, asked for: ${reason}`}`,
    original: (text) => `  before mending: ${text}`,
    previous: (text) => `  it replaced: ${text}`,
  },
};
