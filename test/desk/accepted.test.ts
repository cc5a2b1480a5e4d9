// What a person accepted in the review is the server's to remember: through a restart, and only for the text they saw.
import { expect, test } from 'vitest';
import { acceptRow, writeByHand } from '../../server/desk/cells.ts';
import { never } from '../fixtures/desk-bench.ts';
import { book, createRunBench } from '../fixtures/run-bench.ts';

const page = { outcome: undefined, offset: 0, limit: 10 };

async function filled() {
  const bench = await createRunBench();
  const { id } = await bench.start();
  await bench.over(id);
  const rows = async (desk = bench.desk, run = id) => desk.runs.rows(run, page, never);
  const accept = async (at: number) => {
    const row = (await rows()).rows[at];
    if (row === undefined) throw new Error('no such row');
    const texts = Object.fromEntries(row.cells.map(({ column, text }) => [column, text]));
    return acceptRow(bench.desk.targets, { target: bench.target, key: row.key, texts });
  };
  return { ...bench, rows, accept };
}

const acceptedOf = ({ rows }: { readonly rows: readonly { readonly label: string; readonly isAccepted?: true }[] }) =>
  rows.filter(({ isAccepted }) => isAccepted).map(({ label }) => label);

test('rows that were accepted are told with the rows of the run, and how many of their cells are unchanged', async () => {
  const { rows, accept } = await filled();
  expect(await rows()).toMatchObject({ acceptance: { cells: 0, unchanged: 0 } });
  const { cells, unchanged } = await accept(0);
  expect([unchanged, cells > 0]).toEqual([cells, true]);
  const told = await rows();
  expect([acceptedOf(told), told.acceptance]).toEqual([['A'], { cells, unchanged }]);
});

test('a text that somebody types over afterwards in the sheet is not accepted any more', async () => {
  const { rows, accept, type } = await filled();
  await accept(0);
  await accept(1);
  type('D2', '人写的');
  expect(acceptedOf(await rows())).toEqual(['B']);
});

test('words of a person that are accepted count, but not as unchanged', async () => {
  const { desk, rows, accept, target } = await filled();
  const request = { target, cell: 'D2', text: '人写的', expected: 'A的描述' };
  await writeByHand(desk.targets, request, never);
  const [row] = (await rows()).rows;
  const written = Object.fromEntries((row?.cells ?? []).map(({ column, text }) => [column, text]));
  const texts = { ...written, description: '人写的' };
  const all = await acceptRow(desk.targets, { target, key: row?.key ?? '', texts });
  expect(all).toEqual({ cells: all.cells, unchanged: all.cells - 1 });
  expect(acceptedOf(await rows())).toEqual(['A']);
  expect(await accept(1)).toMatchObject({ unchanged: all.unchanged + all.cells });
});

test('a restart forgets nothing of it', async () => {
  const first = await filled();
  await first.accept(2);
  const sheet = Object.fromEntries(Object.entries(first.cells()).map(([at, now]) => [at.replace(/^.*!/, ''), now]));
  await first.close();
  const second = await createRunBench({ folder: first.folder });
  second.workbooks.put(book, [{ name: '商品', cells: sheet }]);
  const [earlier] = second.desk.state().runs;
  expect(acceptedOf(await second.desk.runs.rows(earlier?.id ?? '', page, never))).toEqual(['C']);
});
