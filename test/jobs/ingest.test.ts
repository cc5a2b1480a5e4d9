// Which sheet of a workbook is filled, and what is said when none can be.
import { describe, expect, test } from 'vitest';
import { viewSheet } from '../../server/jobs/ingest.ts';
import { createMemoryWorkbooks, type PlainSheet } from '../fakes/memory-workbooks.ts';
import { book } from '../fixtures/fill-bench.ts';
import { smallRecipe } from '../fixtures/recipe.ts';

const signal = new AbortController().signal;
const sheet = (name: string, headers: readonly string[], hidden = false): PlainSheet => ({
  ...{ name, hidden },
  cells: Object.fromEntries(headers.map((header, column) => [`${String.fromCharCode(65 + column)}1`, header])),
});

async function view(sheets: readonly PlainSheet[], name?: string) {
  const workbooks = createMemoryWorkbooks();
  workbooks.put(book, sheets);
  return viewSheet(await workbooks.open(book), smallRecipe, name, signal);
}

const notes = sheet('说明', ['怎么用']);
const few = sheet('少', ['图片', '描述']);
const many = sheet('多', ['图片', '描述', '标题', '状态']);

describe('the sheet that is filled', () => {
  test('is the visible one with most of the recipe’s columns', async () => {
    expect((await view([notes, few, many])).sheet).toBe('多');
    expect((await view([many, few])).sheet).toBe('多');
  });

  test('is the first of equals', async () => {
    expect((await view([notes, { ...few, name: '甲' }, { ...few, name: '乙' }])).sheet).toBe('甲');
  });

  test('is never a hidden one, unless it is named', async () => {
    const hidden = { ...many, hidden: true };
    expect((await view([few, hidden])).sheet).toBe('少');
    expect((await view([few, hidden], '多')).sheet).toBe('多');
  });

  test('has its headers also below hundreds of blank rows', async () => {
    const low: PlainSheet = { name: '低', cells: { A1: ' ', A300: '图片', B300: '描述' } };
    expect((await view([low])).map.headerRow).toBe(300);
  });
});

describe('a workbook without such a sheet', () => {
  test('says what is missing and what was seen, of the first sheet that has headers at all', async () => {
    const failing = view([sheet('空', []), sheet('表', ['商品', '价格']), notes]);
    await expect(failing).rejects.toMatchObject({ code: 'columns-missing', facts: { seen: ['商品', '价格'] } });
  });

  test('says which columns are ambiguous', async () => {
    const failing = view([sheet('表', ['图片', '描述', '文案（旧）', '描述'])]);
    await expect(failing).rejects.toMatchObject({ code: 'columns-ambiguous', facts: { headers: ['描述', '描述'] } });
  });

  test('says that a named sheet is not there', async () => {
    await expect(view([few], '多')).rejects.toMatchObject({ code: 'sheet-missing', facts: { known: ['少'] } });
  });
});
