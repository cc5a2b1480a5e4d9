// Who is who in a watched folder: rows without a key, workbooks that were renamed or copied, and memory over restarts.
import { copyFile, rename } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Watch } from '../../server/jobs/watch.ts';
import { headers, product } from '../fixtures/fill-bench.ts';
import { bookOf, filled, rowsOf, saveWhole, startWatch, type Rows } from '../fixtures/watch-bench.ts';

const keyless = headers.slice(1);
const bare = (row: readonly string[]) => row.slice(1);

describe('a row without a key', () => {
  async function startKeyless(keys: readonly string[]) {
    const bench = await startWatch({ books: {} });
    const save = async (rows: Rows) => saveWhole(bench.file('book'), await bookOf(rows, keyless));
    const rows = async () => (await rowsOf(bench.file('book'))).map((row) => row.slice(0, keyless.length));
    await save(keys.map((key) => bare(product(key))));
    await bench.said(`book done ${keys.length}/0/0`);
    return { ...bench, save, rows };
  }
  const changed = (key: string, fact: string) => [`${key}.jpg`, fact, ...filled(key).slice(3)];

  test('is known again by its copy when its inputs change: it is written anew, and the others are not', async () => {
    const bench = await startKeyless(['A', 'B']);
    await bench.save([bare(filled('B')), changed('A', 'A2')]);
    await bench.said('book done 1/0/0');
    expect(await bench.rows()).toEqual([bare(filled('B')), ['A.jpg', ...filled('A2').slice(2)]]);
    expect(bench.looks()).toEqual(['A', 'B', 'A2']);
    await bench.settle();
    expect(bench.looks()).toEqual(['A', 'B', 'A2', 'end']);
  });

  test('keeps what a person edited in it, and the status says that its inputs changed', async () => {
    const bench = await startKeyless(['A', 'B']);
    await bench.save([['A.jpg', 'A2', '我的描述', ...filled('A').slice(4)], bare(filled('B'))]);
    await bench.said('book done 0/1/0');
    expect(bench.lines).toContain('book stale 2');
    const [a, b] = await bench.rows();
    expect(a?.slice(1, 4)).toEqual(['A2', '我的描述', 'A2的标题']);
    expect(a?.[6]).toMatch(/^需人工：输入已变/);
    expect(b).toEqual(bare(filled('B')));
  });

  test('is nobody’s when it is a copy of one that is still there: its words stay as they are', async () => {
    const bench = await startKeyless(['A']);
    await bench.save([bare(filled('A')), changed('A', 'A2')]);
    await bench.settle();
    expect(await bench.rows()).toEqual([bare(filled('A')), changed('A', 'A2')]);
    expect(bench.looks()).toEqual(['A', 'end']);
  });
});

describe('a workbook', () => {
  const changedB = ['B', 'B.jpg', 'B2', ...filled('B').slice(3)];

  test('that is renamed keeps its history: a changed row is written anew, the finished ones are left', async () => {
    const bench = await startWatch({ books: { book: [product('A'), product('B')] }, goneAfterMs: 100 });
    await bench.said('book done 2/0/0');
    await rename(bench.file('book'), bench.file('renamed'));
    await bench.said('event gone book');
    await bench.settle();
    await bench.save([filled('A'), changedB], 'renamed');
    await bench.said('renamed done 1/0/0');
    expect(await bench.rows('renamed')).toEqual([filled('A'), ['B', 'B.jpg', ...filled('B2').slice(2)]]);
    expect(bench.looks()).toEqual(['A', 'B', 'end', 'B2']);
  });

  test('that is copied has the history too, and from then on each its own', async () => {
    const bench = await startWatch({ books: { book: [product('A'), product('B')] } });
    await bench.said('book done 2/0/0');
    await copyFile(bench.file('book'), bench.file('copy'));
    await bench.said('event settled copy');
    await bench.save([filled('A'), changedB], 'copy');
    await bench.said('copy done 1/0/0');
    await bench.save([['A', 'A.jpg', 'A3', ...filled('A').slice(3)], filled('B')]);
    await bench.said('book done 1/0/0');
    expect((await bench.rows())[1]).toEqual(filled('B'));
    expect((await bench.rows('copy'))[0]).toEqual(filled('A'));
  });

  test('that only has keys in common with another one is its own', async () => {
    const bench = await startWatch({ books: { book: [product('A')] } });
    await bench.said('book done 1/0/0');
    const own = ['A', 'A.jpg', 'A', '甲', '乙', '丙', '', ''];
    await bench.save([own], 'other');
    await bench.settle();
    await bench.save([['A', 'A.jpg', 'A2', '甲', '乙', '丙', '', '']], 'other');
    await bench.settle('later');
    expect((await bench.rows('other'))[0]?.slice(3, 6)).toEqual(['甲', '乙', '丙']);
    expect(bench.looks()).toEqual(['A', 'end', 'later']);
  });

  test('whose rows failed is not tried again by a watch that was started anew', async () => {
    const bench = await startWatch({ books: { book: [product('A')] }, engine: () => ({ json: {} }) });
    await bench.said(/^book done 0\/[01]\/[01]$/);
    await bench.save([product('B')], 'end');
    await bench.said(/^end done/);
    const looks = bench.looks().length;
    const said: string[] = [];
    const observer = {
      ...{ onLoading() {}, onModel() {}, onRestored() {}, onStale() {}, onDone() {}, onWaiting() {}, onError() {} },
      onFilling: (workbook: string) => void said.push(workbook),
    };
    const again = new Watch(bench.parts, bench.optionsFor, observer);
    again.onWorkbook(bench.file('book'));
    expect(await again.runOnce(new AbortController().signal)).toBe(0);
    expect(said).toEqual([]);
    expect(bench.looks()).toHaveLength(looks);
  });
});
