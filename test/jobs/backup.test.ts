// When a workbook is backed up, and how it is restored.
import { describe, expect, test } from 'vitest';
import { RowscribeError, type ErrorCode } from '../../server/errors.ts';
import { localTime } from '../../server/jobs/local-time.ts';
import { restore } from '../../server/jobs/restore.ts';
import { book, createFillBench, product, tableOf, type FillBench } from '../fixtures/fill-bench.ts';

const rows = [product('A'), product('B')];
const dayMs = 24 * 3600 * 1000;
const signal = new AbortController().signal;
const restoreIn = ({ parts }: FillBench, at?: string) => restore(parts, book, at, signal);
const full = new RowscribeError('backup-failed', { path: book, folder: '/data', detail: 'ENOSPC' });

describe('a fill', () => {
  test('backs the workbook up before it first writes into it', async () => {
    const bench = createFillBench({ rows });
    const before = bench.workbooks.texts(book);
    await bench.fill();
    const list = await bench.backups.list(book);
    expect(list).toHaveLength(1);
    expect(bench.workbooks.texts(list[0]?.path ?? '')).toEqual(before);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述' });
  });

  test('does so once a day, at the first write of the day', async () => {
    const bench = createFillBench({ rows });
    await bench.fill();
    bench.put([...rows, product('C')]);
    await bench.fill();
    expect(await bench.backups.list(book)).toHaveLength(1);
    bench.clock.advance(dayMs);
    bench.put([...rows, product('D')]);
    await bench.fill();
    expect(await bench.backups.list(book)).toHaveLength(2);
  });

  test('that has nothing to write takes no backup', async () => {
    const bench = createFillBench({ rows: [] });
    await bench.fill();
    expect(await bench.backups.list(book)).toEqual([]);
  });

  test('whose backup fails writes nothing, says why, and writes once the backup can be taken', async () => {
    const bench = createFillBench({ rows });
    const before = bench.workbooks.texts(book);
    bench.backups.failNextTake(full);
    const running = bench.fill();
    await bench.noted.until(() => bench.noted.retries.length === 1);
    expect(bench.noted.retries[0]?.code).toBe('backup-failed');
    expect(bench.workbooks.texts(book)).toEqual(before);
    expect(bench.patches).toEqual([]);
    bench.clock.advance(1000);
    expect(await running).toMatchObject({ state: 'finished' });
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', D3: 'B的描述' });
    expect(await bench.backups.list(book)).toHaveLength(1);
  });
});

describe('restore', () => {
  test('puts the newest backup back, and keeps what was there', async () => {
    const bench = createFillBench({ rows });
    const before = bench.workbooks.texts(book);
    await bench.fill();
    const filled = bench.workbooks.texts(book);
    expect(await restoreIn(bench)).toMatchObject({ isWritten: true });
    expect(bench.workbooks.texts(book)).toEqual(before);
    await restoreIn(bench, '1');
    expect(bench.workbooks.texts(book)).toEqual(filled);
  });

  test('finds a backup by number, by day and by time', async () => {
    const bench = createFillBench({ rows });
    for (const text of ['one', 'two', 'three']) {
      bench.put([product(text)]);
      await bench.backups.take(book, bench.clock.now());
      bench.clock.advance(dayMs);
    }
    const list = await bench.backups.list(book);
    const times = list.map((one) => localTime(one.takenAtMs));
    for (const [index, text] of ['three', 'two', 'one'].entries()) {
      const time = times[index] ?? '';
      for (const at of [time, time.replace(' ', 'T'), time.slice(0, 10)]) {
        const { backup } = await restoreIn(bench, at);
        expect(bench.workbooks.texts(backup.path)['商品!A2']).toBe(text);
        expect(bench.cells()['A2']).toBe(text);
      }
    }
    expect((await restoreIn(bench, '2')).backup.takenAtMs).toBe((await bench.backups.list(book))[2]?.takenAtMs);
  });

  test('restores the oldest one also when keeping the present state makes one too many', async () => {
    const bench = createFillBench({ rows });
    for (let count = 1; count <= 14; count += 1) {
      bench.put([product(`v${count}`)]);
      await bench.backups.take(book, count);
    }
    bench.put([product('now')]);
    await restoreIn(bench, '14');
    expect(bench.cells()['A2']).toBe('v1');
    expect(await bench.backups.list(book)).toHaveLength(14);
  });

  const nothing = () => undefined;
  test.each<[string, string | undefined, ErrorCode, (bench: FillBench) => unknown]>([
    ['the number is not in the list', '7', 'backup-unknown', nothing],
    ['the time is not in the list', '1999-01-01', 'backup-unknown', nothing],
    ['the time is empty', '', 'backup-unknown', nothing],
    ['the workbook is open elsewhere', undefined, 'workbook-open', (bench) => bench.workbooks.setOpenBy(book, 'Anna')],
    ['the workbook is being filled', undefined, 'workbook-in-use', (bench) => bench.journal.claim(book)],
    ['the present state cannot be kept', undefined, 'backup-failed', (bench) => bench.backups.failNextTake(full)],
  ])('changes nothing when %s', async (_, at, code, prepare) => {
    const bench = createFillBench({ rows });
    await bench.backups.take(book, 1);
    prepare(bench);
    bench.workbooks.put(book, tableOf([product('now')]));
    const before = bench.workbooks.texts(book);
    await expect(restoreIn(bench, at)).rejects.toMatchObject({ code });
    expect(bench.workbooks.texts(book)).toEqual(before);
  });

  test('says so when there is no backup', async () => {
    await expect(restoreIn(createFillBench({ rows }))).rejects.toMatchObject({ code: 'backup-none' });
  });

  test('gives the workbook back to the next run, and says when there is nothing to change', async () => {
    const bench = createFillBench({ rows });
    await bench.backups.take(book, 1);
    expect(await restoreIn(bench)).toMatchObject({ isWritten: false });
    expect(bench.journal.claim(book)).toBeDefined();
  });

  test('fills the restored workbook anew when it is asked to', async () => {
    const bench = createFillBench({ rows });
    await bench.fill();
    await restoreIn(bench);
    expect(bench.cells()).not.toHaveProperty('D2');
    await bench.fill();
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', D3: 'B的描述' });
  });

  test('keeps a colleague’s save that comes between the two steps', async () => {
    const bench = createFillBench({ rows });
    await bench.backups.take(book, 1);
    bench.put([product('now')]);
    const { workbooks } = bench.parts;
    let replaced = 0;
    const replace: typeof workbooks.replace = async (...args) => {
      replaced += 1;
      if (replaced === 1) bench.put([product('theirs')]);
      return workbooks.replace(...args);
    };
    await restore({ ...bench.parts, workbooks: { ...workbooks, replace } }, book, undefined, signal);
    expect(bench.cells()['A2']).toBe('A');
    const kept = (await bench.backups.list(book)).map((one) => bench.workbooks.texts(one.path)['商品!A2']);
    expect(kept).toEqual(['theirs', 'now', 'A']);
  });
});
