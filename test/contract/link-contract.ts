// What a pane answers for the workbook that is open in it, whichever program holds the workbook.
import { describe, expect, test } from 'vitest';
import type { LinkAnswer, LinkEdit, LinkRequest } from '../../server/contract/links.ts';

/** A pane with one sheet, and the person who works in that sheet. */
export interface LinkedPane {
  answer(request: LinkRequest): Promise<LinkAnswer>;
  /** A person types into a cell; resolves when the pane has heard of it. */
  type(cell: string, input: string): Promise<void>;
  /** The same with `=LEN(C2)`, whose result is 3. */
  typeFormula(cell: string): Promise<void>;
  insertRow(number: number): Promise<void>;
  deleteRow(number: number): Promise<void>;
  /** Sorts all rows below the headers by the first column, from last to first. */
  sortDown(): Promise<void>;
  protect(): Promise<void>;
  /** What a cell holds now; '' when it is empty. */
  text(cell: string): string;
  /** Whether a cell holds a formula now. */
  isFormula(cell: string): boolean;
}

type Rows = readonly (readonly (string | number | boolean | null)[])[];
type SheetAnswer = Extract<LinkAnswer, { answer: 'sheet' }>;

export const contractSheet = '商品';

const products: Rows = [
  ['SKU', '图片', '描述', '标题'],
  ['A-1', '1.jpg', '旧描述', null],
  ['A-2', '2.jpg', null, null],
  ['A-3', '3.jpg', null, null],
];

