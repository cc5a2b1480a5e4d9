// The pane's pure parts: what events and acts do to its state, runs, marked texts, the engine in one line, selected areas.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FindingView } from '../../server/contract/cells.ts';
import type { RunRowView, RunView } from '../../server/contract/runs.ts';
import { enUS } from '../../addin/i18n/en-US.ts';
import { zhCN } from '../../addin/i18n/zh-CN.ts';
import { areaOf } from '../../addin/pane/area.ts';
import { deviceName, engineLine, modelName } from '../../addin/pane/engine.ts';
import { pieces } from '../../addin/pane/pieces.ts';
import { activeRun, joined, reviewedRun, runsElsewhere, troubles } from '../../addin/pane/runs.ts';
import { requestOf, scopeOf, targetOf } from '../../addin/pane/scope-of.ts';
import { firstState, reduce, type Action, type PaneState } from '../../addin/pane/state.ts';
import { appState, noCuda, readyEngine, rowViews, runRow, runView } from '../fixtures/pane-data.ts';

const after = (actions: readonly Action[], state: PaneState = firstState('zh-CN')) => actions.reduce(reduce, state);
const begun = after([
  { do: 'event', event: { type: 'state', state: appState } },
  { do: 'work', work: { workbook: 'book-1', recipe: 'default' } },
]);
const run = (change: Partial<RunView>): Action => ({
  do: 'event',
  event: { type: 'run', run: { ...runView, ...change } },
});
const row = (of: string, one: RunRowView): Action => ({ do: 'event', event: { type: 'row', run: of, row: one } });

describe('runs', () => {
  test('a run that is told of again replaces itself, a new one comes first, and no more than 20 are kept', () => {
    const many = Array.from({ length: 30 }, (_, index) => run({ id: `run-${index}` }));
    const state = after([...many, run({ id: 'run-29', finished: 99 })], begun);
    expect(state.app?.runs).toHaveLength(20);
    expect(state.app?.runs[0]).toMatchObject({ id: 'run-29', finished: 99 });
  });

  test('rows of the run that is shown are kept once each; those of other runs are not', () => {
    const shown = after([run({}), { do: 'show-run', run: runView }], begun);
    const state = after(
      [row('run-1', runRow(0)), row('run-2', runRow(1)), row('run-1', runRow(0, 'failed', 'x'))],
      shown,
    );
    expect(state.shown?.rows).toEqual([runRow(0, 'failed', 'x')]);
  });

  test('rows that came while others were fetched count as the newer ones, and none is doubled', () => {
    const fetched = [runRow(0), runRow(1)];
    const came = [runRow(1, 'failed', 'newer'), runRow(2)];
    expect(joined(fetched, came)).toEqual([runRow(0), runRow(1, 'failed', 'newer'), runRow(2)]);
  });

  test('the same run may be shown and reviewed; a row reaches both', () => {
    const both = after([run({}), { do: 'show-run', run: runView }, { do: 'review-run', run: 'run-1' }], begun);
    const state = after([row('run-1', runRow(0))], both);
    expect([state.shown?.rows.length, state.reviewed?.rows.length]).toEqual([1, 1]);
  });

  test('what goes on here, what goes on elsewhere and what can be reviewed are told apart', () => {
    const other = { ...runView.target, workbook: 'book-2' };
    const state = after(
      [run({}), run({ id: 'far', target: other }), run({ id: 'trial', kind: 'preview', state: 'finished' })],
      begun,
    );
    expect(activeRun(state)?.id).toBe('run-1');
    expect(runsElsewhere(state).map(({ id }) => id)).toEqual(['far']);
    expect(reviewedRun(state)?.id).toBe('run-1');
  });

  test('rows with the same trouble stand together, the larger group first; done ones are no trouble', () => {
    const rows = [runRow(0, 'failed', 'a'), runRow(1), runRow(2, 'needs-person', 'b'), runRow(3, 'needs-person', 'b')];
    expect(troubles(rows, 'zh-CN').map(({ status, rows: members }) => [status, members.length])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });
});

describe('cells', () => {
  test('cells that were left alone are told with their reason, once a row', () => {
    const [cell] = runRow(0).cells;
    if (cell === undefined) throw new Error('no cells');
    const refused = { ...cell, refused: noCuda };
    const row = { ...runRow(0), cells: [refused, { ...refused, cell: 'F2' }] };
    expect(troubles([row], 'en-US')).toEqual([{ status: noCuda.message['en-US'], rows: [row] }]);
  });

  test('a written cell says so wherever it is shown, and nowhere else', () => {
    const page = { is: 'here' as const, value: { total: rowViews.length, rows: rowViews } };
    const [first] = rowViews;
    if (first === undefined) throw new Error('no rows');
    const focus = {
      number: 2,
      cell: 'F2',
      row: { is: 'here' as const, value: first },
      history: { is: 'none' as const },
    };
    const before = after(
      [
        { do: 'page', page, offset: 0 },
        { do: 'focus', focus },
      ],
      begun,
    );
    const state = after([{ do: 'cell-text', number: 2, cell: 'F2', text: '新的', isOurs: false }], before);
    const shown = state.page.is === 'here' ? state.page.value.rows : [];
    expect(shown[0]?.cells[1]).toMatchObject({ cell: 'F2', text: '新的', state: 'edited' });
    expect(shown.slice(1)).toEqual(rowViews.slice(1));
    expect(state.focus?.row.is === 'here' && state.focus.row.value.cells[1]?.text).toBe('新的');
  });

  test('an answer for a row that is no longer looked at changes nothing', () => {
    const focus = { number: 3, row: { is: 'none' as const }, history: { is: 'none' as const } };
    const before = after([{ do: 'focus', focus }], begun);
    expect(after([{ do: 'focus-part', number: 2, part: { isEditing: true } }], before)).toBe(before);
  });
});

describe('what is to be done', () => {
  test('there is no target before a workbook and a recipe are chosen', () => {
    expect(targetOf(firstState('zh-CN'))).toBeUndefined();
    expect(targetOf(begun)).toEqual({ workbook: 'book-1', recipe: 'default' });
  });

  test('decisions about columns go with the target once there are any', () => {
    expect(targetOf(after([{ do: 'role', index: 3, role: 'ignore' }], begun))).toMatchObject({
      columns: { 3: 'ignore' },
    });
  });

  test('the rows are those of Excel’s selection, or those typed in the browser, and only when asked for', () => {
    const selection = { sheet: '商品', address: 'A2:F4', cell: 'A2', rows: '2-4' };
    const chosen = after(
      [
        { do: 'selection', selection },
        { do: 'work', work: { which: 'chosen', typedRows: ' 7 ' } },
      ],
      begun,
    );
    expect(scopeOf(chosen, 'excel').rows).toBe('2-4');
    expect(scopeOf(chosen, 'browser').rows).toBe('7');
    expect(scopeOf(after([{ do: 'work', work: { which: 'every' } }], chosen), 'excel').rows).toBe('');
  });

  test('no rows never become all rows: nothing is asked for while the chosen rows are not known', () => {
    const typed = (typedRows: string) => after([{ do: 'work', work: { which: 'chosen', typedRows } }], begun);
    expect([requestOf(typed(''), 'browser'), requestOf(typed('2-'), 'browser')]).toEqual([undefined, undefined]);
    expect(requestOf(typed(''), 'excel')).toBeUndefined();
    expect(requestOf(typed('2-4， 7'), 'browser')?.scope.rows).toBe('2-4,7');
  });

  test('texts of people are never replaced by a fill of empty cells, whatever was ticked before', () => {
    const ticked = after([{ do: 'work', work: { mode: 'empty', overwriteEdited: true } }], begun);
    expect(scopeOf(ticked, 'browser').overwriteEdited).toBe(false);
  });

  test.each([
    [
      'C7',
      [[7, 2]],
      [
        [7, 3],
        [8, 2],
      ],
    ],
    [
      'B2:D9',
      [
        [2, 1],
        [9, 3],
      ],
      [
        [1, 1],
        [2, 4],
      ],
    ],
    [
      '2:5',
      [
        [2, 0],
        [5, 99],
      ],
      [[6, 0]],
    ],
    [
      'B:D',
      [
        [1, 1],
        [9999, 3],
      ],
      [[1, 4]],
    ],
    [
      'A1, AA3:AB4',
      [
        [1, 0],
        [4, 27],
      ],
      [[3, 0]],
    ],
  ] as const)('%s holds its cells and no others', (address, inside, outside) => {
    const within = areaOf(address);
    for (const [one, column] of inside) expect(within(one, column), `${one},${column}`).toBe(true);
    for (const [one, column] of outside) expect(within(one, column), `${one},${column}`).toBe(false);
  });
});

describe('marked texts', () => {
  const finding = (start: number, end: number, severity: FindingView['severity'] = 'warn'): FindingView => ({
    ...{ start, end, severity, phrase: '', replacements: [] },
    ...{ clause: { 'zh-CN': '', 'en-US': '' }, why: { 'zh-CN': '', 'en-US': '' } },
  });

  test('the pieces are the text again, whatever the findings are', () => {
    const any = fc.array(fc.tuple(fc.nat(40), fc.nat(40), fc.boolean()));
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), any, (text, spans) => {
        const findings = spans.map(([a, b, isGrave]) =>
          finding(Math.min(a, b), Math.max(a, b), isGrave ? 'block' : 'warn'),
        );
        const made = pieces(text, findings);
        expect(made.map((piece) => piece.text).join('')).toBe(text);
      }),
    );
  });

  test('where findings overlap the graver one marks', () => {
    expect(pieces('abcdef', [finding(1, 4), finding(2, 3, 'block')])).toEqual([
      { text: 'a' },
      { text: 'b', severity: 'warn' },
      { text: 'c', severity: 'block' },
      { text: 'd', severity: 'warn' },
      { text: 'ef' },
    ]);
  });
});

