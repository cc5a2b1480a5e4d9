// What every Journal knows of texts that people let stand.
import { expect, test } from 'vitest';
import type { DeliveredCell, Journal } from '../../server/ports/store.ts';
import { answer, spec } from '../fixtures/journal-spec.ts';

const { workbook, sheet } = spec;
const at = { workbook, sheet, rowKey: 'A' };

/** Part of the journal's contract. */
export function acceptance(fresh: () => Journal): void {
  const deliver = (journal: Journal, text: string, change: Partial<DeliveredCell> = {}, rows = '') => {
    const { run } = journal.beginRun({ ...spec, rows }, 1);
    const cell = { rowKey: 'A', column: 'description', text, previous: '', reason: '', answer, ...change };
    journal.recordDelivery(run.id, [], [cell], 1);
    journal.endRun(run.id, 'finished', 2);
  };
  const accept = (journal: Journal, text: string) => journal.accept(at, new Map([['description', text]]), 3);

  test('a text that the model wrote and a person let stand counts as unchanged', () => {
    const journal = fresh();
    deliver(journal, '一');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 0, unchanged: 0 });
    accept(journal, '一');
    accept(journal, '一');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 1, unchanged: 1 });
    expect(journal.acceptance(workbook, '鞋')).toEqual({ cells: 0, unchanged: 0 });
    const isAccepted = journal.accepted(workbook, sheet);
    expect([isAccepted('A', 'description', '一'), isAccepted('A', 'description', '二')]).toEqual([true, false]);
    expect([isAccepted('B', 'description', '一'), isAccepted('A', 'title', '一')]).toEqual([false, false]);
  });

  test('a text that a person changed first is accepted, not unchanged', () => {
    const journal = fresh();
    deliver(journal, '一');
    accept(journal, '人写的');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 1, unchanged: 0 });
  });

  test('a text that was asked for again is not unchanged', () => {
    const journal = fresh();
    deliver(journal, '一');
    deliver(journal, '二', { reason: '太长' }, 'regenerate C2');
    accept(journal, '二');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 1, unchanged: 0 });
    deliver(journal, '三', {}, 'regenerate C2');
    accept(journal, '三');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 1, unchanged: 0 });
  });

  test.each([
    ['the model', {}],
    ['a person', { isPersons: true as const }],
  ])('what %s writes over it takes the acceptance away, and a new one counts', (_, change) => {
    const journal = fresh();
    deliver(journal, '一');
    accept(journal, '一');
    deliver(journal, '二', change, '2');
    expect(journal.acceptance(workbook, sheet)).toEqual({ cells: 0, unchanged: 0 });
    accept(journal, '二');
    expect(journal.acceptance(workbook, sheet).cells).toBe(1);
  });
}
