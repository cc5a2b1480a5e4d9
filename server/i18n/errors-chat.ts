// Errors about conversations and their ready-made questions.
import { bullets, entry, type Faults } from './error-entry.ts';

export const chatErrors = {
  'chat-missing': entry<object>(
    false,
    () => 'This chat is not there any more; it was deleted. Begin a new one.',
    () => '这个对话已不存在（可能已被删除）。请新建一个对话。',
  ),
  'chat-busy': entry<object>(
    true,
    () => 'The last answer is still being written. Wait for it, or stop it, and ask again.',
    () => '上一个回答还在写。请等它写完，或先停止，再提问。',
  ),
  'chat-question': entry<{ count: number; countMax: number }>(
    false,
    (f) =>
      f.count === 0
        ? 'The question is empty. Write one, or choose a ready-made one.'
        : `The question has ${f.count} characters; at most ${f.countMax} are possible. Shorten it.`,
    (f) =>
      f.count === 0
        ? '问题是空的。请输入问题，或点选一个预设问题。'
        : `问题有 ${f.count} 字，最多 ${f.countMax} 字。请缩短后再问。`,
  ),
  'chat-interrupted': entry<object>(
    true,
    () => 'Rowscribe was closed while this answer was written. Ask again.',
    () => '写这个回答时 Rowscribe 被关闭了。请再问一次。',
  ),
  'chat-row-missing': entry<{ sheet: string; number: number }>(
    false,
    (f) => `Row ${f.number} of “${f.sheet}” is no product row. Choose a row with a picture.`,
    (f) => `“${f.sheet}”的第 ${f.number} 行没有商品。请选择一行有图片的商品。`,
  ),
  'presets-invalid': entry<{ path: string; faults: Faults }>(
    false,
    (f) => `The ready-made questions in ${f.path} have faults:\n${bullets(f.faults, 'en-US')}`,
    (f) => `${f.path} 中的预设问题有误：\n${bullets(f.faults, 'zh-CN')}`,
  ),
};
