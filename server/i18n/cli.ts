// The sentences of the command line, in both languages.
import type { Outcome } from '../domain/job.ts';
import type { Language } from '../domain/language.ts';
import type { EngineInfo } from '../ports/engine.ts';

export interface RunCounts {
  readonly done: number;
  readonly needsPerson: number;
  readonly failed: number;
}

interface CliWords {
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly headerKey: string;
  readonly headerStatus: string;
  readonly headerReason: string;
  readonly exitCodes: readonly string[];
  readonly helpCommands: string;
  readonly helpOptions: string;
  readonly helpExitCodes: string;
  readonly helpMore: string;
  readonly loading: string;
  readonly nothingToDo: string;
  readonly stopping: string;
  readonly previewEnd: string;
  model(info: EngineInfo): string;
  howToGetRealModel(): string;
  resumed(total: number): string;
  progress(finished: number, total: number, rowsPerMinute: number | undefined, secondsLeft: number | undefined): string;
  summary(counts: RunCounts, seconds: number): string;
  writtenTo(path: string): string;
  keptCells(count: number): string;
  absentColumns(headers: readonly string[]): string;
  outdated(labels: readonly string[]): string;
  demoNext(path: string): string;
  checked(pass: number, warn: number, fail: number): string;
  deliveryRetry(reason: string, seconds: number): string;
  deliveryLeft(path: string): string;
  wouldWrite(rows: number, cells: number): string;
  dryRunRow(label: string, headers: readonly string[]): string;
  dryRunPrompt(label: string): string;
  sameText(cell: string): string;
  regenerated(cell: string): string;
}

const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
const rate = (rowsPerMinute: number) => rowsPerMinute.toFixed(rowsPerMinute < 10 ? 1 : 0);

