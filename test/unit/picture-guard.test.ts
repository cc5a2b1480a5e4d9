// Which picture paths are refused by their letters, and that no link leads out of the roots.
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, isRowscribeError } from '../../server/errors.ts';
import { allowPath, type PathStyle } from '../../server/images/guard.ts';
import { type PictureFiles, pictureFiles, readPicture } from '../../server/images/open.ts';
import { thrownCode } from '../contract/images-contract.ts';

const refusedEverywhere: readonly (readonly [path: string, code: ErrorCode])[] = [
  ['', 'picture-none'],
  [' \t', 'picture-none'],
  ['http://example.com/a.jpg', 'picture-url'],
  ['https://example.com/a.jpg', 'picture-url'],
  ['HTTPS:example.com/a.jpg', 'picture-url'],
  ['ftp://example.com/a.jpg', 'picture-url'],
  ['file:///etc/passwd', 'picture-path-refused'],
  ['file://attacker/share/a.jpg', 'picture-path-refused'],
  ['//attacker/share/a.jpg', 'picture-path-refused'],
  ['\\\\attacker\\share\\a.jpg', 'picture-path-refused'],
  ['/\\attacker\\share\\a.jpg', 'picture-path-refused'],
  ['\\\\?\\C:\\pics\\a.jpg', 'picture-path-refused'],
  ['\\\\?\\UNC\\attacker\\share\\a.jpg', 'picture-path-refused'],
  ['\\\\.\\PhysicalDrive0', 'picture-path-refused'],
  ['\\pics\\a.jpg', 'picture-path-refused'],
  ['C:a.jpg', 'picture-path-refused'],
  ['a.jpg:stream', 'picture-path-refused'],
  ['C:\\pics\\a.jpg:stream', 'picture-path-refused'],
  ['a.jpg::$DATA', 'picture-path-refused'],
  ['data:image/png;base64,AAAA', 'picture-path-refused'],
  ['CON', 'picture-path-refused'],
  ['con.jpg', 'picture-path-refused'],
  ['photos/NUL .png', 'picture-path-refused'],
  ['photos\\com1.jpg', 'picture-path-refused'],
  ['LPT9\\a.jpg', 'picture-path-refused'],
  ['com²', 'picture-path-refused'],
  ['a.jpg.', 'picture-path-refused'],
  ['a.jpg ', 'picture-path-refused'],
  ['photos. /a.jpg', 'picture-path-refused'],
  ['.../a.jpg', 'picture-path-refused'],
  ['a\u0000.jpg', 'picture-path-refused'],
  ['a\n.jpg', 'picture-path-refused'],
  ['a\u202egpj.exe', 'picture-path-refused'],
  ['\ud800.jpg', 'picture-path-refused'],
  ['%2e%2e/a.jpg', 'picture-path-refused'],
  ['%5C%5Cattacker%5Cshare', 'picture-path-refused'],
  ['../secret.jpg', 'picture-outside'],
  ['photos/../../secret.jpg', 'picture-outside'],
  ['..\\secret.jpg', 'picture-outside'],
  ['.', 'picture-outside'],
  ['..', 'picture-outside'],
];

const places = {
  posix: { baseDir: '/shop/books', roots: ['/pics'] },
  windows: { baseDir: 'C:\\shop\\books', roots: ['D:\\pics'] },
};

describe.each(['posix', 'windows'] as const)('in the lettering of %s, a path', (style) => {
  test.each(refusedEverywhere)('%j is refused as %s', (path, code) => {
    expect(codeOf(path, style)).toBe(code);
  });

  test('never throws anything but a typed error, and stays inside a root when allowed', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('..', '.', '/', '\\', ':', 'C:', '%2e', 'CON', ' ', 'a.jpg'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const outcome = codeOf(pieces.join(''), style);
        expect(outcome).toMatch(
          /^picture-(?:none|url|path-refused|outside)$|^(?:\/shop\/books|\/pics|C:\\shop\\books|D:\\pics)/,
        );
        expect(outcome).not.toMatch(/[\\/]\.\.(?:[\\/]|$)/);
      }),
    );
  });
});

describe('an allowed path', () => {
  test.each([
    ['posix', 'a.jpg', '/shop/books/a.jpg'],
    ['posix', 'photos\\红 裙.jpg', '/shop/books/photos/红 裙.jpg'],
    ['posix', './photos//a.jpg', '/shop/books/photos/a.jpg'],
    ['posix', 'photos/../a.jpg', '/shop/books/a.jpg'],
    ['posix', '/pics/a.jpg', '/pics/a.jpg'],
    ['posix', '100%棉.jpg', '/shop/books/100%棉.jpg'],
    ['posix', '..a.jpg', '/shop/books/..a.jpg'],
    ['windows', 'photos/a.jpg', 'C:\\shop\\books\\photos\\a.jpg'],
    ['windows', 'D:\\pics\\a.jpg', 'D:\\pics\\a.jpg'],
    ['windows', 'd:/PICS/a.jpg', 'd:\\PICS\\a.jpg'],
    ['windows', 'console.jpg', 'C:\\shop\\books\\console.jpg'],
  ] as const)('on %s: %j is the file %j', (style, path, file) => {
    expect(allowPath({ path, ...places[style] }, style).file).toBe(file);
  });

  test.each([
    ['posix', '/etc/passwd', 'picture-outside'],
    ['posix', '/shop/books-of-others/a.jpg', 'picture-outside'],
    ['posix', 'D:\\pics\\a.jpg', 'picture-path-refused'],
    ['windows', 'D:\\other\\a.jpg', 'picture-outside'],
    ['windows', '/pics/a.jpg', 'picture-path-refused'],
  ] as const)('does not include, on %s, %j: %s', (style, path, code) => {
    expect(codeOf(path, style)).toBe(code);
  });
});

