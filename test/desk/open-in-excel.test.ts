// Runs into a workbook that is open in Excel, while the person goes on working in it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import excel from 'exceljs';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { cellVersions, regenerateCell, writeByHand } from '../../server/desk/cells.ts';
import { planAnswer, rowsAnswer } from '../../server/desk/sheet-views.ts';
import type { Clock } from '../../server/ports/clock.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import type { MemoryPane } from '../fakes/memory-pane.ts';
import { never, runOf } from '../fixtures/desk-bench.ts';
import { createGate, goodAnswer, product, tableOf } from '../fixtures/fill-bench.ts';
import { createPaneBench, type PaneScript } from '../fixtures/pane-bench.ts';
import { holdingLook } from '../fixtures/run-bench.ts';
import { testFolder } from '../workbook/make-workbook.ts';

const sheet = '商品';
const opened: Awaited<ReturnType<typeof createPaneBench>>[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bench) => bench.close()));
});

async function bench(keys: readonly string[], script: Partial<PaneScript> = {}) {
  const made = await createPaneBench({ sheets: tableOf(keys.map((key) => product(key))), ...script });
  opened.push(made);
  return made;
}

const letters = ['A', 'B', 'C', 'D', 'E', 'F'];
const filled = (keys: readonly string[]) =>
  Object.fromEntries(
    keys.map((key) => [key, expect.objectContaining({ D: `${key}的描述`, E: `${key}的标题`, H: '完成' })]),
  );
/** How often each text of a column was written. */
const times = (written: readonly string[], text: RegExp) => {
  const counts: Record<string, number> = {};
  for (const one of written.map((line) => line.replace(/^[A-Z]+\d+=/, '')).filter((line) => text.test(line))) {
    counts[one] = (counts[one] ?? 0) + 1;
  }
  return counts;
};
const once = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [`${key}的描述`, 1]));

/** Long waits never end by themselves: what goes on then does so because of what happened. */
const patientClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms >= 400 ? 2 ** 31 - 1 : ms, signal),
};

