// Which workbook a person may open by its path: decided by its letters first, so that nothing of a refused path is touched.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { both, type Bilingual } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';

const refusals: readonly (readonly [test: (text: string) => boolean, reason: Bilingual])[] = [
  [(text) => text === '', both('没有填写路径', 'no path was given')],
  [
    (text) => /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(text),
    both('含有控制字符', 'it holds a control character'),
  ],
  [(text) => /^[a-z][a-z0-9+.-]+:/iu.test(text), both('是网络地址', 'it is a web address')],
  [(text) => /^[\\/]{2}/u.test(text), both('是网络或设备路径', 'it is a network or device path')],
  [(text) => text.replace(/^[a-z]:(?=[\\/])/iu, '').includes(':'), both('含有冒号', 'it holds a colon')],
  [(text) => !/\.xls[xm]$/iu.test(text), both('不是 .xlsx 或 .xlsm 文件', 'it is no .xlsx or .xlsm file')],
  [(text) => /(?:^|[\\/])(?:~\$|\.~)[^\\/]*$/u.test(text), both('是临时文件', 'it is a temporary file')],
];

/** The file-system calls used, so that a test can watch them. */
const pathFiles = { realpath, stat };

/** Quotes and blanks around, as "Copy as path" puts them. */
const bare = (typed: string) => typed.trim().replace(/^"(.*)"$/su, '$1');

/**
 * The real path of the workbook. Network paths are allowed below the folders that the settings name: asking a foreign
 * machine for a file already tells it who asks. Errors: `workbook-path`, `workbook-missing`.
 */
export async function workbookPath(
  typed: string,
  roots: readonly string[],
  files: Pick<typeof pathFiles, 'realpath' | 'stat'> = pathFiles,
): Promise<string> {
  const file = bare(typed);
  const isUnderRoot = roots.some((root) => isInside(root, file));
  const reason = refusals.find(([test]) => test(file))?.[1];
  const isNetwork = /^[\\/]{2}(?![.?])/u.test(file);
  if (reason !== undefined && !(isNetwork && isUnderRoot && /\.xls[xm]$/iu.test(file))) {
    throw new RowscribeError('workbook-path', { path: file.slice(0, 300), detail: reason });
  }
  if (!path.isAbsolute(file)) {
    throw new RowscribeError('workbook-path', {
      path: file,
      detail: both('不是完整路径', 'it is not a full path'),
    });
  }
  try {
    const real = await files.realpath(file);
    if (!/\.xls[xm]$/iu.test(real) || !(await files.stat(real)).isFile()) {
      throw new RowscribeError('workbook-path', {
        path: file,
        detail: both('不是工作簿文件', 'it is no workbook file'),
      });
    }
    return real;
  } catch (cause) {
    if (isRowscribeError(cause)) throw cause;
    throw new RowscribeError('workbook-missing', { path: file }, { cause });
  }
}

function isInside(root: string, file: string): boolean {
  const way = path.relative(root, file);
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
}
