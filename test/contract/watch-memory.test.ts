// What a watch remembers, on the real store beside the real journal.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { restoredReason } from '../../server/jobs/watch-changes.ts';
import type { StoredAnswer } from '../../server/ports/store.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { openWatchMemory } from '../../server/store/watch-memory.ts';

const answer: StoredAnswer = {
  ...{ outcome: 'done', reason: '', status: '完成', texts: {}, originals: {}, model: 'demo', seed: 7 },
  ...{ pictures: ['abc'], seconds: 1, cachedTokens: 0 },
};
const [book, other, sheet] = ['/shop/book.xlsx', '/shop/other.xlsx', '商品'];

function open() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rowscribe-memory-'));
  const journal = openJournal(folder);
  const memory = openWatchMemory(folder);
  onTestFinished(() => {
    memory.close();
    journal.close();
    rmSync(folder, { recursive: true });
  });
  const deliver = (key: string, text: string, reason = '') => {
    const { run } = journal.beginRun({ workbook: book, sheet, recipe: 'small', mode: 'empty', rows: '' }, 1000);
    const record = { key, fingerprint: `f-${key}`, crashes: 0 };
    for (const state of ['working', 'answered'] as const) journal.putRow(run.id, { ...record, state, answer });
    journal.recordDelivery(run.id, [key], [{ rowKey: key, column: 'title', text, previous: '', reason, answer }], 2000);
    journal.endRun(run.id, 'finished', 3000);
  };
  return { journal, memory, deliver, reopened: () => openWatchMemory(folder) };
}

const question = { sheet, rowKey: 'A', column: 'title', text: 'mine', askedAtMs: 5 };

describe('the memory of a watch', () => {
  test('keeps tries and hashes of pictures over a restart, and forgets a try that is settled', () => {
    const { memory, reopened } = open();
    memory.noteTried(book, [
      { sheet, rowKey: 'A', identity: 'one' },
      { sheet, rowKey: 'B', identity: 'two' },
    ]);
    memory.noteTried(book, [{ sheet, rowKey: 'A', identity: undefined }]);
    memory.notePictureHash('a.jpg|1|2', 'abc', 1);
    const again = reopened();
    expect([...again.tried(book, sheet)]).toEqual([['B', 'two']]);
    expect([...again.tried(other, sheet)]).toEqual([]);
    expect([again.pictureHash('a.jpg|1|2'), again.pictureHash('a.jpg|1|3')]).toEqual(['abc', undefined]);
    again.close();
  });

  test('asks each question once, with its newest text, until it is settled', () => {
    const { memory } = open();
    memory.ask(book, [question, { ...question, rowKey: 'B' }]);
    memory.ask(book, [{ ...question, text: 'mine, later', askedAtMs: 9 }]);
    expect(memory.questions(book).map(({ rowKey, text }) => [rowKey, text])).toEqual([
      ['B', 'mine'],
      ['A', 'mine, later'],
    ]);
    memory.settle(book, { sheet, rowKey: 'A' }, 'title', 'mine', 10);
    expect(memory.questions(book).map(({ rowKey }) => rowKey)).toEqual(['B']);
    memory.ask(book, [{ ...question, askedAtMs: 11 }]);
    expect(memory.questions(book).map(({ rowKey }) => rowKey)).toEqual(['B', 'A']);
  });

  test('lets a row go on under another key with its texts, history and questions, but never takes another row’s', () => {
    const { journal, memory, deliver } = open();
    deliver('A', 'ours');
    deliver('B', 'other');
    memory.ask(book, [question]);
    expect(memory.rekey(book, sheet, 'A', 'B')).toBe(false);
    expect(memory.rekey(book, sheet, 'A', 'C')).toBe(true);
    expect([...journal.lastDelivered(book, sheet, 'C')]).toEqual([['title', 'ours']]);
    expect(journal.lastDelivered(book, sheet, 'A').size).toBe(0);
    expect(journal.history(book, sheet, 'C', 'title').map(({ text }) => text)).toEqual(['ours']);
    expect([...journal.lastRows(book, sheet).keys()].toSorted()).toEqual(['B', 'C']);
    expect(memory.questions(book).map(({ rowKey }) => rowKey)).toEqual(['C']);
  });

  test('gives a copied workbook everything that is known of the one it was, once and for all', () => {
    const { journal, memory, deliver } = open();
    deliver('A', 'ours');
    deliver('A', 'ours', restoredReason);
    memory.ask(book, [question]);
    expect([memory.isKnown(book), memory.isKnown(other)]).toEqual([true, false]);
    expect(memory.workbooksWith(sheet, ['A', 'X'])).toEqual([book]);
    expect(memory.workbooksWith(sheet, ['X'])).toEqual([]);
    memory.adopt(book, other, 9000);
    expect(memory.isKnown(other)).toBe(true);
    expect([...journal.lastDelivered(other, sheet, 'A')]).toEqual([['title', 'ours']]);
    expect(journal.history(other, sheet, 'A', 'title')).toEqual(journal.history(book, sheet, 'A', 'title'));
    expect(journal.lastRows(other, sheet).get('A')).toEqual(journal.lastRows(book, sheet).get('A'));
    expect(memory.questions(other)).toEqual(memory.questions(book));
    expect(journal.hasUnfinished(other)).toBe(false);
    deliver('A', 'newer');
    expect([...journal.lastDelivered(other, sheet, 'A')]).toEqual([['title', 'ours']]);
  });
});
