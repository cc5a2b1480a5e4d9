// The Journal contract on SQLite in memory and on disk; other processes, and a kill between two writes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { afterAll, describe, expect, test } from 'vitest';
import type { Journal } from '../../server/ports/store.ts';
import { migrations } from '../../server/store/migrations.ts';
import { openRunHistory } from '../../server/store/run-history.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { spec } from '../fixtures/journal-spec.ts';
import { journalContract } from './journal-contract.ts';

const home = mkdtempSync(path.join(os.tmpdir(), 'rowscribe-journal-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let folders = 0;
const freshFolder = () => path.join(home, String((folders += 1)), 'made when needed');

journalContract('in memory', () => openJournal(':memory:'));
journalContract('on disk', () => openJournal(freshFolder()));

/** Opens the journal of a folder for one piece of work. */
function within<T>(folder: string, work: (journal: Journal) => T): T {
  const journal = openJournal(folder);
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

/** Another process that does one thing with the journal and says what came of it, line by line. */
function startOther(folder: string, task: 'claim' | 'write') {
  const script = fileURLToPath(new URL('journal-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

describe('a journal on disk', () => {
  test('remembers everything when it is opened again', () => {
    const folder = freshFolder();
    const { run } = within(folder, (journal) => journal.beginRun(spec, 1));
    within(folder, (journal) => journal.putRow(run.id, { key: 'A', fingerprint: 'f', state: 'working', crashes: 0 }));
    within(folder, (journal) => {
      expect(journal.rows(run.id)).toMatchObject([{ key: 'A', state: 'working' }]);
      expect(journal.beginRun(spec, 2).resumed).toBe(true);
    });
  });

  test('that an earlier version made is brought up to date, and keeps what it holds', () => {
    const folder = freshFolder();
    mkdirSync(folder, { recursive: true });
    const database = new Database(path.join(folder, 'journal.db'));
    database.exec(migrations[0] ?? '');
    database.exec('PRAGMA user_version = 1');
    const sql = "INSERT INTO run VALUES (9, ?, ?, ?, ?, ?, 'stopped', 5, 6)";
    database.prepare(sql).run(spec.workbook, spec.sheet, spec.recipe, spec.mode, spec.rows);
    database.close();
    within(folder, (journal) => {
      expect(journal.beginRun(spec, 7)).toMatchObject({ resumed: true, run: { id: 9, startedAtMs: 5 } });
      journal.noteError(9, { code: 'disk-full', message: { 'zh-CN': '满', 'en-US': 'Full.' } });
    });
    const history = openRunHistory(folder);
    expect(history.runs({ workbook: spec.workbook, runsMax: 1 })).toMatchObject([{ error: { code: 'disk-full' } }]);
    history.close();
  });

  test('is one for all who have it open', () => {
    const folder = freshFolder();
    within(folder, (one) =>
      within(folder, (other) => {
        const release = one.claim('/a.xlsx');
        expect(other.claim('/a.xlsx')).toBeUndefined();
        release?.();
        expect(other.claim('/a.xlsx')).toBeDefined();
      }),
    );
  });

  test('does not give a workbook away that another living process has, and does when that one was killed', async () => {
    const folder = freshFolder();
    const { child, lines } = startOther(folder, 'claim');
    expect((await lines.next()).value).toBe('claimed');
    within(folder, (journal) => {
      expect(journal.claim(spec.workbook)).toBeUndefined();
      expect(journal.claim('/other.xlsx')).toBeDefined();
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    within(folder, (journal) => expect(journal.claim(spec.workbook)).toBeDefined());
  });

  test.each([
    [
      'from before this process began, under its number',
      process.pid,
      os.hostname(),
      () => Date.now() - process.uptime() * 1000 - 1000,
    ],
    ['from before this machine began', process.ppid, os.hostname(), () => 1],
    ['of another machine', process.ppid, 'some-other-machine', () => Date.now()],
  ])('a claim %s counts for nothing', (_, pid, host, at) => {
    const folder = freshFolder();
    within(folder, () => undefined);
    const database = new Database(path.join(folder, 'journal.db'));
    database.prepare('INSERT INTO claim VALUES (?, ?, ?, ?)').run(spec.workbook, pid, host, at());
    database.close();
    within(folder, (journal) => expect(journal.claim(spec.workbook)).toBeDefined());
  });

  test('loses nothing that it acknowledged when its process is killed', async () => {
    const folder = freshFolder();
    const { child, lines } = startOther(folder, 'write');
    const acknowledged: string[] = [];
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      acknowledged.push(line.value);
      if (acknowledged.length === 40) child.kill('SIGKILL');
    }
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
    within(folder, (journal) => {
      const { run, resumed } = journal.beginRun(spec, 2);
      const rows = new Map(journal.rows(run.id).map((row) => [row.key, row]));
      expect(resumed).toBe(true);
      expect(acknowledged.length).toBeGreaterThanOrEqual(40);
      for (const key of acknowledged) {
        expect(rows.get(key)).toMatchObject({ state: 'delivered', answer: { texts: { description: key } } });
        expect(journal.lastDelivered(spec.workbook, spec.sheet, key).get('description')).toBe(key);
      }
      for (const row of rows.values()) expect(row.state).not.toBe('working');
    });
  });

  test('says so when its file is no database or its folder a file', () => {
    const folder = mkdtempSync(path.join(home, 'bad-'));
    writeFileSync(path.join(folder, 'journal.db'), 'not a database, '.repeat(100));
    for (const place of [folder, path.join(folder, 'journal.db')]) {
      expect(() => openJournal(place)).toThrow(expect.objectContaining({ code: 'store-failed' }));
    }
  });
});
