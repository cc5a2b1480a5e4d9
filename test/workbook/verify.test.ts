// The last check before a file is replaced: it sees every difference that a faulty writer could make.
import { expect, test } from 'vitest';
import { asRowscribeError } from '../../server/errors.ts';
import { defaultWorkbookLimits } from '../../server/workbook/limits.ts';
import { Package } from '../../server/workbook/package.ts';
import { planPatch, writePatch, type PatchPlan } from '../../server/workbook/patch.ts';
import { verifyPatch } from '../../server/workbook/verify.ts';
import { readStructure } from '../../server/workbook/workbook-part.ts';
import { sheetXml, workbookParts } from './make-workbook.ts';
import { makeZip, type ZipPart } from './make-zip.ts';
import { contentOf, readZip } from './read-zip.ts';

const rows =
  '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row><row r="2" ht="9"><c r="A2"><v>2</v></c></row>';
const before = makeZip(
  workbookParts({
    sheets: [{ name: 'Sheet1', xml: sheetXml(rows, { after: '<pageMargins left="1"/>' }) }],
    more: [{ name: 'xl/media/a.bin', data: 'abc' }],
  }),
);
const edits = ['A1', 'B1', 'C1'].map((cell) => ({ sheet: 'Sheet1', cell, value: 'neu' }));

async function opened(bytes: Buffer): Promise<Package> {
  const read = async (position: number, length: number) => bytes.subarray(position, position + length);
  return Package.open({ size: bytes.length, read }, 'book.xlsx', defaultWorkbookLimits);
}

/** Patches in memory, then packs the result anew with a change. */
async function verdictOn(change: (parts: ZipPart[]) => ZipPart[]): Promise<string> {
  const old = await opened(before);
  const structure = await readStructure(old);
  const plan: PatchPlan = await planPatch(old, structure, edits);
  const image = Buffer.alloc(before.length * 2);
  let size = 0;
  const copied = await writePatch(old, plan, {
    write: async (bytes, position) => {
      bytes.copy(image, position);
      size = Math.max(size, position + bytes.length);
    },
  });
  const parts = [...readZip(image.subarray(0, size)).values()].map((part) => ({
    name: part.name,
    data: contentOf(part).toString('latin1'),
  }));
  const packed = makeZip(change(parts).map((part) => ({ ...part, data: Buffer.from(part.data.toString(), 'latin1') })));
  return verifyPatch(old, structure, await opened(packed), plan, copied).then(
    () => 'right',
    (cause: unknown) => asRowscribeError(cause).code,
  );
}

const replacing = (from: string, to: string) => (parts: ZipPart[]) =>
  parts.map((part) => ({ ...part, data: part.data.toString().replace(from, to) }));

test('a right result passes', async () => {
  expect(await verdictOn((parts) => parts)).toBe('right');
});

test.each<[string, (parts: ZipPart[]) => ZipPart[]]>([
  ['a part less', (parts) => parts.slice(0, -1)],
  ['a part more', (parts) => [...parts, { name: 'x', data: '' }]],
  ['another name', (parts) => parts.map((part) => ({ ...part, name: part.name.replace('a.bin', 'b.bin') }))],
  ['another content', replacing('abc', 'abd')],
  ['another value', replacing('neu', 'new')],
  [
    'the value as something else',
    replacing('t="inlineStr"><is><t xml:space="preserve">neu</t></is>', 't="str"><v>neu</v>'),
  ],
  ['the format lost', replacing(' s="1"', '')],
  ['a written cell lost', replacing('<c r="C1" t="inlineStr"><is><t xml:space="preserve">neu</t></is></c>', '')],
  ['the formula that was to stay lost', replacing('<f>A1</f>', '')],
  ['another cell changed', replacing('<v>2</v>', '<v>3</v>')],
  ['a row attribute lost', replacing(' ht="9"', '')],
  ['a section lost', replacing('<pageMargins left="1"/>', '')],
  ['a sheet renamed', replacing('name="Sheet1"', 'name="Sheet2"')],
  ['the flag missing', replacing('fullCalcOnLoad="1"', '')],
  ['a part that cannot be parsed', replacing('</sheetData>', '')],
])('%s is found', async (_, change) => {
  expect(await verdictOn(change)).toBe('verify-failed');
});
