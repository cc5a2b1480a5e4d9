// Errors about workbooks: files, sheets, columns, cells.
import { inLanguage } from '../domain/language.ts';
import { entry, type CellAt, type Path, type PathDetail } from './error-entry.ts';

export const workbookErrors = {
  'workbook-missing': entry<Path>(
    false,
    (f) => `There is no file ${f.path}. Check the name and the folder.`,
    (f) => `找不到文件 ${f.path}。请检查文件名和文件夹。`,
  ),
  'workbook-unreadable': entry<PathDetail>(
    false,
    (f) =>
      `${f.path} is not a workbook that can be read (${inLanguage(f.detail, 'en-US')}). Open it in Excel or WPS and save it as .xlsx.`,
    (f) => `${f.path} 不是可以读取的工作簿（${inLanguage(f.detail, 'zh-CN')}）。请用 Excel 或 WPS 打开后另存为 .xlsx。`,
  ),
  'workbook-encrypted': entry<Path>(
    false,
    (f) =>
      `${f.path} is password-protected or an old .xls file. Remove the password, or save it as .xlsx, and try again.`,
    (f) => `${f.path} 设有密码或是旧版 .xls 文件。请去掉密码或另存为 .xlsx 后再试。`,
  ),
  'workbook-signed': entry<Path>(
    false,
    (f) => `${f.path} carries a digital signature that any edit would break. Save a copy without the signature.`,
    (f) => `${f.path} 带有数字签名，任何修改都会使签名失效。请另存一份不带签名的副本。`,
  ),
  'workbook-unsafe': entry<PathDetail>(
    false,
    (f) =>
      `${f.path} cannot be edited without risking its content (${inLanguage(f.detail, 'en-US')}). Open it in Excel or WPS and save it again.`,
    (f) =>
      `修改 ${f.path} 可能损坏其内容（${inLanguage(f.detail, 'zh-CN')}），因此没有改动。请用 Excel 或 WPS 打开并重新保存。`,
  ),
  'workbook-too-large': entry<PathDetail>(
    false,
    (f) =>
      `${f.path} is larger inside than is safe to open (${inLanguage(f.detail, 'en-US')}). Split it, or raise the limit in the settings.`,
    (f) => `${f.path} 解压后超过安全上限（${inLanguage(f.detail, 'zh-CN')}）。请拆分文件或在设置中提高上限。`,
  ),
  'workbook-changed': entry<Path>(
    true,
    (f) => `${f.path} was changed by someone while it was being saved. Nothing was overwritten; saving is tried again.`,
    (f) => `保存时 ${f.path} 被他人修改。没有覆盖任何内容，将重新尝试保存。`,
  ),
  'workbook-open': entry<{ path: string; by: string }>(
    true,
    (f) =>
      `${f.path} is open in another program (${f.by}). Close it there and run the same command again; finished rows are kept.`,
    (f) => `${f.path} 正被其他程序打开（${f.by}）。请关闭后再次运行同一命令，已完成的行都已保留。`,
  ),
  'workbook-busy': entry<PathDetail>(
    true,
    (f) =>
      `${f.path} cannot be replaced just now (${inLanguage(f.detail, 'en-US')}). Close it in Excel or WPS; finished rows are kept.`,
    (f) =>
      `暂时无法替换 ${f.path}（${inLanguage(f.detail, 'zh-CN')}）。请在 Excel 或 WPS 中关闭它，已完成的行都已保留。`,
  ),
  'workbook-in-use': entry<Path>(
    true,
    (f) => `Another Rowscribe is filling ${f.path}. Wait for it or stop it first.`,
    (f) => `另一个 Rowscribe 正在填写 ${f.path}。请等它结束或先停止它。`,
  ),
  'disk-full': entry<Path>(
    true,
    (f) =>
      `The disk is full, so ${f.path} was not saved. The original is untouched; free some space and run the same command again.`,
    (f) => `磁盘已满，${f.path} 没有保存。原文件未受影响；请清理空间后再次运行同一命令。`,
  ),
  'write-failed': entry<PathDetail>(
    true,
    (f) => `${f.path} could not be written (${inLanguage(f.detail, 'en-US')}). The original is untouched.`,
    (f) => `无法写入 ${f.path}（${inLanguage(f.detail, 'zh-CN')}）。原文件未受影响。`,
  ),
  'verify-failed': entry<PathDetail>(
    false,
    (f) =>
      `The new version of ${f.path} did not pass its check (${inLanguage(f.detail, 'en-US')}), so the original was kept.`,
    (f) => `${f.path} 的新版本未通过检查（${inLanguage(f.detail, 'zh-CN')}），因此保留了原文件。`,
  ),
  'sheet-missing': entry<{ sheet: string; known: readonly string[] }>(
    false,
    (f) => `There is no sheet “${f.sheet}”. The workbook has: ${f.known.join(', ')}.`,
    (f) => `没有名为“${f.sheet}”的工作表。现有工作表：${f.known.join('、')}。`,
  ),
  'columns-missing': entry<{ path: string; missing: readonly string[]; seen: readonly string[] }>(
    false,
    (f) =>
      `${f.path} has no column for: ${f.missing.join(', ')}. Headers seen: ${f.seen.join(', ') || 'none'}. Name one column 图片 or Image, and one 描述 or Description.`,
    (f) =>
      `${f.path} 缺少这些列：${f.missing.join('、')}。已有表头：${f.seen.join('、') || '无'}。请把一列命名为“图片”，一列命名为“描述”。`,
  ),
  'check-columns-missing': entry<{ path: string; missing: readonly string[]; seen: readonly string[] }>(
    false,
    (f) =>
      `No sheet of ${f.path} has all of these columns: ${f.missing.join(', ')}. Headers seen: ${f.seen.join(', ') || 'none'}.`,
    (f) => `${f.path} 中没有同时包含这些列的工作表：${f.missing.join('、')}。已有表头：${f.seen.join('、') || '无'}。`,
  ),
  'columns-ambiguous': entry<{ path: string; role: string; headers: readonly string[] }>(
    false,
    (f) => `${f.path} has more than one column for “${f.role}”: ${f.headers.join(', ')}. Rename all but one.`,
    (f) => `${f.path} 有多列都像“${f.role}”：${f.headers.join('、')}。请只保留一列使用该名称。`,
  ),
  'rows-invalid': entry<{ text: string }>(
    false,
    (f) => `“${f.text}” is not a range of rows. Write it as 2-10 or 5.`,
    (f) => `“${f.text}” 不是有效的行范围。请写成 2-10 或 5。`,
  ),
  'cell-invalid': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} is not the address of a cell.`,
    (f) => `${f.sheet}!${f.cell} 不是有效的单元格地址。`,
  ),
  'cell-value': entry<CellAt>(
    false,
    (f) => `The value for ${f.sheet}!${f.cell} is not a number that a cell can hold.`,
    (f) => `${f.sheet}!${f.cell} 的值不是单元格能保存的数字。`,
  ),
  'cell-not-copy': entry<CellAt>(
    false,
    (f) =>
      `${f.sheet}!${f.cell} is not a cell that the recipe writes. Name a cell of its columns, in the row of a product.`,
    (f) => `${f.sheet}!${f.cell} 不是该配方填写的单元格。请指定商品行中由配方填写的列。`,
  ),
  'cell-formula': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} holds a formula and was left alone.`,
    (f) => `${f.sheet}!${f.cell} 是公式，没有改动。`,
  ),
  'cell-merged': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} is inside a merged area; only its top-left cell can be written.`,
    (f) => `${f.sheet}!${f.cell} 位于合并区域内，只能写入其左上角单元格。`,
  ),
  'cell-table-header': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} is a header or total of a table and was left alone.`,
    (f) => `${f.sheet}!${f.cell} 是表格的标题或汇总行，没有改动。`,
  ),
  'cell-pivot': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} belongs to a pivot table, which would replace any text there.`,
    (f) => `${f.sheet}!${f.cell} 属于数据透视表，写入的内容会被它替换。`,
  ),
  'cell-picture': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} holds a picture or a linked data type and was left alone.`,
    (f) => `${f.sheet}!${f.cell} 是图片或链接数据，没有改动。`,
  ),
  'cell-protected': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} is locked on a protected sheet. Unprotect the sheet or unlock the cell.`,
    (f) => `${f.sheet}!${f.cell} 在受保护的工作表中被锁定。请取消保护或解锁该单元格。`,
  ),
  'cell-too-long': entry<CellAt & { length: number }>(
    false,
    (f) => `The text for ${f.sheet}!${f.cell} has ${f.length} characters; a cell holds 32,767.`,
    (f) => `${f.sheet}!${f.cell} 的内容有 ${f.length} 个字符，单元格最多 32,767 个。`,
  ),
  'cell-twice': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} is named twice in the same edit; nothing was written there.`,
    (f) => `同一次修改中两次写入 ${f.sheet}!${f.cell}，该单元格没有写入。`,
  ),
  'cell-changed': entry<CellAt>(
    false,
    (f) => `${f.sheet}!${f.cell} was changed by someone meanwhile; their text was kept.`,
    (f) => `${f.sheet}!${f.cell} 期间被他人修改，已保留对方的内容。`,
  ),
};
