// Which picture paths may be opened at all, decided by their letters alone: nothing here touches a disk.
import { posix, win32 } from 'node:path';
import { both, type Bilingual } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';

/** A file that may be opened as far as its spelling goes. */
export interface AllowedPath {
  readonly file: string;
  /** The root that `file` lies in. */
  readonly root: string;
}

export interface PathRequest {
  readonly path: string;
  readonly baseDir: string;
  readonly roots: readonly string[];
}

/** The lettering of paths on this machine. */
export type PathStyle = 'posix' | 'windows';

const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/iu;

/** Spellings that some system understands as something other than a file in a folder; the first that fits is the reason. */
const refusals: readonly (readonly [test: (path: string) => boolean, reason: Bilingual])[] = [
  [
    (path) => /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(path),
    both('含有控制字符', 'it holds a control character'),
  ],
  [(path) => /^file:/iu.test(path), both('是 file: 地址', 'it is a file: address')],
  [(path) => /^[\\/]{2}/u.test(path), both('是网络或设备路径', 'it is a network or device path')],
  [(path) => /%[0-9a-f]{2}/iu.test(path), both('含有 %20 之类的编码', 'it holds a code such as %20')],
  [(path) => path.replace(/^[a-z]:(?=[\\/])/iu, '').includes(':'), both('含有冒号', 'it holds a colon')],
  [
    (path) => steps(path).some((step) => deviceName.test(step)),
    both('是系统保留名称', 'it is a name reserved by Windows'),
  ],
  [
    (path) => steps(path).some((step) => !/^\.{1,2}$/u.test(step) && /[. ]$/u.test(step)),
    both('名称以点或空格结尾', 'a name ends in a dot or a space'),
  ],
];

const anotherMachine = both('是其他系统的绝对路径', 'it is an absolute path of another kind of system');

/**
 * The file that a cell's path means, when it may be opened. The same spellings are refused on every system, so that a
 * workbook behaves alike on each; `\` separates folders everywhere, since cells are mostly written on Windows.
 * Errors: `picture-none`, `picture-url`, `picture-path-refused`, `picture-outside`.
 */
export function allowPath(request: PathRequest, style: PathStyle = ownStyle()): AllowedPath {
  const { path } = request;
  if (path.trim() === '') throw new RowscribeError('picture-none', {});
  if (/^(?!file:)[a-z][a-z0-9+.-]*:\/\//iu.test(path) || /^https?:/iu.test(path))
    throw new RowscribeError('picture-url', { path });
  const reason = refusals.find(([test]) => test(path))?.[1];
  if (reason) throw new RowscribeError('picture-path-refused', { path, detail: reason });
  if (isForeign(path, style)) throw new RowscribeError('picture-path-refused', { path, detail: anotherMachine });
  return insideRoot(request, style);
}

/** Whether `file` is strictly inside `folder`; both absolute and without links. */
export function isInside(folder: string, file: string, style: PathStyle = ownStyle()): boolean {
  const paths = style === 'windows' ? win32 : posix;
  const way = paths.relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
}

function insideRoot(request: PathRequest, style: PathStyle): AllowedPath {
  const paths = style === 'windows' ? win32 : posix;
  const file = paths.resolve(request.baseDir, style === 'windows' ? request.path : request.path.replaceAll('\\', '/'));
  const root = [request.baseDir, ...request.roots]
    .map((folder) => paths.resolve(folder))
    .find((folder) => isInside(folder, file, style));
  if (root === undefined) throw new RowscribeError('picture-outside', { path: request.path });
  return { file, root };
}

/** Absolute, but not in this system's way: a drive on POSIX; on Windows `\x`, whose drive depends on the process. */
function isForeign(path: string, style: PathStyle): boolean {
  return style === 'windows' ? /^[\\/]/u.test(path) : /^(?:\\|[a-z]:)/iu.test(path);
}

function steps(path: string): readonly string[] {
  return path.split(/[\\/]/u).filter((step) => step !== '');
}

function ownStyle(): PathStyle {
  return process.platform === 'win32' ? 'windows' : 'posix';
}
