// What the store of chats keeps to: order, pictures once, deletion for good, limits, restarts.
import { mkdtempSync, rmSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../server/domain/chat.ts';
import type { ChatHead, Chats } from '../../server/ports/chats.ts';
import type { EngineImage } from '../../server/ports/engine.ts';
import { openChats } from '../../server/store/chats.ts';

const home = mkdtempSync(path.join(os.tmpdir(), 'rowscribe-chats-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const opened: Chats[] = [];
afterEach(() => opened.splice(0).forEach((chats) => chats.close()));

let folders = 0;
const freshFolder = () => path.join(home, String((folders += 1)));

function open(folder = ':memory:', keptMax = 100): Chats {
  const chats = openChats(folder, { keptMax });
  opened.push(chats);
  return chats;
}

const picture = (name: string): EngineImage => ({
  ...{ sha256: name, widthPx: 28, heightPx: 56 },
  jpeg: Uint8Array.from(Buffer.from(`jpeg of ${name}`)),
});

const row = {
  workbook: 'w',
  workbookName: '夏装.xlsx',
  sheet: '商品',
  key: 'A',
  label: 'A',
  number: 2,
  recipe: 'default',
};

function headOf(id: string, more: Partial<ChatHead> = {}): ChatHead {
  const texts = { system: 'S', lead: 'L', stated: ['棉'] };
  const pictures = [{ name: `${id}.jpg`, sha256: id, flaws: [] }];
  return { id, title: `about ${id}`, language: 'zh-CN', texts, pictures, startedAtMs: 7, ...more };
}

const message = (id: string, text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ id, role: 'model', text, atMs: 1, state: 'done' },
  ...more,
});

describe.each([
  ['in memory', () => ':memory:'],
  ['on disk', freshFolder],
])('the chats %s', (_, folder) => {
  test('come back as they were given, newest first, each with its pictures in order', () => {
    const chats = open(folder());
    const second = headOf('two', { row });
    chats.add(headOf('one'), [picture('one')]);
    chats.add(second, [picture('two'), picture('one')]);
    expect(chats.list()).toEqual([second, headOf('one')]);
    expect(chats.head('two')).toEqual(second);
    expect(chats.images('two')).toEqual([picture('two'), picture('one')]);
    expect(chats.head('none')).toBeUndefined();
    expect(chats.images('none')).toEqual([]);
  });

  test('keep messages in the order in which they came, each as it was last put', () => {
    const chats = open(folder());
    chats.add(headOf('one'), []);
    const problem = { code: 'x', retryable: false, message: { 'zh-CN': '坏', 'en-US': 'bad' } };
    chats.putMessage('one', message('a', 'q', { role: 'person' }));
    chats.putMessage('one', message('b', '', { state: 'writing' }));
    chats.putMessage('one', message('c', 'next', { role: 'person' }));
    chats.putMessage('one', message('b', 'end', { state: 'failed', problem, promptTokens: 9, cachedTokens: 8 }));
    expect(chats.messages('one')).toEqual([
      message('a', 'q', { role: 'person' }),
      message('b', 'end', { state: 'failed', problem, promptTokens: 9, cachedTokens: 8 }),
      message('c', 'next', { role: 'person' }),
    ]);
  });

  test('take a new title and change nothing else', () => {
    const chats = open(folder());
    chats.add(headOf('one', { row }), []);
    chats.rename('one', '什么“领型”？');
    expect(chats.head('one')).toEqual(headOf('one', { row, title: '什么“领型”？' }));
  });

  test('keep nothing for a chat that is gone', () => {
    const chats = open(folder());
    chats.putMessage('gone', message('a', 'q'));
    chats.add(headOf('gone'), []);
    expect(chats.messages('gone')).toEqual([]);
  });

  test('are found and deleted by their row', () => {
    const chats = open(folder());
    chats.add(headOf('one', { row }), [picture('p')]);
    chats.add(headOf('two', { row: { ...row, key: 'B' } }), [picture('p')]);
    chats.add(headOf('three', { row }), []);
    expect(chats.ofRow(row)).toEqual(['three', 'one']);
    chats.remove(chats.ofRow(row));
    expect(chats.list().map(({ id }) => id)).toEqual(['two']);
  });

  test('beyond those that are kept the oldest go, with their pictures', () => {
    const chats = open(folder(), 2);
    for (const id of ['one', 'two', 'three']) chats.add(headOf(id), [picture(id)]);
    expect(chats.list().map(({ id }) => id)).toEqual(['three', 'two']);
    expect(chats.images('one')).toEqual([]);
  });

  test('in which nothing was asked push no others out', () => {
    const chats = open(folder(), 30);
    chats.add(headOf('asked'), []);
    for (let count = 0; count < 60; count += 1) chats.add(headOf(`empty ${count}`, { title: '' }), []);
    expect(chats.head('asked')).toEqual(headOf('asked'));
    expect(chats.list()).toHaveLength(21);
  });
});

describe('chats on the disk', () => {
  test('survive a restart; what was being written then is settled', () => {
    const folder = freshFolder();
    const before = openChats(folder, { keptMax: 9 });
    before.add(headOf('one'), [picture('one')]);
    before.putMessage('one', message('a', 'half', { state: 'writing' }));
    before.putMessage('one', message('b', 'whole'));
    before.close();
    const after = open(folder);
    const settled: string[] = [];
    after.settleWriting((found) => {
      settled.push(found.id);
      return { ...found, state: 'failed' };
    });
    expect(settled).toEqual(['a']);
    expect(after.messages('one')).toEqual([message('a', 'half', { state: 'failed' }), message('b', 'whole')]);
    expect(after.images('one')).toEqual([picture('one')]);
  });

  test('keep a picture once, as long as a chat is about it, and leave none of its bytes behind', () => {
    const folder = freshFolder();
    const chats = open(folder);
    chats.add(headOf('one'), [picture('secret')]);
    chats.add(headOf('two'), [picture('secret')]);
    chats.remove(['one']);
    expect(chats.images('two')).toEqual([picture('secret')]);
    const file = path.join(folder, 'journal.db');
    const other = new Database(file);
    expect(other.prepare('SELECT COUNT(*) AS count FROM picture').get()).toMatchObject({ count: 1 });
    chats.remove(['two']);
    expect(other.prepare('SELECT COUNT(*) AS count FROM picture').get()).toMatchObject({ count: 0 });
    other.pragma('wal_checkpoint(TRUNCATE)');
    other.close();
    expect(readFileSync(file).includes('jpeg of secret')).toBe(false);
  });

  test('that cannot be read are a store that failed', () => {
    const folder = freshFolder();
    const chats = openChats(folder, { keptMax: 9 });
    chats.close();
    expect(() => chats.list()).toThrow(expect.objectContaining({ code: 'store-failed' }));
  });
});