describe('words', () => {
  test('the engine stands in one line: model and card without what nobody needs', () => {
    expect(engineLine(readyEngine, zhCN, 'zh-CN').text).toBe('已就绪 · Qwen2.5-VL-7B · RTX 4090');
    expect(engineLine({ ...readyEngine, phase: 'loading', percent: 40 }, zhCN, 'zh-CN').text).toBe(
      '正在加载模型：已读取 40%',
    );
    expect(engineLine({ ...readyEngine, phase: 'failed', problem: noCuda }, enUS, 'en-US').more).toContain('535');
    expect([deviceName('CPU'), deviceName('Vulkan0: AMD Radeon RX 7900')]).toEqual(['CPU', 'RX 7900']);
    expect(modelName('qwen2.5-vl-7b-instruct-q4_k_m.gguf')).toBe('qwen2.5-vl-7b');
  });

  test('time is told no closer than it is known', () => {
    expect([0.4, 42, 61, 3600, 5400].map(zhCN.duration)).toEqual([
      '不到 1 秒',
      '42 秒',
      '1 分钟',
      '1 小时',
      '1 小时 30 分',
    ]);
    expect([1, 60, 7200].map(enUS.duration)).toEqual(['1 second', '1 minute', '2 hours']);
  });

  test('both languages have a word for everything, and none is empty', () => {
    const flat = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
        : [value === '' ? `${path} is empty` : path];
    expect(flat(enUS)).toEqual(flat(zhCN));
    expect(flat(zhCN).filter((path) => path.endsWith('is empty'))).toEqual([]);
  });
});