export const cliWords: Readonly<Record<Language, CliWords>> = {
  'zh-CN': {
    outcomes: { done: '完成', 'needs-person': '需人工', failed: '失败' },
    headerKey: '商品',
    headerStatus: '状态',
    headerReason: '说明',
    exitCodes: [
      '0    全部完成',
      '1    程序内部出错',
      '2    命令写法不对',
      '3    文件、配方或设置无法使用',
      '4    已跑完，但有些行需要人工处理、失败或未能保存；检查发现必须修改的文案',
      '5    模型无法使用',
      '130  被 Ctrl-C 停止；再次运行会继续',
    ],
    helpCommands: '命令：',
    helpOptions: '选项：',
    helpExitCodes: '退出码：',
    helpMore: '查看某个命令的用法：rowscribe 命令 --help',
    loading: '正在加载模型……',
    nothingToDo: '没有需要填写的单元格。',
    stopping: '正在停止：先保存已完成的行……（再按一次 Ctrl-C 立即退出）',
    previewEnd: '以上为预览，没有写入工作簿。满意后去掉 --preview 再运行。',
    model: (info) =>
      `模型：${info.model}，运行于 ${info.device}${info.elsewhere === undefined ? '' : `。注意：图片和文案会发送到另一台电脑 ${info.elsewhere}`}${info.fallback ? `（注意：${info.fallback['zh-CN']}）` : ''}${info.writer === undefined ? '' : `；文案由 ${info.writer.model} 撰写，运行于 ${info.writer.device}${info.writer.fallback ? `（注意：${info.writer.fallback['zh-CN']}）` : ''}`}`,
    howToGetRealModel: () =>
      '这是随附的演示模型，只认识服装，文案仅供试用。要用 Qwen2.5-VL-7B：rowscribe doctor 会说明哪个模型适合这台电脑，rowscribe model pull 下载它。',
    resumed: (total) => `接着上次未完成的运行继续，剩余 ${total} 行。`,
    progress: (finished, total, perMinute, left) =>
      `${finished}/${total} 行${perMinute === undefined ? '' : `，${rate(perMinute)} 行/分`}${left === undefined ? '' : `，剩余约 ${clock(left)}`}`,
    summary: (counts, seconds) =>
      `完成 ${counts.done} 行，需人工 ${counts.needsPerson} 行，失败 ${counts.failed} 行，用时 ${clock(seconds)}。`,
    writtenTo: (path) => `已写入：${path}`,
    keptCells: (count) => `有 ${count} 个单元格保留了原有内容。`,
    absentColumns: (headers) => `工作表中没有这些列，因此不填写：${headers.join('、')}`,
    outdated: (labels) => `这些行在处理期间被修改或移走，没有写入，请再运行一次：${labels.join('、')}`,
    checked: (pass, warn, fail) => `通过 ${pass} 格，需核实 ${warn} 格，需修改 ${fail} 格。`,
    demoNext: (path) =>
      `接着可以试：npx rowscribe regenerate ${path} E3 --reason 短一点；填写自己的文件：npx rowscribe fill 文件.xlsx`,
    deliveryRetry: (reason, seconds) => `${reason} ${seconds} 秒后重试。`,
    deliveryLeft: (path) => `有些已完成的行还没有写入 ${path}，都已保存在运行日志库中；再次运行同一命令即可写入。`,
    wouldWrite: (rows, cells) => `将填写 ${rows} 行、${cells} 个单元格。这是试运行，没有启动模型，也没有改动文件。`,
    dryRunRow: (label, headers) => `${label}：${headers.join('、')}`,
    dryRunPrompt: (label) => `“${label}”的提示词：`,
    sameText: (cell) => `${cell}：模型给出了与原来相同的文字，没有改动。`,
    regenerated: (cell) => `${cell} 已重写，旧文字保存在运行日志库中。`,
  },
  'en-US': {
    outcomes: { done: 'done', 'needs-person': 'needs a person', failed: 'failed' },
    headerKey: 'Product',
    headerStatus: 'Status',
    headerReason: 'Why',
    exitCodes: [
      '0    all done',
      '1    an internal error',
      '2    a mistake in the command line',
      '3    a file, recipe or setting cannot be used',
      '4    finished, but some rows need a person, failed, or could not be saved; the check found copy to be changed',
      '5    the model cannot be used',
      '130  stopped by Ctrl-C; the same command goes on',
    ],
    helpCommands: 'Commands:',
    helpOptions: 'Options:',
    helpExitCodes: 'Exit codes:',
    helpMore: 'How to use one of them: rowscribe COMMAND --help',
    loading: 'Loading the model…',
    nothingToDo: 'There is no cell to fill.',
    stopping: 'Stopping: finished rows are saved first… (Ctrl-C again quits at once)',
    previewEnd: 'This was a preview; nothing was written. Run again without --preview to fill the workbook.',
    model: (info) =>
      `Model: ${info.model}, running on ${info.device}${info.elsewhere === undefined ? '' : `. Note: pictures and texts are sent to another computer, ${info.elsewhere}`}${info.fallback ? ` (note: ${info.fallback['en-US']})` : ''}${info.writer === undefined ? '' : `; titles and leads by ${info.writer.model} on ${info.writer.device}${info.writer.fallback ? ` (note: ${info.writer.fallback['en-US']})` : ''}`}`,
    howToGetRealModel: () =>
      'This is the demo model that comes along: it knows clothes only and its copy is for trying out. For Qwen2.5-VL-7B: rowscribe doctor says which model fits this computer, rowscribe model pull gets it.',
    resumed: (total) => `Going on with the unfinished run; ${total} rows are left.`,
    progress: (finished, total, perMinute, left) =>
      `${finished}/${total} rows${perMinute === undefined ? '' : `, ${rate(perMinute)} rows/min`}${left === undefined ? '' : `, about ${clock(left)} left`}`,
    summary: (counts, seconds) =>
      `${counts.done} rows done, ${counts.needsPerson} need a person, ${counts.failed} failed, in ${clock(seconds)}.`,
    writtenTo: (path) => `Written to: ${path}`,
    keptCells: (count) => `${count} cells kept what they had.`,
    absentColumns: (headers) => `The sheet has no such columns, so they are not filled: ${headers.join(', ')}`,
    outdated: (labels) =>
      `These rows were changed or moved away while they were worked on and were not written; run again: ${labels.join(', ')}`,
    checked: (pass, warn, fail) => `${pass} cells passed, ${warn} to be checked, ${fail} to be changed.`,
    demoNext: (path) =>
      `Try next: npx rowscribe regenerate ${path} E3 --reason shorter; your own file: npx rowscribe fill FILE.xlsx`,
    deliveryRetry: (reason, seconds) => `${reason} Trying again in ${seconds} s.`,
    deliveryLeft: (path) =>
      `Some finished rows are not in ${path} yet; the journal has them, and the same command writes them.`,
    wouldWrite: (rows, cells) =>
      `Would fill ${rows} rows, ${cells} cells. This was a dry run: no model was started and no file changed.`,
    dryRunRow: (label, headers) => `${label}: ${headers.join(', ')}`,
    dryRunPrompt: (label) => `The prompt of “${label}”:`,
    sameText: (cell) => `${cell}: the model gave the same text as before; nothing was changed.`,
    regenerated: (cell) => `${cell} was written anew; the old text is kept in the journal.`,
  },
};
