// The watched folder against the ways in which programs save: each save is seen once it is whole, nothing is lost.
import { appendFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createGate, goodAnswer, product } from '../fixtures/fill-bench.ts';
import { bookOf, filled, saveWhole, startWatch } from '../fixtures/watch-bench.ts';

const ab = [filled('A'), product('B')];

describe('a workbook in a watched folder', () => {
  test('is filled when it is there at the beginning, and when it appears later', async () => {
    const bench = await startWatch({ books: { book: [product('A')] } });
    await bench.said('book done 1/0/0');
    await bench.save([product('C')], 'other');
    await bench.said('other done 1/0/0');
    expect([await bench.rows(), await bench.rows('other')]).toEqual([[filled('A')], [filled('C')]]);
  });

  test('saved as Excel does, the old file moved aside, gets its new row filled', async () => {
    const bench = await startWatch({ books: { book: [product('A')] } });
    await bench.said('book done 1/0/0');
    await writeFile(path.join(bench.folder, '5E6F7A8B'), await bookOf(ab));
    await rename(bench.file('book'), path.join(bench.folder, '9C0D.tmp'));
    await rename(path.join(bench.folder, '5E6F7A8B'), bench.file('book'));
    await unlink(path.join(bench.folder, '9C0D.tmp'));
    await bench.said('book done 1/0/0', 2);
    expect(await bench.rows()).toEqual([filled('A'), filled('B')]);
    expect(bench.looks()).toEqual(['A', 'B']);
  });

  test('saved as Excel does, deleted and renamed after a pause, is not taken for another one', async () => {
    const clock = createManualClock();
    const bench = await startWatch({ books: { book: [product('A')] }, clock, goneAfterMs: 5000 });
    await bench.said('book done 1/0/0');
    await writeFile(path.join(bench.folder, '5E6F7A8B'), await bookOf(ab));
    await unlink(bench.file('book'));
    await bench.settle();
    await rename(path.join(bench.folder, '5E6F7A8B'), bench.file('book'));
    await bench.said('book done 1/0/0', 2);
    expect(await bench.rows()).toEqual([filled('A'), filled('B')]);
    clock.advance(5000);
    await bench.settle('later');
    expect(bench.events).not.toContain('gone book');
  });

  test('that is deleted for good is forgotten, and filled when it comes again', async () => {
    const bench = await startWatch({ books: { book: [product('A')] }, goneAfterMs: 100 });
    await bench.said('book done 1/0/0');
    await unlink(bench.file('book'));
    await bench.said('event gone book');
    await bench.save([product('D')]);
    await bench.said('book done 1/0/0', 2);
    expect(await bench.rows()).toEqual([filled('D')]);
  });

  test('that is half there is left alone until it is whole', async () => {
    const bench = await startWatch({ books: {} });
    const bytes = await bookOf([product('A')]);
    await writeFile(bench.file('book'), bytes.subarray(0, 2000));
    await bench.said('event settled book');
    await bench.settle();
    expect(bench.lines.filter((line) => line.startsWith('book'))).toEqual([]);
    await appendFile(bench.file('book'), bytes.subarray(2000));
    await bench.said('book done 1/0/0');
    expect(await bench.rows()).toEqual([filled('A')]);
  });

  test('that stays broken is said to be so once, and the others are filled all the same', async () => {
    const bench = await startWatch({ books: { good: [product('A')] } });
    await writeFile(bench.file('bad'), 'no zip at all');
    await bench.said('bad error workbook-unreadable');
    await bench.settle();
    expect(await bench.rows('good')).toEqual([filled('A')]);
    expect(bench.lines.filter((line) => line.startsWith('bad'))).toHaveLength(1);
  });

  test('that somebody has open waits, by name, and is filled as soon as it is closed', async () => {
    const bench = await startWatch({ books: { good: [product('A')] } });
    await bench.said('good done 1/0/0');
    const lock = path.join(bench.folder, '.~lock.book.xlsx#');
    await writeFile(lock, 'Anna,anna,pc-7,23.11.2026 14:09,file:///home/anna;');
    await bench.save([product('B')]);
    await bench.said(/^book waiting workbook-open .*Anna, LibreOffice/);
    await bench.settle();
    expect(await bench.rows()).toEqual([['B', 'B.jpg', 'B', '', '', '', '', '']]);
    await unlink(lock);
    await bench.said('book done 1/0/0');
    expect(await bench.rows()).toEqual([filled('B')]);
  });

  test('that somebody has open is tried again by itself, also when no event tells that it was closed', async () => {
    const bench = await startWatch({ books: {}, retryMs: 100 });
    const held = bench.parts.journal.claim(bench.file('book'));
    // The claim of this same process stands for another Rowscribe at work on the file.
    await bench.save([product('B')]);
    await bench.said(/^book waiting workbook-in-use/);
    held?.();
    await bench.said('book done 1/0/0');
    expect(bench.lines.filter((line) => line.includes('waiting'))).toHaveLength(1);
  });

  test('that a colleague saves while its rows are written keeps the colleague’s words, and every row is filled once', async () => {
    const gate = createGate();
    const bench = await startWatch({
      books: { book: [product('A'), product('B')] },
      engine: async (request, look) => {
        if (look === 1) await gate.opened;
        return goodAnswer(request);
      },
    });
    await bench.said('book filling 2');
    await bench.save([product('C'), product('B', 'Bens eigene Worte'), product('A')]);
    gate.open();
    await bench.said('book done 1/0/0');
    const [c, b, a] = await bench.rows();
    expect([c, a]).toEqual([filled('C'), filled('A')]);
    expect(b?.slice(0, 5)).toEqual(['B', 'B.jpg', 'B', 'Bens eigene Worte', 'B的标题']);
    expect(bench.looks().toSorted()).toEqual(['A', 'B', 'C']);
  });

  test('that was written by the watch itself is not worked on again for that', async () => {
    const bench = await startWatch({ books: { book: [product('A')] } });
    await bench.said('book done 1/0/0');
    await bench.settle();
    // For the headers, for what it may be a copy of, for the rows: what nobody else touched is not read again after writing.
    expect(bench.opened.filter((name) => name === 'rows of book')).toHaveLength(3);
    const before = await bench.bytes();
    const seen = bench.opened.length;
    await saveWhole(bench.file('book'), before);
    await bench.settle('later');
    // One look at the hash, none at the rows.
    expect(bench.opened.slice(seen).filter((name) => name.endsWith('book'))).toEqual(['book']);
    expect(await bench.bytes()).toEqual(before);
    expect(bench.lines.filter((line) => line.startsWith('book'))).toEqual(['book filling 1', 'book done 1/0/0']);
  });

  test('is the only one to be opened when one of many changes', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `book-${index}`);
    const bench = await startWatch({ books: Object.fromEntries(names.map((name) => [name, [filled('A')]])) });
    await bench.settle();
    const before = bench.opened.length;
    await bench.save([filled('A'), product('B')], 'book-7');
    await bench.said('book-7 done 1/0/0');
    const touched = bench.opened.slice(before).map((name) => name.replace('rows of ', ''));
    expect(new Set(touched.filter((name) => name !== 'end'))).toEqual(new Set(['book-7']));
  });
});
