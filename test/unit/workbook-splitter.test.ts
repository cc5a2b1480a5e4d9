// Cutting a sheet part into pieces: the same pieces however the bytes arrive, and all of them together the part.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SheetSplitter, type SheetPiece } from '../../server/workbook/sheet-splitter.ts';

const part = `<?xml version="1.0"?>\n<!-- <sheetData> <!- -->\n<x:worksheet a='>' xmlns:x="x"><x:dimension ref="A1"/><x:sheetData note="a>b" >
 <x:row r="1" note="a>b"><x:c r="A1"/></x:row><x:row/> <x:row r='7' ></x:row >\n</x:sheetData\n><x:after>rows</x:after></x:worksheet>`;

function piecesOf(texts: readonly string[]): SheetPiece[] {
  const splitter = new SheetSplitter(10_000);
  const pieces = texts.flatMap((text) => splitter.push(text));
  splitter.end();
  return pieces;
}

/** Pieces of the tail come as the bytes come; as one they are always the same. */
function joined(pieces: readonly SheetPiece[]): SheetPiece[] {
  const tail = pieces.filter((piece) => piece.kind === 'tail').map((piece) => piece.text);
  return [...pieces.filter((piece) => piece.kind !== 'tail'), { kind: 'tail', text: tail.join('') }];
}

test('a part is cut at its rows', () => {
  const pieces = piecesOf([part]);
  expect(pieces.map((piece) => piece.kind)).toEqual(['head', 'row', 'row', 'row', 'close', 'tail']);
  expect(pieces.flatMap((piece) => (piece.kind === 'row' ? [piece.number] : []))).toEqual([1, 2, 7]);
  expect(pieces[0]).toMatchObject({ prefix: 'x:', tag: '<x:sheetData note="a>b" >' });
});

test('the pieces are the same however the bytes arrive, and together they are the part', () => {
  const whole = joined(piecesOf([part]));
  const cuts = fc.array(fc.integer({ min: 0, max: part.length }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, (places) => {
      const at = [0, ...places.toSorted((a, b) => a - b), part.length];
      const texts = at.slice(1).map((end, index) => part.slice(at[index], end));
      const pieces = piecesOf(texts);
      expect(joined(pieces)).toEqual(whole);
      expect(pieces.map((piece) => piece.text).join('')).toBe(part);
    }),
  );
});

test('a head that never ends is given up at the limit, without much work', () => {
  const splitter = new SheetSplitter(1_000_000);
  expect(() => {
    for (let count = 0; count < 100; count += 1) splitter.push('<!--'.repeat(10_000));
  }).toThrow('too large');
});
