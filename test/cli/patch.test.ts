// rowscribe patch and rowscribe check as scripts use them: one JSON line, exit codes, nothing else touched.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../fixtures/command-line.ts';
import { createProductBook, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

let made: ProductBook;
beforeAll(async () => {
  made = await createProductBook([
    ['A', 'photos/hat-1.jpg', '第一步打开包装。'],
    ['B', 'photos/hat-1.jpg', '全网最低价的帽子'],
  ]);
});
afterAll(() => made.remove());

const edits = async (value: unknown) => {
  const file = path.join(made.folder, 'edits.json');
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

describe('patch', () => {
  test('backs the workbook up before it first writes into it on a day, and not when nothing can be written', async () => {
    const own = await createProductBook([['A', 'photos/hat-1.jpg', '原来的']]);
    onTestFinished(() => own.remove());
    const { book, data } = own;
    const settings = { ROWSCRIBE_DATA_FOLDER: data };
    const before = await readFile(book);
    expect((await run(['patch', book, await edits([])], settings)).code).toBe(0);
    expect((await run(['restore', book, '--list'], settings)).stderr).toContain('backup');
    const list = [{ sheet: '商品', cell: 'C2', value: '新的' }];
    expect((await run(['patch', book, await edits(list)], settings)).code).toBe(0);
    expect((await readProductBook(book)).rows[0]?.['描述']).toBe('新的');
    const restored = await run(['restore', book], settings);
    expect(restored.code, restored.stderr).toBe(0);
    expect(await readFile(book)).toEqual(before);
  });

  test('writes what it can, refuses the rest with a code each, and prints one JSON line', async () => {
    const out = path.join(made.folder, 'patched.xlsx');
    const before = await readFile(made.book);
    const list = [
      { sheet: '商品', cell: 'D2', value: '=1+1' },
      { sheet: '商品', cell: 'E999999999', value: 'x' },
      { sheet: '没有', cell: 'A1', value: 'x' },
    ];
    const end = await run(['patch', made.book, await edits(list), '--out', out], {});
    expect(end.code, end.stderr).toBe(0);
    expect(end.stdout.trim().split('\n')).toHaveLength(1);
    expect(end.lines[0]).toMatchObject({
      written: [{ sheet: '商品', cell: 'D2' }],
      refused: [
        { cell: 'E999999999', code: 'cell-invalid' },
        { sheet: '没有', code: 'sheet-missing' },
      ],
    });
    expect((await readProductBook(out)).rows[0]?.['标题A']).toBe('=1+1');
    expect(await readFile(made.book)).toEqual(before);
  });

  test.each([
    ['text that is not JSON', 'not json'],
    ['an object instead of a list', { sheet: '商品' }],
    ['an edit without a cell', [{ sheet: '商品', value: 'x' }]],
  ])('refuses %s', async (_, value) => {
    const end = await run(['patch', made.book, await edits(value)], {});
    expect(end.code).toBe(3);
    expect(end.stderr).toContain('[edits-invalid]');
  });

  test('names the reason on both streams when the file cannot be patched at all', async () => {
    const old = path.join(made.folder, 'old.xlsx');
    await writeFile(old, Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1024)]));
    const end = await run(['patch', old, await edits([{ sheet: 'S', cell: 'A1', value: 'x' }])], {});
    expect(end.code).toBe(3);
    expect(end.lines[0]).toMatchObject({ written: [], refused: [{ cell: 'A1', code: 'workbook-encrypted' }] });
    expect(end.stderr).toContain('[workbook-encrypted]');
  });
});

describe('check', () => {
  test('judges a text with reasons and says by its exit code whether it must be changed', async () => {
    const bad = await run(['check', '国家级品质，全网最低价', '--json'], {});
    expect(bad.code).toBe(4);
    expect(bad.lines[0]).toMatchObject({ verdict: 'fail', findings: [{ start: 0 }, { category: 'price' }] });
    const good = await run(['check', '棉质衬衫，日常可穿'], {});
    expect(good.code).toBe(0);
    expect(good.stdout.trim()).toBe('Passed');
  });

  test('judges JSON lines one by one and goes on after a line it cannot read', async () => {
    const file = path.join(made.folder, 'lines.jsonl');
    await writeFile(file, '{"id":"a","text":"最好的鞋"}\nnonsense\n{"id":"b","text":"第一步打开包装。"}\n');
    const end = await run(['check', '--jsonl', file], {});
    expect(end.code).toBe(0);
    expect(end.lines.map((line) => [line['id'] ?? line['line'], line['verdict']])).toEqual([
      ['a', 'fail'],
      [2, undefined],
      ['b', 'pass'],
    ]);
  });

  test('checks columns of a workbook where they are', async () => {
    const end = await run(['check', made.book, '--columns', '描述,标题A', '--json'], {});
    expect(end.code).toBe(4);
    expect(end.lines.map((line) => [line['cell'], line['verdict']])).toEqual([
      ['C2', 'pass'],
      ['C3', 'fail'],
    ]);
    const missing = await run(['check', made.book, '--columns', '没有的列'], {});
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('[check-columns-missing]');
  });
});
