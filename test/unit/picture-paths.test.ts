// What a picture cell says, as paths.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitPicturePaths } from '../../server/domain/picture-paths.ts';

describe('a picture cell', () => {
  test.each([
    ['a.jpg', ['a.jpg']],
    ['', []],
    [' \n ; | ', []],
    ['a.jpg;b.png', ['a.jpg', 'b.png']],
    ['a.jpg；b.png|c.webp\r\nd.JPEG', ['a.jpg', 'b.png', 'c.webp', 'd.JPEG']],
    ['a.jpg, b.png', ['a.jpg', 'b.png']],
    ['正面.jpg，背面.jpg、细节.png', ['正面.jpg', '背面.jpg', '细节.png']],
    ['red, large.jpg', ['red, large.jpg']],
    ['a.jpg,', ['a.jpg,']],
    ['"C:\\pics\\a.jpg"', ['C:\\pics\\a.jpg']],
    ['“图 1.jpg”', ['图 1.jpg']],
    ['\u202aD:\\pics\\a.jpg', ['D:\\pics\\a.jpg']],
    ['a.jpg;a.jpg', ['a.jpg']],
    ['my photo 1.jpg', ['my photo 1.jpg']],
  ])('%j names %j', (text, paths) => {
    expect(splitPicturePaths(text)).toEqual(paths);
  });

  test('never gives an empty path, a repeat or a line break, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const paths = splitPicturePaths(text);
        expect(new Set(paths).size).toBe(paths.length);
        for (const path of paths) expect(path).not.toMatch(/^$|[\r\n;；|]/u);
      }),
    );
  });

  test('joined names come back as they were', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9\u4e00-\u9fa5]{1,12}\.(jpg|png|webp)$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1 }),
        fc.constantFrom('\n', ';', '；', '|', ',', '，'),
        (names, by) => {
          expect(splitPicturePaths(names.join(by))).toEqual(names);
        },
      ),
    );
  });
});
