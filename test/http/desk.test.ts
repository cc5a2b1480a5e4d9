// The desk over real https: what a page may ask of it, what it is told, and what is refused.
import { describe, expect, test } from 'vitest';
import type { CheckAnswer } from '../../server/contract/cells.ts';
import type { LinkRequest } from '../../server/contract/links.ts';
import type { PlanAnswer, RunRowsAnswer, RunView } from '../../server/contract/runs.ts';
import type { RowsAnswer, SheetAnswer } from '../../server/contract/sheets.ts';
import type { AppState, Problem, WorkbookView } from '../../server/contract/state.ts';
import { deskRoutes } from '../../server/http/routes/desk.ts';
import { createPaneWorkbooks } from '../../server/pane/pane-workbooks.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createMemoryPane } from '../fakes/memory-pane.ts';
import { createMemoryWorkbooks } from '../fakes/memory-workbooks.ts';
import type { DeskScript } from '../fixtures/desk-bench.ts';
import { product, tableOf } from '../fixtures/fill-bench.ts';
import { createRunBench } from '../fixtures/run-bench.ts';
import { openTestServer } from './local-server.ts';

async function open(script: DeskScript = {}, keys: readonly string[] = ['A', 'B', 'C']) {
  const bench = await createRunBench(script, keys);
  const server = await openTestServer(deskRoutes(bench.desk));
  const cookie = await server.cookie();
  const ask = (method: 'GET' | 'POST', where: string, body: unknown = {}) =>
    server.ask(where, {
      method,
      headers: { cookie, ...(method === 'POST' && { 'content-type': 'application/json' }) },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
  const told = async <T>(method: 'GET' | 'POST', where: string, body?: unknown): Promise<T> => {
    const answer = await ask(method, where, body);
    if (answer.status !== 200) throw new Error(`${where}: ${answer.status} ${answer.body}`);
    return answer.json<T>();
  };
  const scope = { rows: '', mode: 'empty', overwriteEdited: false } as const;
  return { ...bench, ask, told, scope, order: { target: bench.target, scope } };
}

const code = (answer: { json<T>(): T }) => answer.json<Problem>().code;

describe('a page', () => {
  test('begins with the state as it is', async () => {
    const { told } = await open();
    const state = await told<AppState>('GET', '/api/state');
    expect(state.recipes).toMatchObject([
      { id: 'small', columns: [{ key: 'description', kind: 'text' }, {}, {}, {}, {}] },
    ]);
    expect(state.recipes[0]?.columns[0]?.name).toEqual({ 'zh-CN': '描述', 'en-US': 'Description' });
    expect(state.workbooks).toMatchObject([{ name: 'book.xlsx', folder: '/shop', source: 'watched' }]);
    expect(state.runs).toEqual([]);
  });

  test('sees the columns of a sheet, and what it says about them counts', async () => {
    const { told, target } = await open();
    const plain = await told<SheetAnswer>('POST', '/api/sheets/view', target);
    expect(plain).toMatchObject({
      sheet: '商品',
      sheets: ['商品'],
      headerRow: 1,
      rowCount: 3,
      language: 'zh-CN',
      absent: [],
    });
    const roles = (answer: SheetAnswer) => answer.columns.map(({ letter, role }) => `${letter} ${role}`);
    expect(roles(plain).slice(0, 5)).toEqual([
      'A key',
      'B picture',
      'C fact',
      'D output:description',
      'E output:title',
    ]);
    const columns = { '2': 'ignore', '4': 'fact' };
    const chosen = await told<SheetAnswer>('POST', '/api/sheets/view', { ...target, columns });
    expect(roles(chosen).slice(2, 5)).toEqual(['C ignore', 'D output:description', 'E fact']);
    expect(chosen.absent.map(({ key }) => key)).toEqual(['title']);
  });

  test('sees rows with their pictures, a page at a time or one of them', async () => {
    const { told, target, ask } = await open();
    const two = await told<RowsAnswer>('POST', '/api/sheets/rows', { target, offset: 1, limit: 1 });
    expect(two).toMatchObject({ total: 3, rows: [{ key: 'B', number: 3, facts: [{ header: '款', text: 'B' }] }] });
    const one = await told<RowsAnswer>('POST', '/api/sheets/rows', { target, offset: 0, limit: 9, number: 4 });
    expect(one).toMatchObject({ total: 1, rows: [{ key: 'C', pictures: [{ name: 'C.jpg' }] }] });
    const picture = await ask('GET', one.rows[0]?.pictures[0]?.thumbnail ?? '');
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect((await ask('GET', `/api/thumbnails/${target.workbook}/bm9uZQ`)).status).toBe(404);
  });

  test('sees what a run would do, lets it be done, looks at its rows, and has it taken back', async () => {
    const { told, order, over, cells } = await open();
    const before = cells();
    const plan = await told<PlanAnswer>('POST', '/api/plans', { ...order, scope: { ...order.scope, rows: '2-3' } });
    expect(plan).toMatchObject({ sheet: '商品', rowCount: 2, cellCount: 6, keptCount: 0 });
    expect(plan.rows[0]).toMatchObject({ key: 'A', cells: [{ cell: 'D2', header: '描述', now: '' }, {}, {}] });
    const { id } = await told<RunView>('POST', '/api/runs', { kind: 'fill', ...order });
    await over(id);
    expect(await told<RunView>('GET', `/api/runs/${id}`)).toMatchObject({ state: 'finished', finished: 3 });
    const rows = await told<RunRowsAnswer>('GET', `/api/runs/${id}/rows?outcome=done&offset=2&limit=5`);
    expect([rows.total, rows.rows.map(({ key }) => key)]).toEqual([3, ['C']]);
    const undo = await told<RunView>('POST', `/api/runs/${id}/undo`);
    await over(undo.id);
    expect(cells()).toEqual(before);
  });

  test('writes, rewrites and asks about single cells', async () => {
    const { told, ask, target, cells } = await open();
    await told('POST', '/api/cells/write', { target, cell: 'D2', text: '=我写的', expected: '' });
    expect(cells()['商品!D2']).toBe('=我写的');
    const again = await ask('POST', '/api/cells/write', { target, cell: 'D2', text: 'x', expected: '' });
    expect([again.status, code(again)]).toEqual([409, 'cell-changed']);
    expect(await told('POST', '/api/cells/regenerate', { target, cell: 'D2', reason: '短' })).toMatchObject({
      ...{ text: 'A的描述', previous: '=我写的', isWritten: true },
    });
    const history = await told('POST', '/api/cells/history', { target, cell: 'D2' });
    expect(history).toMatchObject({
      header: '描述',
      versions: [{ text: 'A的描述', reason: '短' }, { text: '=我写的' }],
    });
  });

  test('has texts checked', async () => {
    const { told } = await open();
    const answer = await told<CheckAnswer>('POST', '/api/checks', {
      texts: [{ id: '1', text: '好' }],
      recipe: 'small',
    });
    expect(answer).toEqual({ results: [{ id: '1', findings: [] }] });
  });

  test('changes settings', async () => {
    const { told, saved } = await open();
    expect(await told('POST', '/api/settings', { pictureSize: 'small' })).toMatchObject({ pictureSize: 'small' });
    expect(saved).toEqual([{ imageTokensMax: 576 }]);
  });
});

describe('Excel’s pane', () => {
  test('says what is open in it and answers what it is asked', async () => {
    const documents = createPaneWorkbooks({ files: createMemoryWorkbooks(), clock: systemClock });
    const { told, ask, desk, over } = await open({ documents });
    const pane = createMemoryPane(tableOf(['A', 'B'].map((key) => product(key))));
    const view = await told<WorkbookView>('POST', '/api/documents', { path: '', name: 'Book1', instance: 'i' });
    expect(view).toMatchObject({ name: 'Book1', folder: '', source: 'excel' });
    const statuses: Promise<number>[] = [];
    const answer = (workbook: string, request: LinkRequest) =>
      ask('POST', `/api/links/${workbook}/${request.id}`, pane.answer(request)).then(({ status }) => status);
    desk.onEvent((event) => {
      if (event.type === 'link') statuses.push(answer(event.workbook, event.request));
    });
    const scope = { rows: '', mode: 'empty', overwriteEdited: false };
    const order = { kind: 'fill', target: { workbook: view.id, recipe: 'small' }, scope };
    const { id } = await told<RunView>('POST', '/api/runs', order);
    await over(id);
    expect(pane.texts()).toMatchObject({ '商品!D2': 'A的描述', '商品!D3': 'B的描述' });
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
    expect((await ask('POST', `/api/links/${view.id}/9999`, { answer: 'unchanged' })).status).toBe(200);
  });
});

describe('a request is refused', () => {
  const target = { workbook: 'w', recipe: 'r' };
  const scope = { rows: '', mode: 'empty', overwriteEdited: false };
  test.each([
    ['without a target', '/api/sheets/view', {}],
    ['with a role that there is not', '/api/sheets/view', { ...target, columns: { '1': 'boss' } }],
    ['with a column that there is not', '/api/sheets/view', { ...target, columns: { x: 'key' } }],
    ['for too many rows', '/api/sheets/rows', { target, offset: 0, limit: 201 }],
    ['with a negative offset', '/api/sheets/rows', { target, offset: -1, limit: 1 }],
    ['with another mode', '/api/plans', { target, scope: { ...scope, mode: 'some' } }],
    ['with a yes that is none', '/api/plans', { target, scope: { ...scope, overwriteEdited: 'yes' } }],
    ['with another kind of run', '/api/runs', { kind: 'undo', target, scope }],
    ['for too long a preview', '/api/runs', { kind: 'preview', target, scope, count: 51 }],
    ['with too long a text', '/api/cells/write', { target, cell: 'A1', text: 'x'.repeat(32_768), expected: '' }],
    ['for too many texts', '/api/checks', { texts: Array.from({ length: 501 }, () => ({ id: '1', text: '' })) }],
    ['with another language', '/api/settings', { language: 'fr' }],
    ['without an instance', '/api/documents', { path: '', name: '' }],
    ['with an answer that there is not', '/api/links/w/1', { answer: 'maybe' }],
    ['with half an answer', '/api/links/w/1', { answer: 'sheet', revision: '1' }],
    [
      'with a cell that is none',
      '/api/links/w/1',
      { answer: 'sheet', revision: '1', rows: [{ number: 1, hidden: false, cells: [[0]] }] },
    ],
    ['as no object', '/api/plans', []],
  ])('%s', async (_, where, body) => {
    const { ask } = await open();
    const answer = await ask('POST', where, body);
    expect([answer.status, code(answer)]).toEqual([400, 'request-invalid']);
  });

  test('with its reason: what is not there, what cannot be now, rows that are none', async () => {
    const { ask, order, target: real } = await open();
    const missing = await ask('POST', '/api/plans', { ...order, target: { ...real, workbook: 'none' } });
    expect([missing.status, code(missing)]).toEqual([404, 'not-found']);
    const rows = await ask('POST', '/api/runs', { kind: 'fill', ...order, scope: { ...order.scope, rows: '9-2' } });
    expect([rows.status, code(rows)]).toEqual([422, 'rows-invalid']);
    expect((await ask('GET', '/api/runs/77')).status).toBe(404);
    expect((await ask('GET', '/api/runs/none/rows?limit=x')).status).toBe(400);
    const path = await ask('POST', '/api/workbooks', { path: '//server/share/a.xlsx' });
    expect([path.status, code(path)]).toEqual([422, 'workbook-path']);
  });
});
