// The Workbooks contract on workbooks that are open in a pane, and what is particular to them.
import { describe, expect, test } from 'vitest';
import type { LinkRequest } from '../../server/contract/links.ts';
import type { Clock } from '../../server/ports/clock.ts';
import { createPaneWorkbooks } from '../../server/pane/pane-workbooks.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createMemoryPane, type MemoryPane } from '../fakes/memory-pane.ts';
import { createMemoryWorkbooks, type PlainSheet } from '../fakes/memory-workbooks.ts';
import { liveWorkbookContract } from './workbook-contract.ts';

/** Workbooks whose panes answer at once, unless a test says otherwise. */
function createPanes(clock: Clock = createManualClock()) {
  const panes = new Map<string, MemoryPane>();
  const sent: LinkRequest[] = [];
  const gone = new Set<string>();
  const live = createPaneWorkbooks({ files: createMemoryWorkbooks(), clock });
  const answer = (id: string, request: LinkRequest) => {
    const pane = panes.get(id);
    if (pane !== undefined) live.answer(`excel:${id}`, request.id, pane.answer(request));
  };
  live.onRequest((id, request) => {
    sent.push(request);
    if (!gone.has(id)) queueMicrotask(() => answer(id, request));
  });
  const attach = (id: string) => live.attach({ key: `excel:${id}`, id, name: `${id}.xlsx`, folder: '' });
  return {
    ...{ live, workbooks: live.workbooks, sent, gone, attach, answer, clock },
    open: (id: string, sheets: readonly PlainSheet[]): MemoryPane => {
      const pane = createMemoryPane(sheets);
      panes.set(id, pane);
      attach(id);
      return pane;
    },
  };
}

liveWorkbookContract('the workbooks in a pane', () => {
  const panes = createPanes();
  let count = 0;
  return {
    workbooks: panes.workbooks,
    missing: 'excel-closed',
    async make(sheets) {
      const id = `book${(count += 1)}`;
      panes.open(id, sheets);
      return `excel:${id}`;
    },
  };
});

const sheet: PlainSheet = { name: 'S', cells: { A1: 'SKU', B1: 'Text', A2: 'a', A3: 'b' } };
const key = 'excel:x';
const edit = (cell: string, value: string, expected = '') => ({ sheet: 'S', cell, value, expected });

describe('a workbook in a pane', () => {
  test('is read once and then only asked whether it is another one', async () => {
    const { workbooks, open } = createPanes();
    const pane = open('x', [sheet]);
    const first = await workbooks.open(key);
    const report = await workbooks.patch(key, [edit('B2', 'one')], { base: first.sha256 });
    const second = await workbooks.open(key);
    expect(second.sha256).toBe(report.sha256);
    expect(second.sha256).not.toBe(first.sha256);
    expect(pane.asked).toEqual(['sheets', 'read', 'write', 'sheets', 'read']);
  });

  test.each([
    ['a person typed', (pane: MemoryPane) => pane.type('S', 'C9', 'note')],
    ['rows were sorted', (pane: MemoryPane) => pane.sortDown('S', 0)],
    ['a row was inserted', (pane: MemoryPane) => pane.insertRow('S', 2)],
    ['a row was deleted', (pane: MemoryPane) => pane.deleteRow('S', 2)],
  ])('is not written to on the strength of an older look after %s', async (_, change) => {
    const { workbooks, open } = createPanes();
    const pane = open('x', [sheet]);
    const book = await workbooks.open(key);
    change(pane);
    await expect(workbooks.patch(key, [edit('B2', 'one')], { base: book.sha256 })).rejects.toMatchObject({
      code: 'workbook-changed',
    });
    expect(pane.written).toEqual([]);
  });

  test('that nobody answers for is closed: soon said, and at once written when it is there again', async () => {
    const clock = createManualClock();
    const { workbooks, open, gone, attach } = createPanes(clock);
    const pane = open('x', [sheet]);
    const book = await workbooks.open(key);
    gone.add('x');
    const first = workbooks.patch(key, [edit('B2', 'one')], { base: book.sha256 }).catch((error: unknown) => error);
    expect(await clock.untilAsleep()).toBe(30_000);
    clock.advance(30_000);
    expect(await first).toMatchObject({ code: 'excel-closed', retryable: true });
    const second = workbooks.open(key).catch((error: unknown) => error);
    expect(await clock.untilAsleep()).toBe(3000);
    clock.advance(3000);
    expect(await second).toMatchObject({ code: 'excel-closed' });
    gone.delete('x');
    attach('x');
    await workbooks.patch(key, [edit('B2', 'one')], { base: book.sha256 });
    expect(pane.written).toEqual(['B2=one']);
  });

  test('is asked again when its pane is loaded anew, and what was then done twice counts as changed', async () => {
    const clock = createManualClock();
    const { workbooks, open, gone, attach, sent, answer, live } = createPanes(clock);
    const pane = open('x', [sheet]);
    const book = await workbooks.open(key);
    gone.add('x');
    const patch = workbooks.patch(key, [edit('B2', 'one')], { base: book.sha256 }).catch((error: unknown) => error);
    await clock.untilAsleep();
    // It writes, and is gone before it could say so.
    const [request] = sent.slice(-1);
    if (request !== undefined) pane.answer(request);
    gone.delete('x');
    attach('x');
    expect(await patch).toMatchObject({ code: 'workbook-changed' });
    expect(pane.texts()['S!B2']).toBe('one');
    // An answer that nobody waits for does no harm.
    expect(live.answer(key, '99', { answer: 'unchanged' })).toBe(false);
    if (request !== undefined) answer('x', request);
  });

  test.each([
    ['a person types in a cell', 'excel-editing', (pane: MemoryPane) => pane.setEditing(true)],
    ['the sheet is protected', 'excel-protected', (pane: MemoryPane) => pane.protect('S')],
  ])('is left alone while %s, and it is said how to go on', async (_, code, change) => {
    const { workbooks, open } = createPanes();
    const pane = open('x', [sheet]);
    change(pane);
    await expect(workbooks.patch(key, [edit('B2', 'one')])).rejects.toMatchObject({ code, retryable: true });
    expect(pane.texts()).not.toHaveProperty('S!B2');
  });

  test('cannot be replaced or copied as a whole', async () => {
    const { workbooks, open } = createPanes();
    open('x', [sheet]);
    const replacement = { from: '/a', sha256: '', replaces: undefined };
    await expect(workbooks.replace(key, replacement)).rejects.toMatchObject({ code: 'excel-only-cells' });
    await expect(workbooks.patch(key, [], { out: '/b' })).rejects.toMatchObject({ code: 'excel-only-cells' });
    expect(await workbooks.openedBy(key)).toBeUndefined();
  });

  test('lets go at once of one who no longer waits', async () => {
    const { workbooks, open, gone } = createPanes();
    open('x', [sheet]);
    gone.add('x');
    const stop = new AbortController();
    const opening = workbooks.open(key, stop.signal);
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });
});
