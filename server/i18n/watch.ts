// The sentences of the watch, in both languages.
import type { Language } from '../domain/language.ts';

interface WatchWords {
  readonly stopped: string;
  watching(folders: readonly string[]): string;
  filling(workbook: string, rows: number): string;
  restored(workbook: string, labels: readonly string[]): string;
  stale(workbook: string, labels: readonly string[]): string;
  done(workbook: string, done: number, needsPerson: number, failed: number): string;
  waiting(workbook: string, reason: string): string;
  waitingOpen(workbook: string, by: string): string;
  error(workbook: string, reason: string): string;
  skipped(workbook: string): string;
  readonly keptMine: string;
  readonly writtenAnew: string;
  onceEnd(waiting: number): string;
  folderProblem(detail: string): string;
}

const labelsShownMax = 10;

function list(labels: readonly string[], separator: string): string {
  const shown = labels.slice(0, labelsShownMax).join(separator);
  return labels.length > labelsShownMax ? `${shown}… (${labels.length})` : shown;
}

export const watchWords: Readonly<Record<Language, WatchWords>> = {
  'zh-CN': {
    stopped: '已停止监视。',
    keptMine: '您的文字保留，状态已更新。',
    writtenAnew: '已按现在的输入重写；您原来的文字可用 rowscribe status 文件 --cell 单元格 查到。',
    watching: (folders) => `正在监视：${folders.join('、')}（按 Ctrl-C 停止）`,
    filling: (workbook, rows) => `${workbook}：正在填写 ${rows} 行`,
    restored: (workbook, labels) => `${workbook}：有人用旧版本覆盖了已填写的内容，已写回：${list(labels, '、')}`,
    stale: (workbook, labels) => `${workbook}：输入已变，您改过的文字未动：${list(labels, '、')}`,
    done: (workbook, done, needsPerson, failed) =>
      `${workbook}：完成 ${done} 行，需人工 ${needsPerson} 行，失败 ${failed} 行`,
    waiting: (workbook, reason) => `${workbook}：等待中，会自动重试：${reason}`,
    waitingOpen: (workbook, by) => `${workbook}：等待中，文件被打开：${by}；关闭后自动写入`,
    error: (workbook, reason) => `${workbook}：${reason}`,
    skipped: (workbook) => `${workbook}：没有图片列或可填写的列，已跳过`,
    onceEnd: (waiting) => (waiting === 0 ? '已检查全部工作簿。' : `已检查全部工作簿，其中 ${waiting} 个暂时无法写入。`),
    folderProblem: (detail) => `监视文件夹时系统报告：${detail}；改为定期扫描`,
  },
  'en-US': {
    stopped: 'Stopped watching.',
    keptMine: 'Your text stays; the status is up to date.',
    writtenAnew:
      'Written anew from the inputs as they are now; rowscribe status BOOK --cell CELL still shows your text.',
    watching: (folders) => `Watching: ${folders.join(', ')} (Ctrl-C stops)`,
    filling: (workbook, rows) => `${workbook}: filling ${rows} rows`,
    restored: (workbook, labels) =>
      `${workbook}: an older copy was saved over finished texts; put back: ${list(labels, ', ')}`,
    stale: (workbook, labels) =>
      `${workbook}: inputs changed; texts that people changed were left: ${list(labels, ', ')}`,
    done: (workbook, done, needsPerson, failed) =>
      `${workbook}: ${done} rows done, ${needsPerson} need a person, ${failed} failed`,
    waiting: (workbook, reason) => `${workbook}: waiting, tried again by itself: ${reason}`,
    waitingOpen: (workbook, by) => `${workbook}: waiting: open by ${by}; written as soon as it is closed`,
    error: (workbook, reason) => `${workbook}: ${reason}`,
    skipped: (workbook) => `${workbook}: skipped, it has no column of pictures or none to fill`,
    onceEnd: (waiting) =>
      waiting === 0
        ? 'Every workbook was looked at.'
        : `Every workbook was looked at; ${waiting} cannot be written now.`,
    folderProblem: (detail) => `The system says about the watched folder: ${detail}; regular scans make up for it`,
  },
};
