// Errors about the program, its settings and its runs.
import { inLanguage, type Detail } from '../domain/language.ts';
import { bullets, entry, type Faults, type PathDetail } from './error-entry.ts';

export const programErrors = {
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
  usage: entry<{ detail: Detail }>(
    false,
    (f) => `${inLanguage(f.detail, 'en-US')} See: rowscribe --help`,
    (f) => `${inLanguage(f.detail, 'zh-CN')} 用法请看：rowscribe --help`,
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
  'edits-invalid': entry<PathDetail>(
    false,
    (f) =>
      `${f.path} is not a list of edits such as [{"sheet":"Sheet1","cell":"B2","value":"text"}] (${inLanguage(f.detail, 'en-US')}).`,
    (f) =>
      `${f.path} 不是修改列表，应写成 [{"sheet":"Sheet1","cell":"B2","value":"文字"}]（${inLanguage(f.detail, 'zh-CN')}）。`,
  ),
  'out-exists': entry<{ path: string }>(
    false,
    (f) => `${f.path} exists already. Fill that file directly, or give --out a new name.`,
    (f) => `${f.path} 已存在。请直接填写该文件，或为 --out 换一个新文件名。`,
  ),
  'folder-missing': entry<{ path: string }>(
    false,
    (f) => `There is no folder ${f.path}. Check its name, and whether the network drive is connected.`,
    (f) => `找不到文件夹 ${f.path}。请检查名称，以及网络盘是否已连接。`,
  ),
  'run-alike': entry<{ count: number; reason: string }>(
    false,
    (f) => `The first ${f.count} rows all failed in the same way, so the run was stopped: ${f.reason}`,
    (f) => `前 ${f.count} 行都以同样的原因失败，已停止运行：${f.reason}`,
  ),
  'store-failed': entry<PathDetail>(
    false,
    (f) => `The journal ${f.path} cannot be used (${inLanguage(f.detail, 'en-US')}).`,
    (f) => `运行日志库 ${f.path} 无法使用（${inLanguage(f.detail, 'zh-CN')}）。`,
  ),
};
