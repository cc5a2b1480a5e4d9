// What a watched row needs.
import { describe, expect, test } from 'vitest';
import { watchWork, type WatchedRow } from '../../server/domain/watch-work.ts';
import { smallRecipe } from '../fixtures/recipe.ts';
import { readRow } from '../fixtures/row.ts';

interface Situation {
  /** Description, title, keywords, check and status as they are now, and as they were delivered. */
  readonly now: readonly string[];
  readonly delivered?: readonly (string | undefined)[];
  readonly isChanged?: boolean;
  readonly previous?: string;
  readonly earlier?: readonly string[];
  readonly wasRestored?: boolean;
  /** Texts of persons that were asked about. */
  readonly questions?: Readonly<Record<string, string>>;
}

const keys = ['description', 'title', 'keywords', 'compliance', 'status'];

function workIn(situation: Situation) {
  const { now, delivered = [], isChanged = false, previous = '', earlier = [], wasRestored = false } = situation;
  const { questions = {} } = situation;
  const watched: WatchedRow = {
    row: {
      ...readRow({ SKU: 'A', 图片: 'a.jpg', 描述: '' }),
      outputs: new Map(keys.map((key, index) => [key, now[index] ?? ''])),
    },
    isChanged,
    delivered: new Map(keys.flatMap((key, index) => (delivered[index] === undefined ? [] : [[key, delivered[index]]]))),
    questions: new Map(Object.entries(questions)),
    version: () => ({ previous, earlier: new Set(earlier), wasRestored }),
  };
  const { restored, answers, ...rest } = watchWork(watched, smallRecipe);
  return { ...rest, restored: [...restored.keys()], answers: Object.fromEntries(answers) };
}

const nothing = { keys: [], staleKeys: [], restored: [], openKeys: [], answers: {} };
const ours = ['d', 't', 'k', 'ok', 'done'];

describe('a watched row', () => {
  test('that is new needs its empty cells, and nothing where none is', () => {
    expect(workIn({ now: ['', 'mine', ''] })).toEqual({ ...nothing, keys: ['description', 'keywords'] });
    expect(workIn({ now: ['a', 'b', 'c'] })).toEqual(nothing);
  });

  test('that is as it was delivered needs nothing, also where a person edited it or the model had nothing to say', () => {
    expect(workIn({ now: ours, delivered: ours })).toEqual(nothing);
    expect(workIn({ now: ['mine', 't', 'k', 'ok', 'done'], delivered: ours })).toEqual(nothing);
    expect(workIn({ now: ['', 't', 'k'], delivered: ['', 't', 'k'] })).toEqual(nothing);
  });

  test('with changed inputs needs the cells that are still ours or empty; a person’s are stale', () => {
    expect(workIn({ now: ['d', 'mine', ''], delivered: ours, isChanged: true })).toEqual({
      ...{ ...nothing, keys: ['description', 'keywords'], staleKeys: ['title'] },
    });
    expect(workIn({ now: ['mine', 't', 'k'], delivered: [undefined, 't', 'k'], isChanged: true }).staleKeys).toEqual(
      [],
    );
  });

  test('that lost its copy gets back what was lost, the check and the status with it, once', () => {
    expect(workIn({ now: ['', 't', 'mine', '', ''], delivered: ours }).restored).toEqual([
      ...['description', 'compliance', 'status'],
    ]);
    expect(workIn({ now: ['', 't', 'k', '', ''], delivered: ours, wasRestored: true })).toEqual(nothing);
    expect(workIn({ now: ['older', 't', 'k', 'ok', 'done'], delivered: ours, previous: 'older' }).restored).toEqual([
      'description',
    ]);
  });

  test('of a copy that is older still gets its newest text back too', () => {
    const now = ['oldest', 't', 'k', 'ok', 'done'];
    expect(workIn({ now, delivered: ours, previous: 'older', earlier: ['oldest', 'older'] }).restored).toEqual([
      'description',
    ]);
  });

  test('of an older copy with other inputs is written anew where it holds what was delivered once', () => {
    const now = ['older', 'mine', 'k', 'ok', 'done'];
    expect(workIn({ now, delivered: ours, isChanged: true, previous: 'older', earlier: ['older'] })).toEqual({
      ...{ ...nothing, keys: ['description', 'keywords'], staleKeys: ['title'] },
    });
  });

  test('with a person’s words in question waits for the answer, which may be given in the sheet', () => {
    const asked = (title: string, isChanged = false) =>
      workIn({ now: ['d', title, 'k', 'ok', 'ask'], delivered: ours, isChanged, questions: { title: 'mine' } });
    expect(asked('mine')).toEqual({ ...nothing, openKeys: ['title'] });
    expect(asked('')).toEqual({ ...nothing, keys: ['title'], answers: { title: 'new' } });
    expect(asked('t')).toEqual({ ...nothing, keys: ['title'], answers: { title: 'new' } });
    expect(asked('mine, better')).toEqual({ ...nothing, answers: { title: 'mine' } });
    expect(asked('mine', true).staleKeys).toEqual(['title']);
  });

  test('whose status alone was emptied is left as it is', () => {
    expect(workIn({ now: ['d', 't', 'k', '', ''], delivered: ours })).toEqual(nothing);
  });
});
