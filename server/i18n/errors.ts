// The closed list of error codes, each with its text in both languages and whether trying again can help.
import type { Bilingual, Language } from '../domain/language.ts';

type Entry<F> = { readonly retryable: boolean } & Readonly<Record<Language, (facts: F) => string>>;

const entry = <F>(retryable: boolean, en: (facts: F) => string, zh: (facts: F) => string): Entry<F> => ({
  retryable,
  'en-US': en,
  'zh-CN': zh,
});

/** A fault may be the same in both languages, such as a parser's message. */
type Faults = readonly (string | Bilingual)[];
type Path = { path: string };
type PathDetail = { path: string; detail: string };
type CellAt = { sheet: string; cell: string };

export const catalogue = {
  // The program and its settings
  internal: entry<{ detail: string }>(
    false,
    (f) => `Something went wrong inside Rowscribe: ${f.detail}. Your file was not changed by this step.`,
    (f) => `程序内部出错：${f.detail}。这一步没有改动您的文件。`,
  ),
  interrupted: entry<object>(
    true,
    () => 'Stopped. Everything finished so far is kept; the same command goes on from here.',
    () => '已停止。已完成的内容都已保留，再次运行同一命令会从这里继续。',
  ),
  usage: entry<{ detail: string }>(
    false,
    (f) => `${f.detail} See: rowscribe --help`,
    (f) => `${f.detail} 用法请看：rowscribe --help`,
  ),
  'settings-invalid': entry<{ path: string; faults: Faults }>(
    false,
    (f) => `The settings are not right; please mend them in ${f.path}:\n${bullets(f.faults, 'en-US')}`,
    (f) => `设置有误，请在 ${f.path} 中修改：\n${bullets(f.faults, 'zh-CN')}`,
  ),
  'recipe-unknown': entry<{ name: string; known: readonly string[] }>(
    false,
    (f) => `There is no recipe called “${f.name}”. Choose one of: ${f.known.join(', ')}.`,
    (f) => `没有名为“${f.name}”的配方。可选：${f.known.join('、')}。`,
  ),
  'recipe-invalid': entry<{ path: string; faults: Faults }>(
    false,
    (f) => `The recipe ${f.path} has faults:\n${bullets(f.faults, 'en-US')}`,
    (f) => `配方 ${f.path} 有误：\n${bullets(f.faults, 'zh-CN')}`,
  ),
  'pack-invalid': entry<{ path: string; faults: Faults }>(
    false,
    (f) => `The compliance list ${f.path} has faults:\n${bullets(f.faults, 'en-US')}`,
    (f) => `合规词表 ${f.path} 有误：\n${bullets(f.faults, 'zh-CN')}`,
  ),

  // Workbooks as files
  'workbook-missing': entry<Path>(
    false,
    (f) => `There is no file ${f.path}. Check the name and the folder.`,
    (f) => `找不到文件 ${f.path}。请检查文件名和文件夹。`,
  ),
  'workbook-unreadable': entry<PathDetail>(
    false,
    (f) => `${f.path} is not a workbook that can be read (${f.detail}). Open it in Excel or WPS and save it as .xlsx.`,
    (f) => `${f.path} 不是可以读取的工作簿（${f.detail}）。请用 Excel 或 WPS 打开后另存为 .xlsx。`,
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
      `${f.path} cannot be edited without risking its content (${f.detail}). Open it in Excel or WPS and save it again.`,
    (f) => `修改 ${f.path} 可能损坏其内容（${f.detail}），因此没有改动。请用 Excel 或 WPS 打开并重新保存。`,
  ),
  'workbook-too-large': entry<PathDetail>(
    false,
    (f) =>
      `${f.path} is larger inside than is safe to open (${f.detail}). Split it, or raise the limit in the settings.`,
    (f) => `${f.path} 解压后超过安全上限（${f.detail}）。请拆分文件或在设置中提高上限。`,
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
    (f) => `${f.path} cannot be replaced just now (${f.detail}). Close it in Excel or WPS; finished rows are kept.`,
    (f) => `暂时无法替换 ${f.path}（${f.detail}）。请在 Excel 或 WPS 中关闭它，已完成的行都已保留。`,
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
    (f) => `${f.path} could not be written (${f.detail}). The original is untouched.`,
    (f) => `无法写入 ${f.path}（${f.detail}）。原文件未受影响。`,
  ),
  'verify-failed': entry<PathDetail>(
    false,
    (f) => `The new version of ${f.path} did not pass its check (${f.detail}), so the original was kept.`,
    (f) => `${f.path} 的新版本未通过检查（${f.detail}），因此保留了原文件。`,
  ),

  // Sheets, columns and cells
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
    (f) => `${f.sheet}!${f.cell} is the header of a table and was left alone.`,
    (f) => `${f.sheet}!${f.cell} 是表格的标题，没有改动。`,
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

  // Pictures
  'picture-none': entry<object>(
    false,
    () => 'This row names no picture. Put the path of a JPG, PNG or WEBP file into the picture column.',
    () => '这一行没有图片。请在图片列填写 JPG、PNG 或 WEBP 文件的路径。',
  ),
  'picture-missing': entry<Path>(
    false,
    (f) => `The picture ${f.path} was not found. Check its name and folder.`,
    (f) => `找不到图片 ${f.path}。请检查文件名和文件夹。`,
  ),
  'picture-path-refused': entry<PathDetail>(
    false,
    (f) => `The picture path ${f.path} is not allowed (${f.detail}). Use a file name inside the workbook's folder.`,
    (f) => `不允许的图片路径 ${f.path}（${f.detail}）。请使用工作簿所在文件夹内的文件名。`,
  ),
  'picture-url': entry<Path>(
    false,
    (f) => `${f.path} is a web address. Rowscribe opens local files only; download the picture first.`,
    (f) => `${f.path} 是网址。Rowscribe 只读取本机文件，请先下载图片。`,
  ),
  'picture-outside': entry<Path>(
    false,
    (f) =>
      `The picture ${f.path} lies outside the workbook's folder. Move it there, or name its folder under pictureRoots in the settings.`,
    (f) => `图片 ${f.path} 不在工作簿所在的文件夹内。请移入该文件夹，或在设置的 pictureRoots 中添加它的文件夹。`,
  ),
  'picture-too-large': entry<{ path: string; megabytes: number; megabytesMax: number }>(
    false,
    (f) => `The picture ${f.path} has ${f.megabytes} MB; at most ${f.megabytesMax} MB are read. Save it smaller.`,
    (f) => `图片 ${f.path} 有 ${f.megabytes} MB，最多读取 ${f.megabytesMax} MB。请缩小后保存。`,
  ),
  'picture-pixels': entry<{ path: string; megapixels: number; megapixelsMax: number }>(
    false,
    (f) =>
      `The picture ${f.path} has ${f.megapixels} megapixels; at most ${f.megapixelsMax} are read. Save it smaller.`,
    (f) => `图片 ${f.path} 有 ${f.megapixels} 百万像素，最多 ${f.megapixelsMax}。请缩小后保存。`,
  ),
  'picture-format': entry<Path>(
    false,
    (f) => `${f.path} is not a JPG, PNG or WEBP picture, whatever its name says.`,
    (f) => `${f.path} 的内容不是 JPG、PNG 或 WEBP 图片（与扩展名无关）。`,
  ),
  'picture-broken': entry<PathDetail>(
    false,
    (f) => `The picture ${f.path} is damaged and cannot be read (${f.detail}).`,
    (f) => `图片 ${f.path} 已损坏，无法读取（${f.detail}）。`,
  ),
  'pictures-too-many': entry<{ count: number; countMax: number }>(
    false,
    (f) => `This row names ${f.count} pictures; at most ${f.countMax} are looked at together.`,
    (f) => `这一行有 ${f.count} 张图片，最多同时查看 ${f.countMax} 张。`,
  ),

  // The model and its engine
  'model-missing': entry<Path>(
    false,
    (f) =>
      `There is no model file ${f.path}. Check the model and mmproj settings, or remove them to use the demo model.`,
    (f) => `找不到模型文件 ${f.path}。请检查 model 和 mmproj 设置，或删除它们以使用演示模型。`,
  ),
  'model-corrupt': entry<PathDetail>(
    false,
    (f) => `${f.path} is not a usable GGUF model (${f.detail}). Download it again.`,
    (f) => `${f.path} 不是可用的 GGUF 模型（${f.detail}）。请重新下载。`,
  ),
  'engine-load-failed': entry<{ model: string; detail: string }>(
    false,
    (f) => `The model ${f.model} could not be loaded (${f.detail}). Run: rowscribe doctor`,
    (f) => `模型 ${f.model} 无法加载（${f.detail}）。请运行：rowscribe doctor`,
  ),
  'engine-crashed': entry<{ detail: string }>(
    true,
    (f) => `The model process stopped while it worked on this row (${f.detail}). It was started again.`,
    (f) => `模型进程在处理这一行时意外停止（${f.detail}），已重新启动。`,
  ),
  'engine-gave-up': entry<{ detail: string }>(
    false,
    (f) => `The model process keeps stopping (${f.detail}). Run: rowscribe doctor`,
    (f) => `模型进程反复停止（${f.detail}）。请运行：rowscribe doctor`,
  ),
  'engine-timeout': entry<{ seconds: number }>(
    true,
    (f) => `The model gave no answer within ${f.seconds} s and was stopped.`,
    (f) => `模型在 ${f.seconds} 秒内没有回答，已停止。`,
  ),
  'engine-empty': entry<object>(
    true,
    () => 'The model gave an empty answer.',
    () => '模型没有给出任何内容。',
  ),
  'engine-rejected': entry<{ detail: string }>(
    true,
    (f) => `The model could not work on this request (${f.detail}).`,
    (f) => `模型无法处理这一请求（${f.detail}）。`,
  ),
  'prompt-too-long': entry<{ tokens: number; tokensMax: number }>(
    false,
    (f) =>
      `The instructions, facts and pictures of this row need ${f.tokens} tokens; the model reads ${f.tokensMax}. Shorten the prompt or use fewer pictures.`,
    (f) => `这一行的要求、资料和图片共需 ${f.tokens} 个词元，模型最多 ${f.tokensMax}。请缩短要求或减少图片。`,
  ),
  'row-quarantined': entry<object>(
    false,
    () => 'This row stopped the model process twice and is left out. Try another picture.',
    () => '这一行两次使模型进程停止，已跳过。请换一张图片。',
  ),
  'answer-invalid': entry<{ detail: string }>(
    true,
    (f) => `The model's answer could not be used (${f.detail}).`,
    (f) => `模型的回答无法使用（${f.detail}）。`,
  ),

  // The run
  'run-alike': entry<{ count: number; reason: string }>(
    false,
    (f) => `The first ${f.count} rows all failed in the same way, so the run was stopped: ${f.reason}`,
    (f) => `前 ${f.count} 行都以同样的原因失败，已停止运行：${f.reason}`,
  ),
  'store-failed': entry<PathDetail>(
    false,
    (f) => `The journal ${f.path} cannot be used (${f.detail}).`,
    (f) => `运行日志库 ${f.path} 无法使用（${f.detail}）。`,
  ),
};

function bullets(faults: Faults, language: Language): string {
  return faults.map((fault) => `  - ${typeof fault === 'string' ? fault : fault[language]}`).join('
');
}

export type ErrorCode = keyof typeof catalogue;

/** The facts that each code's text needs. */
export type ErrorFacts = {
  [C in ErrorCode]: (typeof catalogue)[C] extends Entry<infer F> ? F : never;
};
