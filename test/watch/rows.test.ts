// Which rows a watch works on: new ones, changed ones, lost ones; never a person's words, never the same thing twice.
import { describe, expect, test } from 'vitest';
import type { WatchParts } from '../../server/jobs/watch-book.ts';
import { createGate, goodAnswer, product } from '../fixtures/fill-bench.ts';
import { bookOf, filled, saveWhole, startWatch, type WatchScript } from '../fixtures/watch-bench.ts';

/** A watch whose workbook "book" has its rows filled. */
async function startFilled(keys: readonly string[], script: Partial<WatchScript> = {}) {
  const bench = await startWatch({ books: { book: keys.map((key) => product(key)) }, ...script });
  await bench.said(`book done ${keys.length}/0/0`);
  return bench;
}

/** Counts, from now on, how often the lists are asked for. */
async function countChecks(parts: WatchParts): Promise<() => number> {
  let asked = 0;
  const checker = await parts.checker();
  const counting = async () => {
    asked += 1;
    return checker;
  };
  Object.assign(parts, { checker: counting });
  return () => asked;
}

/** Counts the rests from now on; `reached` resolves when there were so many. */
function countRests(parts: WatchParts) {
  let rests = 0;
  let look = () => {};
  const onRest = () => {
    rests += 1;
    look();
  };
  Object.assign(parts, { onRest });
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (rests >= count) resolve();
      };
      look();
    });
  return { reached };
}

/** The row with another fact, which its answers are then about. */
const changed = (row: readonly string[], fact: string) => [...row.slice(0, 2), fact, ...row.slice(3)];
const edited = (row: readonly string[], text: string) => [...row.slice(0, 3), text, ...row.slice(4)];

describe('the lists of the advertising check', () => {
  test('are asked for anew before each workbook, so that an edit by the team counts at once', async () => {
    const bench = await startFilled(['A', 'B']);
    const asked = await countChecks(bench.parts);
    await bench.save([filled('A'), filled('B'), product('C')]);
    await bench.said('book done 1/0/0');
    expect(asked()).toBeGreaterThan(0);
  });

  test('are not asked for while nothing is to be written', async () => {
    const bench = await startFilled(['A', 'B']);
    const asked = await countChecks(bench.parts);
    await bench.save([filled('B'), filled('A')]);
    await bench.settle();
    // Once for the workbook that `settle` saves, whose row is new.
    expect(asked()).toBe(1);
  });
});

describe('a rest', () => {
  test('comes once after work, and again after the next', async () => {
    const bench = await startFilled(['A']);
    const rests = countRests(bench.parts);
    await rests.reached(1);
    await bench.save([filled('A'), product('B')]);
    await bench.said('book done 1/0/0', 2);
    await rests.reached(2);
    expect(bench.looks()).toEqual(['A', 'B']);
  });
});

describe('changed inputs', () => {
  test('start just the row whose facts changed', async () => {
    const bench = await startFilled(['A', 'B']);
    await bench.save([filled('A'), changed(filled('B'), 'B2')]);
    await bench.said('book done 1/0/0');
    expect(bench.looks()).toEqual(['A', 'B', 'B2']);
    expect(await bench.rows()).toEqual([filled('A'), ['B', 'B.jpg', ...filled('B2').slice(2)]]);
  });

  test('leave what a person edited, write the rest, and the status says so', async () => {
    const bench = await startFilled(['A']);
    await bench.save([changed(edited(filled('A'), '我的描述'), 'A2')]);
    await bench.said('book done 0/1/0');
    expect(bench.lines).toContain('book stale A');
    const [row] = await bench.rows();
    expect(row?.slice(3, 5)).toEqual(['我的描述', 'A2的标题']);
    expect(row?.[7]).toBe('需人工：输入已变，您改过的文字未动：描述。清空单元格可重写，保留则不用处理');
    await bench.settle();
    expect(bench.looks().filter((key) => key.startsWith('A'))).toEqual(['A', 'A2']);
  });

  test('under a row that is all a person’s own say so without any model', async () => {
    const bench = await startFilled(['A']);
    await bench.save([['A', 'A.jpg', 'A2', '甲', '乙', '丙', '通过', '完成']]);
    await bench.said('book stale A');
    expect((await bench.rows())[0]).toEqual([
      ...[
        'A',
        'A.jpg',
        'A2',
        '甲',
        '乙',
        '丙',
        '通过',
        '需人工：输入已变，您改过的文字未动：描述、标题、关键词。清空单元格可重写，保留则不用处理',
      ],
    ]);
    await bench.settle();
    expect(bench.looks()).toEqual(['A', 'end']);
    expect(bench.lines.filter((line) => line === 'book stale A')).toHaveLength(1);
  });

  test('do not matter for rows that nobody ever had filled', async () => {
    const own = ['A', 'A.jpg', 'A', '甲', '乙', '丙', '', ''];
    const bench = await startWatch({ books: { book: [own] } });
    await bench.settle();
    await bench.save([changed(own, 'A2')]);
    await bench.settle('later');
    expect(await bench.rows()).toEqual([changed(own, 'A2')]);
    expect(bench.looks()).toEqual(['end', 'later']);
  });

  test('of a picture: another one under the same name starts its row alone, and only cells nobody edited', async () => {
    const bench = await startFilled(['A', 'B']);
    await bench.save([filled('A'), edited(filled('B'), '我的描述')]);
    await bench.settle();
    bench.hashes.set('B.jpg', 'another picture');
    await saveWhole(`${bench.folder}/B.jpg`, Buffer.from('another picture'));
    await bench.said('book stale B');
    await bench.said('book done 0/1/0');
    expect(bench.looks().filter((key) => key !== 'end')).toEqual(['A', 'B', 'B']);
    expect((await bench.rows()).map((row) => row[3])).toEqual(['A的描述', '我的描述']);
  });

  test('of a picture: the same one written again starts nothing', async () => {
    const bench = await startFilled(['A']);
    await saveWhole(`${bench.folder}/A.jpg`, Buffer.from('the same'));
    await bench.said('event picture A.jpg');
    await bench.settle();
    expect(bench.looks()).toEqual(['A', 'end']);
  });
});