describe('on disk', () => {
  let top = '';
  let baseDir = '';
  beforeAll(async () => {
    top = await realpath(await mkdtemp(join(tmpdir(), 'rowscribe-guard-')));
    baseDir = join(top, 'shop');
    await mkdir(join(baseDir, 'photos'), { recursive: true });
    await mkdir(join(top, 'private'));
    await writeFile(join(top, 'private', 'secret.jpg'), 'secret');
    await writeFile(join(baseDir, 'photos', 'a.jpg'), 'bytes');
  });
  afterAll(async () => {
    await rm(top, { recursive: true });
  });
  const read = (path: string, files: PictureFiles = pictureFiles, roots: readonly string[] = []) =>
    readPicture({ path, baseDir, roots }, 1000, undefined, files);

  test('a path refused by its letters makes no file-system call', async () => {
    const calls: string[] = [];
    const watched = (name: string) => (): never => {
      calls.push(name);
      throw new Error(`${name} was called`);
    };
    const spy: PictureFiles = {
      open: watched('open'),
      readdir: watched('readdir'),
      realpath: watched('realpath'),
      stat: watched('stat'),
    };
    for (const [path, code] of refusedEverywhere) expect(await thrownCode(read(path, spy))).toBe(code);
    expect(calls).toEqual([]);
  });

  test('a file is read through a Windows separator', async () => {
    expect((await read('photos\\a.jpg')).toString()).toBe('bytes');
  });

  test('a link that leaves the root is refused, a link into another root is followed', async () => {
    await symlink(join(top, 'private', 'secret.jpg'), join(baseDir, 'link.jpg'));
    await symlink(join(top, 'private'), join(baseDir, 'linked'));
    expect(await thrownCode(read('link.jpg'))).toBe('picture-outside');
    expect(await thrownCode(read('linked/secret.jpg'))).toBe('picture-outside');
    expect((await read('link.jpg', pictureFiles, [join(top, 'private')])).toString()).toBe('secret');
  });

  test('a file swapped for a link between the check and the opening is not followed', async () => {
    await writeFile(join(baseDir, 'swap.jpg'), 'bytes');
    const open: PictureFiles['open'] = async (path, flags) => {
      await rm(join(baseDir, 'swap.jpg'));
      await symlink(join(top, 'private', 'secret.jpg'), join(baseDir, 'swap.jpg'));
      return await pictureFiles.open(path, flags);
    };
    expect(await thrownCode(read('swap.jpg', { ...pictureFiles, open }))).toBe('picture-outside');
  });

  test('a folder swapped for a link between the check and the opening is noticed', async () => {
    await mkdir(join(baseDir, 'folder'));
    await writeFile(join(baseDir, 'folder', 'secret.jpg'), 'bytes');
    const open: PictureFiles['open'] = async (path, flags) => {
      await rename(join(baseDir, 'folder'), join(baseDir, 'folder-moved'));
      await symlink(join(top, 'private'), join(baseDir, 'folder'));
      return await pictureFiles.open(path, flags);
    };
    expect(await thrownCode(read('folder/secret.jpg', { ...pictureFiles, open }))).toBe('picture-broken');
  });

  test('what is absent, a folder, or named too long is missing', async () => {
    for (const path of ['none.jpg', 'photos', 'photos/a.jpg/b.jpg', `${'x'.repeat(400)}.jpg`])
      expect(await thrownCode(read(path))).toBe('picture-missing');
  });

  test('an empty file and one over the limit are told apart', async () => {
    await writeFile(join(baseDir, 'empty.jpg'), '');
    await writeFile(join(baseDir, 'large.jpg'), Buffer.alloc(1001));
    expect(await thrownCode(read('empty.jpg'))).toBe('picture-broken');
    expect(await thrownCode(read('large.jpg'))).toBe('picture-too-large');
  });

  test('a name is found in either Unicode form', async () => {
    await mkdir(join(baseDir, 'été'.normalize('NFC')));
    await writeFile(join(baseDir, 'été'.normalize('NFC'), 'がクロ.jpg'.normalize('NFD')), 'kana');
    for (const form of ['NFC', 'NFD']) expect((await read('été/がクロ.jpg'.normalize(form))).toString()).toBe('kana');
    expect(await thrownCode(read('été/ぎ.jpg'))).toBe('picture-missing');
  });
});

/** The code of the refusal, or the file that is allowed. */
function codeOf(path: string, style: PathStyle): string {
  try {
    return allowPath({ path, ...places[style] }, style).file;
  } catch (error) {
    return isRowscribeError(error) ? error.code : String(error);
  }
}