export function linkContract(name: string, open: (rows: Rows) => Promise<LinkedPane>): void {
  const read = async (pane: LinkedPane, ifRevision?: string): Promise<SheetAnswer> => {
    const ask = { id: 'r', ask: 'read', sheet: contractSheet } as const;
    const answer = await pane.answer(ifRevision === undefined ? ask : { ...ask, ifRevision });
    if (answer.answer !== 'sheet') throw new Error(`answered ${JSON.stringify(answer)}`);
    return answer;
  };
  const write = (pane: LinkedPane, revision: string, ...edits: LinkEdit[]) =>
    pane.answer({ id: 'w', ask: 'write', sheet: contractSheet, revision, edits });

  describe(`${name}, asked for its workbook`, () => {
    test('names its sheets and the one in front', async () => {
      const pane = await open(products);
      expect(await pane.answer({ id: '1', ask: 'sheets' })).toEqual({
        answer: 'sheets',
        sheets: [{ name: contractSheet, visible: true }],
        active: contractSheet,
      });
    });

    test('reads rows by their number, each cell with its kind, and leaves out what is empty', async () => {
      const pane = await open([
        ['SKU', '价格', '在售'],
        [null, null, null],
        ['A-1', 12.5, true],
      ]);
      const { rows } = await read(pane);
      expect(rows).toEqual([
        {
          number: 1,
          hidden: false,
          cells: [
            [0, 'SKU', 'text'],
            [1, '价格', 'text'],
            [2, '在售', 'text'],
          ],
        },
        {
          number: 3,
          hidden: false,
          cells: [
            [0, 'A-1', 'text'],
            [1, '12.5', 'number'],
            [2, 'TRUE', 'boolean'],
          ],
        },
      ]);
    });

    test('reads an empty sheet as no rows', async () => {
      expect((await read(await open([]))).rows).toEqual([]);
    });

    test('a sheet that is not there is missing, to read and to write', async () => {
      const pane = await open(products);
      const missing = { answer: 'failed', why: 'missing' };
      expect(await pane.answer({ id: '1', ask: 'read', sheet: '没有' })).toMatchObject(missing);
      const edits = [{ cell: 'C3', value: 'x' }];
      expect(await pane.answer({ id: '2', ask: 'write', sheet: '没有', revision: '1', edits })).toMatchObject(missing);
    });

    test('what is as it was is not read again; what a person changed is', async () => {
      const pane = await open(products);
      const { revision } = await read(pane);
      const again: LinkRequest = { id: '2', ask: 'read', sheet: contractSheet, ifRevision: revision };
      expect(await pane.answer(again)).toEqual({ answer: 'unchanged' });
      await pane.type('B3', '22.jpg');
      const after = await read(pane, revision);
      expect(after.revision).not.toBe(revision);
      expect(after.rows[2]?.cells).toContainEqual([1, '22.jpg', 'text']);
    });
  });

  describe(`${name}, asked to write`, () => {
    test('writes texts, numbers and truth values, and empties cells', async () => {
      const pane = await open(products);
      const { revision } = await read(pane);
      const edits = [
        { cell: 'C3', value: '收褶袖口\n亲肤' },
        { cell: 'D3', value: 7 },
        { cell: 'D4', value: true },
        { cell: 'C2', value: null, expected: '旧描述' },
      ];
      expect(await write(pane, revision, ...edits)).toMatchObject({ answer: 'written', refused: [] });
      const { rows } = await read(pane);
      expect(rows[1]?.cells.map(([column]) => column)).toEqual([0, 1]);
      expect(rows[2]?.cells.slice(2)).toEqual([
        [2, '收褶袖口\n亲肤', 'text'],
        [3, '7', 'number'],
      ]);
      expect(rows[3]?.cells.slice(2)).toEqual([[3, 'TRUE', 'boolean']]);
    });

    test('tells the revision that its own writing has led to', async () => {
      const pane = await open(products);
      const written = await write(pane, (await read(pane)).revision, { cell: 'C3', value: '新' });
      if (written.answer !== 'written') throw new Error(written.answer);
      const again: LinkRequest = { id: '2', ask: 'read', sheet: contractSheet, ifRevision: written.revision };
      expect(await pane.answer(again)).toEqual({ answer: 'unchanged' });
    });

    test('can write again for the revision it told, and for the one that was read', async () => {
      const pane = await open(products);
      const { revision } = await read(pane);
      const first = await write(pane, revision, { cell: 'C3', value: '一' });
      if (first.answer !== 'written') throw new Error(first.answer);
      expect(await write(pane, first.revision, { cell: 'D3', value: '二', expected: '' })).toMatchObject({
        refused: [],
      });
      expect([pane.text('C3'), pane.text('D3')]).toEqual(['一', '二']);
    });

    const dangerous = ['=1+1', '=HYPERLINK("http://x","y")', '+86 138', '-5折', '@SUM(A1)', '\t=1', "'quoted", '\n=2'];
    const parsed = ['12-15', '3/4', '2026-01-05', '1E5', '007', '5%', 'TRUE', '￥99', '10:30', '＝1', '1月5日'];
    test.each([...dangerous, ...parsed])('%j stays a text', async (text) => {
      const pane = await open(products);
      const { revision } = await read(pane);
      expect(await write(pane, revision, { cell: 'C3', value: text })).toMatchObject({ refused: [] });
      expect(pane.isFormula('C3')).toBe(false);
      const cell = (await read(pane)).rows[2]?.cells.find(([column]) => column === 2);
      expect(cell).toEqual([2, text, 'text']);
    });

    test('leaves alone what is not as expected any more', async () => {
      const pane = await open(products);
      const { revision } = await read(pane);
      const edits = [
        { cell: 'C2', value: '新', expected: '别的' },
        { cell: 'C3', value: '新', expected: '' },
      ];
      const answer = await write(pane, revision, ...edits);
      expect(answer).toMatchObject({ answer: 'written', refused: [{ cell: 'C2', why: 'changed' }] });
      expect([pane.text('C2'), pane.text('C3')]).toEqual(['旧描述', '新']);
    });

    test('leaves formulas alone', async () => {
      const pane = await open(products);
      await pane.typeFormula('D2');
      const { revision, rows } = await read(pane);
      const [column, text, , formula] = rows[1]?.cells.at(-1) ?? [];
      expect([column, text, formula]).toEqual([3, '3', 'LEN(C2)']);
      const answer = await write(pane, revision, { cell: 'D2', value: '标题' });
      expect(answer).toMatchObject({ answer: 'written', refused: [{ cell: 'D2', why: 'formula' }] });
      expect(pane.isFormula('D2')).toBe(true);
    });

    test('writes nothing when rows were sorted, inserted or deleted since', async () => {
      for (const move of ['sort', 'insert', 'delete'] as const) {
        const pane = await open(products);
        const { revision } = await read(pane);
        if (move === 'sort') await pane.sortDown();
        else if (move === 'insert') await pane.insertRow(2);
        else await pane.deleteRow(2);
        expect(await write(pane, revision, { cell: 'C4', value: 'x', expected: '' }), move).toEqual({
          answer: 'changed',
        });
        const texts = (await read(pane)).rows.flatMap(({ cells }) => cells.map(([, text]) => text));
        expect(texts, move).not.toContain('x');
      }
    });

    test('what a person typed into the cell meanwhile stays', async () => {
      const pane = await open(products);
      const { revision } = await read(pane);
      await pane.type('C3', '我的话');
      const answer = await write(pane, revision, { cell: 'C3', value: '模型的话', expected: '' });
      if (answer.answer === 'written') expect(answer.refused).toEqual([{ cell: 'C3', why: 'changed' }]);
      else expect(answer).toEqual({ answer: 'changed' });
      expect(pane.text('C3')).toBe('我的话');
    });

    test('a revision of another time is answered by changed', async () => {
      const pane = await open(products);
      expect(await write(pane, 'of-another-page-1', { cell: 'C3', value: 'x' })).toEqual({ answer: 'changed' });
      expect(pane.text('C3')).toBe('');
    });

    test('a protected sheet is told as such', async () => {
      const pane = await open(products);
      await pane.protect();
      const { revision } = await read(pane);
      const answer = await write(pane, revision, { cell: 'C3', value: 'x' });
      expect(answer).toMatchObject({ answer: 'failed', why: 'protected' });
      expect(pane.text('C3')).toBe('');
    });
  });
}
