// Makes small workbooks by hand for the tests: only the parts that matter, in the words a test gives.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Cell, Workbooks } from '../../server/ports/workbook.ts';
import { makeZip, type ZipPart } from './make-zip.ts';

export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

interface SheetParts {
  readonly name: string;
  /** The whole part. */
  readonly xml: string | Buffer;
  /** Relationships of the sheet: kind, target as written. */
  readonly links?: readonly (readonly [kind: string, target: string])[];
  /** The kind of its relationship; "worksheet" unless given. */
  readonly kind?: string;
}

export interface WorkbookParts {
  readonly sheets: readonly SheetParts[];
  readonly sharedStrings?: string;
  readonly styles?: string;
  /** Between `</sheets>` and `</workbook>`. */
  readonly afterSheets?: string;
  readonly beforeSheets?: string;
  readonly more?: readonly ZipPart[];
  /** What a target in a relationships part looks like; relative unless given. */
  readonly target?: (path: string) => string;
  /** Changes each part on its way into the package. */
  readonly change?: (part: ZipPart) => ZipPart;
}

/** A worksheet part around the given rows. */
export function sheetXml(rows: string, options: { before?: string; after?: string } = {}): string {
  const { before = '', after = '' } = options;
  return `${HEADER}<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`;
}

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

function relationships(links: readonly (readonly [kind: string, target: string])[]): string {
  const list = links.map(([kind, target], index) => {
    return `<Relationship Id="rId${index + 1}" Type="${RELATIONSHIPS}/${kind}" Target="${target}"/>`;
  });
  return `${HEADER}<Relationships xmlns="${PACKAGE}">${list.join('')}</Relationships>`;
}

/** The parts of a package, ready for `makeZip`. */
export function workbookParts(book: WorkbookParts): ZipPart[] {
  const target = book.target ?? ((path: string) => path);
  const links: [string, string][] = book.sheets.map((sheet, index) => [
    sheet.kind ?? 'worksheet',
    target(`worksheets/sheet${index + 1}.xml`),
  ]);
  const parts: ZipPart[] = [
    {
      name: '[Content_Types].xml',
      data: `${HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    },
    { name: '_rels/.rels', data: relationships([['officeDocument', 'xl/workbook.xml']]) },
  ];
  book.sheets.forEach((sheet, index) => {
    parts.push({ name: `xl/worksheets/sheet${index + 1}.xml`, data: sheet.xml });
    if (sheet.links === undefined) return;
    parts.push({ name: `xl/worksheets/_rels/sheet${index + 1}.xml.rels`, data: relationships(sheet.links) });
  });
  if (book.sharedStrings !== undefined) {
    links.push(['sharedStrings', target('sharedStrings.xml')]);
    parts.push({ name: 'xl/sharedStrings.xml', data: `${HEADER}<sst xmlns="${MAIN}">${book.sharedStrings}</sst>` });
  }
  if (book.styles !== undefined) {
    links.push(['styles', target('styles.xml')]);
    parts.push({ name: 'xl/styles.xml', data: `${HEADER}<styleSheet xmlns="${MAIN}">${book.styles}</styleSheet>` });
  }
  parts.push({ name: 'xl/workbook.xml', data: workbookXml(book) });
  parts.push({ name: 'xl/_rels/workbook.xml.rels', data: relationships(links) });
  return [...parts, ...(book.more ?? [])].map(book.change ?? ((part) => part));
}

function workbookXml(book: WorkbookParts): string {
  const sheets = book.sheets.map(
    ({ name }, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  return `${HEADER}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}">${book.beforeSheets ?? ''}<sheets>${sheets.join('')}</sheets>${book.afterSheets ?? ''}</workbook>`;
}

/** A folder of its own for the running test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rowscribe-workbook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes bytes as a workbook file; gives its path. */
export function workbookFile(bytes: Buffer, name = 'book.xlsx'): string {
  const path = join(testFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** A workbook file of one sheet named "Sheet1". */
export function oneSheet(
  rows: string,
  options: { before?: string; after?: string } & Partial<WorkbookParts> = {},
): string {
  const sheets = [{ name: 'Sheet1', xml: sheetXml(rows, options) }];
  return workbookFile(makeZip(workbookParts({ sheets, ...options })));
}

/** All cells of a sheet, by address such as "B2". */
export async function cellsOf(workbooks: Workbooks, path: string, sheet = 'Sheet1'): Promise<Map<string, Cell>> {
  const book = await workbooks.open(path);
  const cells = new Map<string, Cell>();
  try {
    for await (const row of book.rows(sheet)) {
      for (const [column, cell] of row.cells) cells.set(`${String.fromCharCode(65 + column)}${row.number}`, cell);
    }
  } finally {
    await book.close();
  }
  return cells;
}
