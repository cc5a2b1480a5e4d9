// What every Journal knows of the changes of a run, of people's own words, and of how long rows take.
import { expect, test } from 'vitest';
import type { DeliveredCell, Journal } from '../../server/ports/store.ts';
import { answer, spec } from '../fixtures/journal-spec.ts';

const { workbook, sheet } = spec;
const cellOf = (
  rowKey: string,
  text: string,
  previous: string,
  change: Partial<DeliveredCell> = {},
): DeliveredCell => ({
  ...{ rowKey, column: 'description', text, previous, reason: '', answer },
  ...change,
});

/** Part of the journal's contract. */
export function changes(fresh: () => Journal): void {
  /** Records cells of a new run; gives its number. */
  const record = (journal: Journal, rows: string, ...cells: readonly DeliveredCell[]): number => {
    const { run } = journal.beginRun({ ...spec, rows }, 1);
    for (const cell of cells) journal.recordDelivery(run.id, [], [cell], 1);
    journal.endRun(run.id, 'finished', 2);
    return run.id;
  };

  test('tells what a run wrote, from what was there before it to what it wrote last', () => {
    const journal = fresh();
    const first = record(journal, '1', cellOf('A', '一', ''), cellOf('B', '二', '人'), cellOf('A', '三', '一'));
    expect(journal.changes(first)).toEqual([
      { rowKey: 'A', column: 'description', before: '', wasOurs: false, text: '三' },
      { rowKey: 'B', column: 'description', before: '人', wasOurs: false, text: '二' },
    ]);
    const second = record(journal, '2', cellOf('A', '四', '三'), cellOf('B', '二', '二'), cellOf('A', '五', '四'));
    expect(journal.changes(second)).toEqual([
      { rowKey: 'A', column: 'description', before: '三', wasOurs: true, text: '五' },
    ]);
    expect(journal.changes(first)).toHaveLength(2);
    expect(journal.changes(second + 1)).toEqual([]);
  });

  test('keeps a person’s words in the history of a cell, and what was last delivered stays what it was', () => {
    const journal = fresh();
    record(journal, '1', cellOf('A', '一', ''));
    record(journal, '2', cellOf('A', '人的', '一', { isPersons: true, reason: 'by hand' }));
    expect(journal.lastDelivered(workbook, sheet, 'A').get('description')).toBe('一');
    const texts = journal.history(workbook, sheet, 'A', 'description').map(({ text, reason }) => [text, reason]);
    expect(texts).toEqual([
      ['人的', 'by hand'],
      ['一', ''],
    ]);
    const over = record(journal, '3', cellOf('A', '二', '人的'));
    expect(journal.changes(over)).toMatchObject([{ before: '人的', wasOurs: false }]);
  });

  test('remembers what a row of each model last took, and of all models the newest', () => {
    const journal = fresh();
    expect(journal.pace(undefined)).toBeUndefined();
    journal.notePace('small', 4.5, 10);
    journal.notePace('large', 1.25, 20);
    journal.notePace('small', 4, 15);
    expect([journal.pace('small'), journal.pace('large'), journal.pace('none')]).toEqual([4, 1.25, undefined]);
    expect(journal.pace(undefined)).toBe(1.25);
  });
}