describe('a fill', () => {
  test('goes into the rows it was made for, once, whatever the person does with them between two deliveries', async () => {
    const acts: ((pane: MemoryPane) => void)[] = [
      (pane) => pane.sortDown(sheet, 0),
      (pane) => pane.insertRow(sheet, 2),
      (pane) => pane.type(sheet, 'K1', 'note'),
      () => {},
    ];
    const plan = fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 6, maxLength: 12 });
    for (const steps of fc.sample(plan, { numRuns: 4, seed: 11 })) {
      const beforeWrite = (pane: MemoryPane, count: number) => acts[steps[count - 1] ?? 3]?.(pane);
      const made = await bench(letters, { beforeWrite });
      const { id } = await made.start();
      await made.over(id);
      expect(made.run(id)).toMatchObject({ state: 'finished', counts: { done: letters.length } });
      expect(made.rows(sheet), JSON.stringify(steps)).toEqual(filled(letters));
      expect(times(made.pane.written, /的描述$/)).toEqual(once(letters));
    }
  });

  test('waits for a pane that is gone, and loses and doubles nothing when it is back', async () => {
    const gate = createGate();
    const made = await bench(letters, {
      engine: holdingLook(letters.length, gate),
      clock: patientClock,
      beforeWrite: (_, count) => {
        if (count === 2) made.closePane();
      },
    });
    const { id } = await made.start();
    await made.until((state) => runOf(state, id).problem?.code === 'excel-closed');
    expect(made.desk.state().workbooks[0]?.waiting?.code).toBe('excel-closed');
    gate.open();
    await made.until((state) => runOf(state, id).finished === letters.length);
    expect(made.run(id).state).toBe('running');
    await made.open();
    await made.over(id);
    expect(made.run(id)).toMatchObject({ state: 'finished', counts: { done: letters.length } });
    expect(made.rows(sheet)).toEqual(filled(letters));
    expect(times(made.pane.written, /的描述$/)).toEqual(once(letters));
    expect(made.desk.state().workbooks[0]).not.toHaveProperty('waiting');
  });

  test('that is stopped while its pane is gone ends soon, and what it did is written by the next one', async () => {
    const made = await bench(['A', 'B'], {
      beforeWrite: (_, count) => {
        if (count === 1) made.closePane();
      },
    });
    const { id } = await made.start();
    await made.until((state) => runOf(state, id).finished === 2 && runOf(state, id).problem !== undefined);
    made.desk.runs.stop(id);
    await made.over(id);
    expect(made.run(id)).toMatchObject({ state: 'stopped', problem: { code: 'excel-closed' } });
    await made.open();
    const looks = made.engine.looks.length;
    const next = await made.desk.runs.resume(id);
    await made.over(next.id);
    expect(made.rows(sheet)).toEqual(filled(['A', 'B']));
    expect(made.engine.looks).toHaveLength(looks);
  });

  test('that a restart cut off while its pane was gone is written when the document is opened again, without a look', async () => {
    const first = await bench(['A', 'B'], {
      beforeWrite: (_, count) => {
        if (count === 1) first.closePane();
      },
    });
    const { id } = await first.start();
    await first.until((state) => runOf(state, id).finished === 2 && runOf(state, id).problem !== undefined);
    await first.close();
    expect(first.rows(sheet)['A']).not.toHaveProperty('D');
    const second = await bench(['B', 'A'], { folder: first.folder });
    await second.until(({ runs }) => runs[0]?.state === 'finished');
    expect(second.rows(sheet)).toEqual(filled(['A', 'B']));
    expect(second.engine.looks).toHaveLength(0);
    await second.open();
    expect(second.desk.state().runs.filter(({ state }) => state !== 'finished')).toEqual([]);
  });

  test('that a restart cut off in the middle is not begun again by itself: what it had done is written, the rest is offered', async () => {
    const gate = createGate();
    const first = await bench(['A', 'B', 'C'], { engine: holdingLook(3, gate), beforeWrite: () => first.closePane() });
    const { id } = await first.start();
    await first.until((state) => runOf(state, id).finished === 2 && runOf(state, id).problem !== undefined);
    await first.close();
    const second = await bench(['A', 'B', 'C'], { folder: first.folder });
    const written = () => Object.keys(second.rows(sheet)).filter((key) => second.rows(sheet)[key]?.['D'] !== undefined);
    await second.until(({ runs }) => runs[0]?.state === 'stopped' && written().length > 0);
    // Which two were finished first is nobody's promise.
    expect(written()).toHaveLength(2);
    expect(second.engine.looks).toHaveLength(0);
    const next = await second.desk.runs.resume(second.desk.state().runs[0]?.id ?? '');
    await second.over(next.id);
    expect(second.rows(sheet)).toEqual(filled(['A', 'B', 'C']));
  });

  test.each([
    ['the person types in a cell', 'excel-editing', (pane: MemoryPane, is: boolean) => pane.setEditing(is)],
    [
      'the sheet is protected',
      'excel-protected',
      (pane: MemoryPane, is: boolean) => {
        if (is) pane.protect(sheet);
      },
    ],
  ])('says when %s', async (_, code, change) => {
    const made = await bench(['A'], { beforeWrite: (pane, count) => change(pane, count === 1) });
    const { id } = await made.start();
    await made.until((state) => runOf(state, id).problem?.code === code);
    if (code === 'excel-protected') made.desk.runs.stop(id);
    await made.over(id);
    if (code === 'excel-editing') expect(made.rows(sheet)).toEqual(filled(['A']));
    else expect(made.rows(sheet)['A']).not.toHaveProperty('D');
  });

  test('keeps the words that the person typed meanwhile, and says which cell was left alone', async () => {
    const made = await bench(['A'], {
      beforeWrite: (pane, count) => {
        if (count === 1) pane.type(sheet, 'D2', '人写的');
      },
    });
    const { id } = await made.start();
    await made.over(id);
    expect(made.rows(sheet)['A']).toMatchObject({ D: '人写的', E: 'A的标题' });
    const { rows } = await made.desk.runs.rows(id, { outcome: undefined, offset: 0, limit: 1 }, never);
    const refused = rows[0]?.cells.filter((cell) => cell.refused !== undefined);
    expect(refused).toMatchObject([{ column: 'description', cell: 'D2', refused: { code: 'cell-changed' } }]);
  });

  test('is taken back in the rows where they are now', async () => {
    const made = await bench(['A', 'B']);
    const { id } = await made.start();
    await made.over(id);
    made.pane.sortDown(sheet, 0);
    made.pane.type(sheet, 'D2', '人写的');
    await made.over((await made.desk.runs.undo(id)).id);
    expect(made.rows(sheet)['A']).toEqual({ A: 'A', B: 'A.jpg', C: 'A' });
    expect(made.rows(sheet)['B']).toEqual({ A: 'B', B: 'B.jpg', C: 'B', D: '人写的' });
  });
});

