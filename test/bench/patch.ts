// Measures patching 50 cells of large sheets, time and peak memory of a fresh process, beside exceljs doing the same.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { makeZip, type ZipPart } from '../workbook/make-zip.ts';

export interface PatchMeasure {
  readonly tool: 'rowscribe' | 'exceljs';
  readonly rows: number;
  readonly columns: number;
  readonly fileBytes: number;
  readonly seconds: number;
  /** Of the whole process, from its start. */
  readonly peakRssMegabytes: number;
}

const COLUMNS = 20;
const EDITS = 50;
const run = promisify(execFile);
const here = fileURLToPath(import.meta.url);

/** Measures each size with both tools, or with ours alone. */
export async function benchPatch(sizes: readonly number[], beside: boolean): Promise<PatchMeasure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rowscribe-bench-'));
  try {
    const measures: PatchMeasure[] = [];
    for (const rows of sizes) {
      const path = join(folder, `rows-${rows}.xlsx`);
      await writeFile(path, largeWorkbook(rows));
      for (const tool of beside ? (['rowscribe', 'exceljs'] as const) : (['rowscribe'] as const)) {
        const { stdout } = await run(process.execPath, ['--import', 'tsx', here, tool, path, String(rows)]);
        const { size } = await stat(path);
        measures.push({ tool, rows, columns: COLUMNS, fileBytes: size, ...JSON.parse(stdout) });
      }
    }
    return measures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Half of the cells numbers, half shared strings, as Excel would store them. */
function largeWorkbook(rows: number): Buffer {
  const strings: string[] = [];
  const lines: string[] = [];
  for (let row = 1; row <= rows; row += 1) {
    let cells = '';
    for (let column = 0; column < COLUMNS; column += 1) {
      const place = `${String.fromCharCode(65 + column)}${row}`;
      if (column % 2 === 0) {
        cells += `<c r="${place}"><v>${row * 1000 + column}</v></c>`;
      } else {
        cells += `<c r="${place}" t="s"><v>${strings.length}</v></c>`;
        strings.push(`<si><t>text ${row} of column ${column} 商品</t></si>`);
      }
    }
    lines.push(`<row r="${row}" spans="1:${COLUMNS}">${cells}</row>`);
  }
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const links = (items: string[]) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
  const link = (id: number, kind: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${office}/${kind}" Target="${target}"/>`;
  const type = (name: string, kind: string) =>
    `<Override PartName="${name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  const parts: ZipPart[] = [
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/worksheets/sheet1.xml', 'worksheet')}${type('/xl/sharedStrings.xml', 'sharedStrings')}</Types>`,
    },
    { name: '_rels/.rels', data: links([link(1, 'officeDocument', 'xl/workbook.xml')]) },
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: links([link(1, 'worksheet', 'worksheets/sheet1.xml'), link(2, 'sharedStrings', 'sharedStrings.xml')]),
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      data: `<worksheet xmlns="${main}"><dimension ref="A1:T${rows}"/><sheetData>${lines.join('')}</sheetData></worksheet>`,
    },
    { name: 'xl/sharedStrings.xml', data: `<sst xmlns="${main}">${strings.join('')}</sst>` },
  ];
  return makeZip(parts);
}

function editsFor(rows: number): { sheet: string; cell: string; value: string }[] {
  return Array.from({ length: EDITS }, (_, index) => ({
    sheet: 'Sheet1',
    cell: `U${Math.floor((rows * index) / EDITS) + 1}`,
    value: `垂感阔腿裤 ${index}`,
  }));
}

/** The child's side: one patch, then its time and memory as one line. */
async function measureHere(tool: string, path: string, rows: number): Promise<void> {
  const started = performance.now();
  if (tool === 'exceljs') {
    const { default: excel } = await import('exceljs');
    const book = new excel.Workbook();
    await book.xlsx.readFile(path);
    const sheet = book.getWorksheet('Sheet1');
    if (sheet === undefined) throw new Error('the sheet is missing');
    for (const { cell, value } of editsFor(rows)) sheet.getCell(cell).value = value;
    await book.xlsx.writeFile(`${path}.out.xlsx`);
  } else {
    const { createWorkbooks } = await import('../../server/workbook/file.ts');
    const report = await createWorkbooks().patch(path, editsFor(rows), { out: `${path}.out.xlsx` });
    if (report.written.length !== EDITS) throw new Error('not every cell was written');
  }
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const peakRssMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ seconds, peakRssMegabytes }));
}

const [, script, tool, path, rows] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  if (tool !== undefined && path !== undefined) {
    await measureHere(tool, path, Number(rows));
  } else {
    for (const one of await benchPatch([10_000, 100_000], tool !== 'alone')) console.log(JSON.stringify(one));
  }
}
