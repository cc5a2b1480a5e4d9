// Whatever is wrong with what it is given, the command says so in a sentence with a code, and the original is untouched.
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../fixtures/command-line.ts';
import { createProductBook, demoPhotos, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

let made: ProductBook;
beforeAll(async () => {
  made = await createProductBook([['A', 'photos/hat-1.jpg']]);
});
afterAll(() => made.remove());

const environment = () => ({ ROWSCRIBE_DATA_FOLDER: made.data });
const cfbMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');

async function inFolder(name: string, bytes: string | Buffer): Promise<string> {
  const file = path.join(made.folder, name);
  await writeFile(file, bytes);
  return file;
}

describe('what cannot be filled at all', () => {
  const cases: readonly (readonly [string, () => Promise<readonly string[]>, string, number])[] = [
    ['a missing file', async () => [path.join(made.folder, 'none.xlsx')], 'workbook-missing', 3],
    ['a text file', async () => [await inFolder('text.xlsx', 'SKU,图片\n1,a.jpg\n')], 'workbook-unreadable', 3],
    ['an empty file', async () => [await inFolder('empty.xlsx', '')], 'workbook-unreadable', 3],
    [
      'an encrypted or old workbook',
      async () => [await inFolder('old.xlsx', Buffer.concat([cfbMagic, Buffer.alloc(2048)]))],
      'workbook-encrypted',
      3,
    ],
    ['an unknown recipe', async () => [made.book, '--recipe', 'nope'], 'recipe-unknown', 3],
    ['an unknown sheet', async () => [made.book, '--sheet', 'nope'], 'sheet-missing', 3],
    ['a wrong range of rows', async () => [made.book, '--rows', 'two'], 'rows-invalid', 3],
    ['an unknown option', async () => [made.book, '--fast'], 'usage', 2],
    ['a wrong count', async () => [made.book, '--preview', '0'], 'usage', 2],
  ];

  test.each(cases)('%s is refused with its code', async (_, words, code, exit) => {
    const before = await readFile(made.book);
    const end = await run(['fill', ...(await words())], environment());
    expect(end.stderr).toContain(`[${code}]`);
    expect(end.code).toBe(exit);
    expect(await readFile(made.book)).toEqual(before);
  });

  test('a workbook without recognisable columns is told which are missing and which were seen', async () => {
    const own = await createProductBook([]);
    const plain = path.join(own.folder, 'plain.xlsx');
    await cp(own.book, plain);
    const edits = path.join(own.folder, 'edits.json');
    const headers = [
      '图片',
      '描述',
      '标题A',
      '首段A',
      '标题B',
      '首段B',
      '标题C',
      '首段C',
      '关键词',
      '合规检查',
      '状态',
    ];
    const list = headers.map((_, index) => ({ sheet: '商品', cell: `${'BCDEFGHIJKL'[index]}1`, value: `列${index}` }));
    await writeFile(edits, JSON.stringify(list));
    expect((await run(['patch', plain, edits], { ROWSCRIBE_DATA_FOLDER: own.data })).code).toBe(0);
    const end = await run(['fill', plain], { ROWSCRIBE_DATA_FOLDER: own.data });
    expect(end.stderr).toMatch(/列0.*\[columns-missing\]/s);
    expect(end.code).toBe(3);
    await own.remove();
  });

  test.each([
    ['a model that is not there', 'missing.gguf', 'model-missing'],
    ['a model that is not GGUF', 'corrupt.gguf', 'model-corrupt'],
  ])('%s stops the run before any row', async (_, name, code) => {
    await writeFile(path.join(made.folder, 'corrupt.gguf'), Buffer.alloc(4096, 7));
    const model = path.join(made.folder, name);
    const end = await run(['fill', made.book], { ...environment(), ROWSCRIBE_MODEL: model, ROWSCRIBE_MMPROJ: model });
    expect(end.stderr).toContain(`[${code}]`);
    expect(end.code).toBe(5);
    expect((await readProductBook(made.book)).rows[0]?.['状态']).toBe('');
  });

  test('faults of the settings are reported together', async () => {
    const settings = await inFolder('settings.yaml', 'imageTokensMax: 5\nmodel: a.gguf\nunknownThing: 1\n');
    const end = await run(['fill', made.book], { ...environment(), ROWSCRIBE_SETTINGS: settings });
    expect(end.stderr).toMatch(/imageTokensMax.*unknownThing.*mmproj.*\[settings-invalid\]/s);
    expect(end.code).toBe(3);
  });
});

describe('rows that cannot be done', () => {
  test('each gets a status that says what to do, and the other rows are done', async () => {
    const own = await createProductBook([
      ['good', 'photos/hat-1.jpg'],
      ['missing', 'photos/none.jpg'],
      ['broken', 'photos/broken.jpg'],
      ['text', 'photos/text.jpg'],
      ['huge', 'photos/huge.jpg'],
      ['outside', '../outside.jpg'],
      ['link', 'photos/link.jpg'],
      ['web', 'https://example.com/a.jpg'],
      ['network', '//server/share/a.jpg'],
      ['none', ''],
      ['fine', 'photos/pants-3.jpg'],
    ]);
    try {
      const photos = path.join(own.folder, 'photos');
      const photo = await readFile(path.join(demoPhotos, 'hat-1.jpg'));
      await writeFile(path.join(photos, 'broken.jpg'), photo.subarray(0, photo.length / 2));
      await writeFile(path.join(photos, 'text.jpg'), 'not a picture');
      await writeFile(path.join(photos, 'huge.jpg'), Buffer.concat([photo, Buffer.alloc(21 * 1024 * 1024)]));
      await symlink('/etc/hostname', path.join(photos, 'link.jpg'));
      const end = await run(['fill', own.book, '--json'], { ROWSCRIBE_DATA_FOLDER: own.data });
      expect(end.code).toBe(4);
      const reasons = Object.fromEntries(end.lines.map((line) => [line['key'], line['reason']]));
      expect(reasons).toEqual({
        good: '',
        missing: 'picture-missing',
        broken: 'picture-broken',
        text: 'picture-format',
        huge: 'picture-too-large',
        outside: 'picture-outside',
        link: 'picture-outside',
        web: 'picture-url',
        network: 'picture-path-refused',
        none: 'picture-none',
        fine: '',
      });
      const { rows } = await readProductBook(own.book);
      for (const row of rows) {
        const isGood = row['SKU'] === 'good' || row['SKU'] === 'fine';
        expect(row['状态'], row['SKU']).toMatch(isGood ? /^完成/ : /^失败：.+/);
        expect(row['描述'] === '', row['SKU']).toBe(!isGood);
      }
    } finally {
      await own.remove();
    }
  });

  test('the first three failing alike stop the run and say why', async () => {
    const own = await createProductBook(Array.from({ length: 6 }, (_, index) => [`${index}`, `pictures/${index}.jpg`]));
    try {
      const end = await run(['fill', own.book, '--json'], { ROWSCRIBE_DATA_FOLDER: own.data });
      expect(end.code).toBe(4);
      expect(end.stderr).toContain('first 3 rows all failed');
      expect(end.lines.length).toBeLessThan(6);
    } finally {
      await own.remove();
    }
  });
});