describe('a single cell', () => {
  test('is written by hand where it still holds what the person saw, and is theirs from then on', async () => {
    const made = await bench(['A']);
    await made.over((await made.start()).id);
    const { target } = made.work;
    const { targets } = made.desk;
    const words = { target, cell: 'D2', text: '自己写的', expected: 'A的描述' };
    await writeByHand(targets, words, never);
    await expect(writeByHand(targets, words, never)).rejects.toMatchObject({ code: 'cell-changed' });
    expect(made.rows(sheet)['A']?.['D']).toBe('自己写的');
    const history = await cellVersions(targets, { target, cell: 'D2' }, never);
    expect(history).toMatchObject({ key: 'A', header: '描述', isEdited: true });
    expect(history.versions.map(({ text, previous }) => [previous, text])).toEqual([
      ['A的描述', '自己写的'],
      ['', 'A的描述'],
    ]);
    const { rows } = await rowsAnswer(targets, { target, offset: 0, limit: 5 }, never);
    expect(rows[0]?.cells.map(({ column, state }) => `${column} ${state}`)).toEqual([
      ...['description edited', 'title ours', 'keywords ours', 'compliance ours', 'status ours'],
    ]);
    const scope = { rows: '', mode: 'all', overwriteEdited: false } as const;
    await made.over((await made.start({ scope })).id);
    expect(made.rows(sheet)['A']?.['D']).toBe('自己写的');
    await writeByHand(targets, { ...words, text: 'A的描述', expected: '自己写的' }, never);
    const back = await rowsAnswer(targets, { target, offset: 0, limit: 5 }, never);
    expect(back.rows[0]?.cells[0]?.state).toBe('ours');
  });

  test('is written anew in Excel too', async () => {
    const made = await bench(['A'], { engine: (request, look) => goodAnswer(request, { title: `标题${look}` }) });
    await made.over((await made.start()).id);
    const { target } = made.work;
    const done = await regenerateCell(made.desk.targets, { target, cell: 'E2', reason: '' }, never);
    expect(done).toMatchObject({ text: '标题2', previous: '标题1', isWritten: true });
    expect(made.rows(sheet)['A']?.['E']).toBe('标题2');
  });
});

describe('pictures in the cells of a document', () => {
  async function savedBook(path: string): Promise<void> {
    const book = new excel.Workbook();
    const page = book.addWorksheet(sheet);
    page.addRow(['SKU', '图片', '款', '描述', '标题']);
    for (const [index, key] of ['A', 'B', 'C'].entries()) {
      page.addRow([key, null, key]);
      const background = { r: index * 90, g: 40, b: 90 };
      const png = await sharp({ create: { width: 60, height: 60, channels: 3, background } })
        .png()
        .toBuffer();
      const image = book.addImage({ buffer: png as unknown as excel.Buffer, extension: 'png' });
      page.addImage(image, `B${index + 2}:B${index + 2}`);
    }
    writeFileSync(path, Buffer.from(await book.xlsx.writeBuffer()));
  }

  test('are those of the file as it was saved, found again in the rows as they are now', async () => {
    const path = join(testFolder(), 'book.xlsx');
    await savedBook(path);
    const rows = [
      ['D', '', 'D'],
      ['C', '', 'C', '已有文字'],
      ['A', '', 'A'],
    ];
    const made = await bench([], {
      sheets: tableOf(rows, ['SKU', '图片', '款', '描述', '标题']),
      ...{ path, savedFiles: createWorkbooks() },
    });
    const { target } = made.work;
    const answer = await rowsAnswer(made.desk.targets, { target, offset: 0, limit: 9 }, never);
    const names = answer.rows.map(({ key, pictures }) => [key, pictures.map(({ name }) => name.slice(0, 2))]);
    expect(names).toEqual([
      ['D', []],
      ['C', ['B3']],
      ['A', ['B4']],
    ]);
    // The person is told beforehand which rows will have none.
    const plan = await planAnswer(made.desk.targets, made.work, undefined, never);
    expect(plan).toMatchObject({ rowCount: 3, unseen: { count: 1, numbers: [2] } });
    const { id } = await made.start();
    await made.over(id);
    const bytes = made.images.requests.flatMap((request) =>
      request.bytes === undefined ? [] : [request.bytes.length],
    );
    expect(bytes).toHaveLength(2);
    expect(made.run(id).counts).toMatchObject({ done: 2, failed: 1 });
  });
});
