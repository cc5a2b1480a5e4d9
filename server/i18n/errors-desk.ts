// Errors about runs that the server owns, and about workbooks that are open in Excel.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry, type Path, type PathDetail } from './error-entry.ts';

export const deskErrors = {
  'excel-closed': entry<Path>(
    true,
    (f) =>
      `${f.path} is not open with Rowscribe in Excel just now. Finished rows are kept and are written as soon as you open it there again.`,
    (f) => `${f.path} 目前没有在 Excel 中连同 Rowscribe 打开。已完成的行都已保留，重新打开后会立即写入。`,
  ),
  'excel-editing': entry<Path>(
    true,
    (f) => `You are typing in a cell of ${f.path}. Press Enter there; the texts are written then.`,
    (f) => `您正在 ${f.path} 的单元格中输入。请按回车结束输入，随后就会写入文字。`,
  ),
  'excel-protected': entry<{ path: string; sheet: string }>(
    true,
    (f) =>
      `The sheet “${f.sheet}” of ${f.path} is protected. Unprotect it under Review in Excel; finished rows are kept and written then.`,
    (f) => `${f.path} 的工作表“${f.sheet}”受保护。请在 Excel 的“审阅”中取消保护；已完成的行都已保留，随后会写入。`,
  ),
  'excel-failed': entry<PathDetail>(
    true,
    (f) => `Excel could not do this in ${f.path} (${inLanguage(f.detail, 'en-US')}). It is tried again.`,
    (f) => `Excel 无法在 ${f.path} 中完成操作（${inLanguage(f.detail, 'zh-CN')}），将再次尝试。`,
  ),
  'excel-only-cells': entry<Path>(
    false,
    (f) => `${f.path} is open in Excel, so only its cells can be written. Close it there first.`,
    (f) => `${f.path} 正在 Excel 中打开，只能写入单元格。请先在 Excel 中关闭它。`,
  ),
  'workbook-path': entry<{ path: string; detail: Detail }>(
    false,
    (f) =>
      `${f.path} cannot be opened here (${inLanguage(f.detail, 'en-US')}). Give the full path of an .xlsx or .xlsm file on this computer.`,
    (f) => `无法打开 ${f.path}（${inLanguage(f.detail, 'zh-CN')}）。请填写本机上 .xlsx 或 .xlsm 文件的完整路径。`,
  ),
  'run-not-now': entry<{ detail: Detail }>(
    false,
    (f) => `That cannot be done with this run now: ${inLanguage(f.detail, 'en-US')}.`,
    (f) => `现在不能对这次运行这样做：${inLanguage(f.detail, 'zh-CN')}。`,
  ),
  'runs-too-many': entry<{ countMax: number }>(
    true,
    (f) => `Already ${f.countMax} runs are waiting. Wait until one has ended, or stop one.`,
    (f) => `已有 ${f.countMax} 次运行在等待。请等其中一次结束，或先停止一次。`,
  ),
};
