// What the journal answers about runs: the newest, their counts, what waits, what went wrong, who is at work.
import { afterEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/domain/job.ts';
import type { RunHistory } from '../../server/ports/history.ts';
import type { Journal } from '../../server/ports/store.ts';
import { openRunHistory } from '../../server/store/run-history.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { answer, spec } from '../fixtures/journal-spec.ts';
import { testFolder } from '../workbook/make-workbook.ts';

let opened: { journal: Journal; history: RunHistory } | undefined;
afterEach(() => {
  opened?.history.close();
  opened?.journal.close();
});

function open() {
  const folder = testFolder();
  opened = { journal: openJournal(folder), history: openRunHistory(folder) };
  return opened;
}

function answered(journal: Journal, runId: number, key: string, outcome: Outcome, status = ''): void {
  const row = { key, fingerprint: 'f', crashes: 0 };
  journal.putRow(runId, { ...row, state: 'working' });
  journal.putRow(runId, { ...row, state: 'answered', answer: { ...answer, outcome, status } });
}

const newest = { workbook: spec.workbook, runsMax: 10 };

describe('the history of runs', () => {
  test('counts rows by outcome and those that are not in the workbook yet', () => {
    const { journal, history } = open();
    const { run } = journal.beginRun(spec, 1000);
    answered(journal, run.id, 'A', 'done');
    answered(journal, run.id, 'B', 'needs-person');
    answered(journal, run.id, 'C', 'failed', '失败：图片打不开');
    journal.putRow(run.id, { key: 'D', fingerprint: 'f', state: 'working', crashes: 0 });
    journal.recordDelivery(run.id, ['A'], [], 2000);
    expect(history.runs(newest)).toEqual([
      {
        ...{ ...spec, id: run.id, state: 'running', isAlive: false, startedAtMs: 1000, endedAtMs: undefined },
        ...{ counts: { done: 1, 'needs-person': 1, failed: 1 }, waiting: 2, error: undefined },
        failure: { key: 'C', status: '失败：图片打不开' },
        canUndo: false,
      },
    ]);
    journal.endRun(run.id, 'finished', 3000);
    expect(history.runs(newest)).toMatchObject([{ state: 'finished', endedAtMs: 3000 }]);
  });

  test('knows whether a process is at work', () => {
    const { journal, history } = open();
    const release = journal.claim(spec.workbook);
    const { run } = journal.beginRun(spec, 1);
    expect(history.runs(newest)).toMatchObject([{ isAlive: true }]);
    release?.();
    expect(history.runs(newest)).toMatchObject([{ isAlive: false }]);
    journal.claim(spec.workbook);
    journal.endRun(run.id, 'stopped', 2);
    expect(history.runs(newest)).toMatchObject([{ isAlive: false, state: 'stopped' }]);
  });

  test('tells the newest error of a run, until the run is taken up again', () => {
    const { journal, history } = open();
    const { run } = journal.beginRun(spec, 1);
    const error = (code: string) => ({ code, message: { 'zh-CN': '打开着', 'en-US': 'It is open.' } });
    journal.noteError(run.id, error('disk-full'));
    journal.noteError(run.id, error('workbook-open'));
    journal.endRun(run.id, 'stopped', 2);
    expect(history.runs(newest)).toMatchObject([{ error: error('workbook-open') }]);
    journal.beginRun(spec, 3);
    expect(history.runs(newest)).toMatchObject([{ error: undefined }]);
  });

  test('gives the newest runs of a workbook, and of a folder the newest fill of each sheet', () => {
    const { journal, history } = open();
    const begin = (change: Partial<typeof spec>) => {
      const { run } = journal.beginRun({ ...spec, ...change }, 1);
      journal.endRun(run.id, 'finished', 2);
      return run.id;
    };
    begin({});
    const second = begin({});
    const cell = begin({ rows: 'regenerate C7', mode: 'all' });
    const otherSheet = begin({ sheet: '鞋' });
    const otherBook = begin({ workbook: '/shop/sub/b.xlsx' });
    begin({ workbook: '/shopping/c.xlsx' });
    const ids = (scope: Parameters<RunHistory['runs']>[0]) => history.runs(scope).map((run) => run.id);
    expect(ids({ workbook: spec.workbook, runsMax: 2 })).toEqual([otherSheet, cell]);
    expect(ids({ folder: '/shop/' })).toEqual([otherBook, otherSheet, second]);
    expect(ids({ folder: '' })).toHaveLength(4);
    expect(ids({ folder: '/nowhere/' })).toEqual([]);
    expect(ids({ id: otherSheet })).toEqual([otherSheet]);
    begin({ rows: 'undo 1', mode: 'all' });
    begin({ rows: 'write C7', mode: 'all' });
    expect(ids({ runsMax: 3 })).toEqual([otherBook + 1, otherBook, otherSheet]);
  });
});
