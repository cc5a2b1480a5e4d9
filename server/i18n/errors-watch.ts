// Errors about watched workbooks.
import { entry } from './error-entry.ts';

export const watchErrors = {
  'question-none': entry<{ path: string; cell: string }>(
    false,
    (f) =>
      `There is nothing to decide about ${f.cell} of ${f.path}. What is open and in which cells shows: rowscribe status BOOK`,
    (f) => `${f.path} 的 ${f.cell} 没有需要决定的内容。待决定的单元格可用这个命令查看：rowscribe status 文件`,
  ),
};