describe('an older copy', () => {
  test('saved over finished rows gets their texts back once, without the model, and it is said', async () => {
    const bench = await startFilled(['A', 'B']);
    await bench.save([product('A'), filled('B')]);
    await bench.said('book restored A');
    expect(await bench.rows()).toEqual([filled('A'), filled('B')]);
    await bench.settle('first');
    await bench.save([product('A'), filled('B')]);
    await bench.settle();
    expect(await bench.rows()).toEqual([['A', 'A.jpg', 'A', '', '', '', '', ''], filled('B')]);
    expect(bench.looks()).toEqual(['A', 'B', 'first', 'end']);
    expect(bench.lines.filter((line) => line.startsWith('book restored'))).toHaveLength(1);
  });

  test('counts for the text it lost: a later text of the same cell is put back once again', async () => {
    const bench = await startFilled(['A']);
    await bench.save([product('A')]);
    await bench.said('book restored A');
    await bench.save([changed(filled('A'), 'A2')]);
    await bench.said('book done 1/0/0', 2);
    const now = ['A', 'A.jpg', ...filled('A2').slice(2)];
    expect(await bench.rows()).toEqual([now]);
    await bench.save([changed(filled('A'), 'A2')]);
    await bench.said('book restored A', 2);
    expect(await bench.rows()).toEqual([now]);
  });

  test('with other inputs than now is written for those, whatever text of ours it holds', async () => {
    const bench = await startFilled(['A']);
    await bench.save([changed(filled('A'), 'A2')]);
    await bench.said('book done 1/0/0', 2);
    await bench.save([edited(filled('A'), '我的描述')]);
    await bench.said('book done 0/1/0');
    expect((await bench.rows())[0]?.slice(0, 5)).toEqual(['A', 'A.jpg', 'A', '我的描述', 'A的标题']);
    expect(bench.looks()).toEqual(['A', 'A2', 'A']);
  });

  test('takes nothing from a person: cells with other words stay', async () => {
    const bench = await startFilled(['A']);
    await bench.save([['A', 'A.jpg', 'A', '甲', '', '', '', '']]);
    await bench.said('book restored A');
    expect((await bench.rows())[0]).toEqual(edited(filled('A'), '甲'));
  });
});

describe('rows', () => {
  test('sorted, inserted and deleted while others are written get their own texts', async () => {
    const gate = createGate();
    const bench = await startWatch({
      books: { book: ['A', 'B', 'C'].map((key) => product(key)) },
      engine: async (request, look) => {
        if (look === 2) await gate.opened;
        return goodAnswer(request);
      },
    });
    await bench.said('book filling 3');
    await bench.save([product('D'), product('C'), product('A')]);
    gate.open();
    await bench.said('book done 1/0/0');
    expect(await bench.rows()).toEqual([filled('D'), filled('C'), filled('A')]);
    expect(bench.looks().toSorted()).toEqual(['A', 'B', 'C', 'D']);
  });

  test('that failed are not tried again because somebody saved, but because their inputs changed', async () => {
    const bench = await startWatch({
      books: { book: [product('A'), product('B')] },
      engine: (request, look) => (look <= 2 ? { json: {} } : goodAnswer(request)),
    });
    await bench.said(/^book done 1\/[01]\/[01]$/);
    const looks = bench.looks().length;
    const [a = [], b = []] = await bench.rows();
    expect(b).toEqual(filled('B'));
    await bench.save([a, b, product('C')]);
    await bench.said('book done 1/0/0');
    expect(bench.looks().slice(looks)).toEqual(['C']);
    await bench.save([changed(a, 'A2'), b, filled('C')]);
    await bench.said('book done 1/0/0', 2);
    expect((await bench.rows())[0]?.[3]).toBe('A2的描述');
  });

  test('of workbooks are worked on in the order in which the workbooks came', async () => {
    const gate = createGate();
    const bench = await startWatch({
      books: { book: [product('A')] },
      engine: async (request, look) => {
        if (look === 1) await gate.opened;
        return goodAnswer(request);
      },
    });
    await bench.said('book filling 1');
    for (const name of ['second', 'third']) {
      await saveWhole(bench.file(name), await bookOf([product(name)]));
      await bench.said(`event settled ${name}`);
    }
    gate.open();
    await bench.said('third done 1/0/0');
    expect(bench.lines.filter((line) => line.includes('done'))).toEqual([
      ...['book done 1/0/0', 'second done 1/0/0', 'third done 1/0/0'],
    ]);
  });
});
