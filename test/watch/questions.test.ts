// A person's words whose inputs changed: what becomes of them is asked, answered in the sheet or by command, and kept.
import { describe, expect, test } from 'vitest';
import { answerQuestion, openQuestions } from '../../server/jobs/questions.ts';
import type { WatchObserver } from '../../server/jobs/watch-book.ts';
import type { Choice } from '../../server/ports/watch-memory.ts';
import { product } from '../fixtures/fill-bench.ts';
import { filled, startWatch } from '../fixtures/watch-bench.ts';

const signal = new AbortController().signal;
const mine = '我的描述';
const ask = (columns: string) => `需人工：输入已变，您改过的文字未动：${columns}。清空单元格可重写，保留则不用处理`;

/** The row A with a person's description, whose facts have then become those of "A2". */
const rowInQuestion = ['A', 'A.jpg', 'A2', mine, ...filled('A').slice(4)];

async function startAsked(row: readonly string[] = rowInQuestion, columns = '描述') {
  const bench = await startWatch({ books: { book: [product('A')] } });
  await bench.said('book done 1/0/0');
  await bench.save([row]);
  await bench.said('book stale A');
  await bench.settle('asked');
  expect((await bench.rows())[0]?.[7]).toBe(ask(columns));
  return bench;
}

type Bench = Awaited<ReturnType<typeof startAsked>>;

const open = (bench: Bench) => openQuestions(bench.parts, bench.optionsFor(bench.file('book')), signal);

const silent: WatchObserver = {
  ...{ onLoading() {}, onModel() {}, onFilling() {}, onRestored() {}, onStale() {}, onDone() {}, onWaiting() {} },
  onError() {},
};
const answer = (bench: Bench, cell: string, choice: Choice) =>
  answerQuestion(bench.parts, { ...bench.optionsFor(bench.file('book')), cell }, choice, silent, signal);

describe('a question about a person’s words', () => {
  test('is listed with where the cell is now', async () => {
    const bench = await startAsked();
    const asked = { sheet: '商品', label: 'A', header: '描述', text: mine };
    expect(await open(bench)).toEqual([{ ...asked, cell: 'D2' }]);
    await bench.save([product('B'), ...(await bench.rows())]);
    await bench.said('book done 1/0/0', 2);
    expect(await open(bench)).toEqual([{ ...asked, cell: 'D3' }]);
  });

  test('is answered by emptying the cell: it is written from the new inputs, and the status says done', async () => {
    const bench = await startAsked();
    const [row = []] = await bench.rows();
    await bench.save([[...row.slice(0, 3), '', ...row.slice(4)]]);
    await bench.said('book done 1/0/0', 2);
    expect((await bench.rows())[0]).toEqual(['A', 'A.jpg', ...filled('A2').slice(2)]);
    expect(await open(bench)).toEqual([]);
  });

  test('is answered by going on writing: the words stay, no model is asked, and the status says done', async () => {
    const bench = await startAsked();
    const [row = []] = await bench.rows();
    const looks = bench.looks().length;
    await bench.save([[...row.slice(0, 3), '我的新描述', ...row.slice(4)]]);
    const written = async () => (await bench.rows())[0]?.slice(2);
    await expect.poll(written, { timeout: 20_000 }).toEqual(['A2', '我的新描述', ...filled('A2').slice(4)]);
    await bench.settle('later');
    expect(bench.looks().slice(looks)).toEqual(['later']);
    expect(await open(bench)).toEqual([]);
  });

  test('is answered with "mine": nothing but the status changes, and it is asked again when inputs change again', async () => {
    const bench = await startAsked();
    const looks = bench.looks().length;
    await answer(bench, 'D2', 'mine');
    const [row = []] = await bench.rows();
    expect(row.slice(2)).toEqual(['A2', mine, ...filled('A2').slice(4)]);
    expect(bench.looks()).toHaveLength(looks);
    await bench.save([[...row.slice(0, 2), 'A3', ...row.slice(3)]]);
    await bench.said('book stale A', 2);
    expect((await open(bench)).map(({ text }) => text)).toEqual([mine]);
  });

  test('is answered with "new": the text is written, and the person’s is kept in the journal', async () => {
    const bench = await startAsked();
    await answer(bench, 'd2', 'new');
    expect((await bench.rows())[0]).toEqual(['A', 'A.jpg', ...filled('A2').slice(2)]);
    const [newest] = bench.parts.journal.history(bench.file('book'), '商品', 'A', 'description');
    expect(newest).toMatchObject({ text: 'A2的描述', previous: mine });
    expect(await open(bench)).toEqual([]);
  });

  test('that is one of two leaves the other one open, and the status says which', async () => {
    const row = ['A', 'A.jpg', 'A2', mine, '我的标题', ...filled('A').slice(5)];
    const bench = await startAsked(row, '描述、标题');
    await answer(bench, 'D2', 'mine');
    expect((await bench.rows())[0]?.[7]).toBe(ask('标题'));
    await answer(bench, 'E2', 'new');
    expect((await bench.rows())[0]?.slice(3)).toEqual([mine, ...filled('A2').slice(4)]);
  });

  test('that nobody asked cannot be answered', async () => {
    const bench = await startAsked();
    await expect(answer(bench, 'E2', 'mine')).rejects.toMatchObject({ code: 'question-none' });
    await expect(answer(bench, 'no cell', 'mine')).rejects.toMatchObject({ code: 'cell-invalid' });
  });
});
