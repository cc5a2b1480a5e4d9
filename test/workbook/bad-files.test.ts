// Files that are no workbooks, broken ones and hostile ones: a typed error each, and not a byte changed.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRowscribeError, isRowscribeError, type ErrorCode } from '../../server/errors.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { defaultWorkbookLimits } from '../../server/workbook/limits.ts';
import { Package } from '../../server/workbook/package.ts';
import { MAIN, cellsOf, oneSheet, sheetXml, testFolder, workbookFile, workbookParts } from './make-workbook.ts';
import { makeZip, type ZipPart } from './make-zip.ts';

const workbooks = createWorkbooks();
const sheet = sheetXml('<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="4"><c r="B4"><v>1</v></c></row>');
const good = workbookParts({ sheets: [{ name: 'Sheet1', xml: sheet }], sharedStrings: '<si><t>x</t></si>' });

async function codeOf(step: Promise<unknown>): Promise<ErrorCode | 'none'> {
  return step.then(
    () => 'none' as const,
    (cause: unknown) => {
      const error = asRowscribeError(cause);
      // A parser's own message is quoted as it is.
      expect(error.text('zh-CN').replace(/XML 有误，.*/su, '')).not.toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
      return error.code;
    },
  );
}

async function outcome(bytes: Buffer): Promise<{ read: ErrorCode | 'none'; patch: ErrorCode | 'none' }> {
  const path = workbookFile(bytes);
  const read = await codeOf(cellsOf(workbooks, path));
  const patch = await codeOf(workbooks.patch(path, [{ sheet: 'Sheet1', cell: 'C2', value: 'x' }]));
  expect(patch === 'none' || readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['book.xlsx']);
  return { read, patch };
}

const changed = (name: string, change: (data: string) => string | Buffer): ZipPart[] =>
  good.map((part) => (part.name.endsWith(name) ? { ...part, data: change(part.data.toString()) } : part));

describe('what is no workbook', () => {
  test.each<[string, Buffer, ErrorCode]>([
    ['an empty file', Buffer.alloc(0), 'workbook-unreadable'],
    ['a text', Buffer.from('图片,描述\n'), 'workbook-unreadable'],
    [
      'a compound file, as encrypted workbooks and .xls are',
      Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex'),
      'workbook-encrypted',
    ],
    ['a bare .xls of old', Buffer.from('0908100000060500', 'hex'), 'workbook-encrypted'],
    ['an encrypted package', makeZip(good.map((part) => ({ ...part, flags: 1 }))), 'workbook-encrypted'],
    ['a zip of something else', makeZip([{ name: 'a.txt', data: 'x' }]), 'workbook-unreadable'],
    ['an OpenDocument file', makeZip([{ name: 'content.xml', data: '<a/>' }]), 'workbook-unreadable'],
    [
      'a document of another kind',
      makeZip(changed('xl/workbook.xml', () => '<w:document xmlns:w="w"/>')),
      'workbook-unreadable',
    ],
    [
      'a package whose workbook part is missing',
      makeZip(good.filter((part) => part.name !== 'xl/workbook.xml')),
      'workbook-unreadable',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await outcome(bytes)).toEqual({ read: code, patch: code });
  });

  test('a missing file and a folder', async () => {
    const folder = testFolder();
    expect(await codeOf(workbooks.open(join(folder, 'none.xlsx')))).toBe('workbook-missing');
    expect(await codeOf(workbooks.patch(join(folder, 'none.xlsx'), []))).toBe('workbook-missing');
    expect(await codeOf(workbooks.open(folder))).toBe('workbook-unreadable');
  });
});

describe('what is hostile', () => {
  const doctype = (data: string) => data.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>');

  test.each(['sheet1.xml', 'workbook.xml', '.rels', 'sharedStrings.xml'])('a document type in %s', async (name) => {
    expect((await outcome(makeZip(changed(name, doctype)))).read).toBe('workbook-unreadable');
  });

  test('a small package that claims to be huge', async () => {
    const bomb = (claimedBytes: number) => [...good, { name: 'xl/media/a.png', data: 'x', claimedBytes }];
    for (const bytes of [makeZip(bomb(3 * 2 ** 30)), makeZip(bomb(5 * 2 ** 20))]) {
      expect(await outcome(bytes)).toEqual({ read: 'workbook-too-large', patch: 'workbook-too-large' });
    }
  });

  test('a part that holds more than it claims', async () => {
    const liar = good.map((part) => (part.name.endsWith('sheet1.xml') ? { ...part, claimedBytes: 50 } : part));
    const bytes = makeZip(liar);
    expect(await outcome(bytes)).toEqual({ read: 'workbook-unreadable', patch: 'workbook-unreadable' });
    const large = [...good, { name: 'big.bin', data: Buffer.alloc(2 ** 20, 7), claimedBytes: 10 }];
    expect((await outcome(makeZip(large))).patch).toBe('none');
  });

  test('a part is read no further than its claim', async () => {
    const bytes = makeZip([{ name: 'xl/large.bin', data: randomBytes(8 * 2 ** 20), claimedBytes: 1000 }]);
    let bytesRead = 0;
    const read = async (position: number, length: number) => {
      bytesRead += length;
      return bytes.subarray(position, position + length);
    };
    const pkg = await Package.open({ size: bytes.length, read }, 'book.xlsx', defaultWorkbookLimits);
    expect(await codeOf(pkg.bytes(pkg.part('xl/large.bin')))).toBe('workbook-unreadable');
    expect(bytesRead).toBeLessThan(2 ** 20);
  });

  test('a package with two parts of one name, in any spelling', async () => {
    const workbook = good.find((part) => part.name === 'xl/workbook.xml')?.data ?? '';
    for (const name of ['xl/workbook.xml', 'XL\\Workbook.xml', '/xl/work%62ook.xml']) {
      const bytes = makeZip([...good, { name, data: workbook }]);
      expect(await outcome(bytes)).toEqual({ read: 'workbook-unreadable', patch: 'workbook-unreadable' });
    }
  });

  test('a package whose parts share their bytes', async () => {
    const bytes = makeZip(good);
    const directory = bytes.readUInt32LE(bytes.length - 6);
    const second = bytes.indexOf(Buffer.from('504b0102', 'hex'), directory + 4);
    bytes.writeUInt32LE(0, second + 42);
    await expect(workbooks.open(workbookFile(bytes))).rejects.toThrow('overlaps');
  });

  test('a part whose bytes are not those it was made of', async () => {
    const bytes = makeZip(good.map((part) => ({ ...part, stored: true })));
    bytes.write('<v>7</v>', bytes.indexOf('<v>1</v>'));
    expect(await outcome(bytes)).toEqual({ read: 'workbook-unreadable', patch: 'workbook-unreadable' });
  });

  test.each([{ fileBytesMax: 100 }, { entriesMax: 2 }, { inflatedBytesMax: 500 }, { partBytesMax: 100 }])(
    'a file beyond the limit %o',
    async (limits) => {
      expect(await codeOf(createWorkbooks(limits).open(workbookFile(makeZip(good))))).toBe('workbook-too-large');
    },
  );

  test('shared strings and rows beyond their limits', async () => {
    const path = workbookFile(makeZip(good));
    expect(await codeOf(cellsOf(createWorkbooks({ sharedStringsBytesMax: 10 }), path))).toBe('workbook-too-large');
    const long = oneSheet(`<row r="1"><c r="A1" t="str"><v>${'x'.repeat(3_000_000)}</v></c></row>`);
    const patch = createWorkbooks({ rowBytesMax: 200_000 }).patch(long, [{ sheet: 'Sheet1', cell: 'C2', value: 'x' }]);
    expect(await codeOf(patch)).toBe('workbook-unsafe');
  });
});

describe('what can be read but not edited without a risk', () => {
  const unsafe: [string, string][] = [
    ['rows out of order', '<row r="4"/><row r="2"><c r="A2"><v>1</v></c></row>'],
    ['two rows of one number', '<row r="2"/><row r="2"/>'],
    ['cells out of order in the edited row', '<row r="2"><c r="D2"><v>1</v></c><c r="A2"><v>1</v></c></row>'],
    ['a cell of another row in the edited row', '<row r="2"><c r="A3"><v>1</v></c></row>'],
    ['a comment between rows', '<row r="1"/><!-- <row r="9"/> --><row r="2"/>'],
    ['a comment inside a row', '<row r="1"><!-- </row> --></row>'],
    [
      'a comment over the end of a row',
      '<row r="1"><c r="A1"><!-- </c></row><row r="2"><c r="A2"> --><v>1</v></c></row>',
    ],
    ['CDATA inside a row', '<row r="1"><c r="A1" t="str"><v><![CDATA[</row>]]></v></c></row>'],
    ['something else between rows', '<row r="1"/><other/><row r="2"/>'],
    ['something else between the cells of the edited row', '<row r="2"><other/><c r="A2"/></row>'],
  ];

  test.each(unsafe)('%s', async (_, rows) => {
    expect(await outcome(readFileSync(oneSheet(rows)))).toEqual({ read: 'none', patch: 'workbook-unsafe' });
  });

  test('a sheet in UTF-16', async () => {
    const wide = makeZip(
      changed('sheet1.xml', (data) => Buffer.from(`\ufeff${data.replace('UTF-8', 'UTF-16')}`, 'utf16le')),
    );
    expect(await outcome(wide)).toEqual({ read: 'none', patch: 'workbook-unsafe' });
  });

  test('a signed workbook', async () => {
    const signed = makeZip([...good, { name: '_xmlsignatures/sig1.xml', data: '<Signature/>' }]);
    expect(await outcome(signed)).toEqual({ read: 'none', patch: 'workbook-signed' });
  });

  test('a sheet without a place for rows', async () => {
    const bare = makeZip(changed('sheet1.xml', () => `<worksheet xmlns="${MAIN}"/>`));
    expect(await outcome(bare)).toEqual({ read: 'none', patch: 'workbook-unsafe' });
  });
});

describe('what is broken by chance', () => {
  const zip = makeZip(good);

  /** What went wrong beside a typed error: nothing, it is to be hoped. */
  async function surprises(bytes: Buffer): Promise<unknown[]> {
    const path = workbookFile(bytes);
    const found: unknown[] = [];
    for (const step of [
      () => cellsOf(workbooks, path),
      () => workbooks.patch(path, [{ sheet: 'Sheet1', cell: 'B4', value: 'x' }]),
    ]) {
      await step().catch((cause: unknown) => {
        const typed = isRowscribeError(cause) && !['internal', 'verify-failed', 'write-failed'].includes(cause.code);
        if (!typed) found.push(cause);
      });
      writeFileSync(path, bytes);
    }
    return [...found, ...readdirSync(dirname(path)).filter((name) => name !== 'book.xlsx')];
  }

  test('a workbook cut off anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: zip.length - 1 }), async (length) => {
        expect((await outcome(zip.subarray(0, length))).read).not.toBe('none');
      }),
      { numRuns: 40 },
    );
  });

  test('changed bytes of the package never give more than a typed error', async () => {
    const flip = fc.record({ at: fc.nat(zip.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 5 }), async (flips) => {
        const bytes = Buffer.from(zip);
        for (const { at, to } of flips) bytes[at] = to;
        expect(await surprises(bytes)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  test('changed text of its parts never gives more than a typed error', async () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      '/>',
      '</row>',
      '<row>',
      '<c r="A1">',
      '</sheetData>',
      '<!--',
      ' r="0"',
      '&',
      '&#0;',
      '\u0000',
      '<sheetData>',
      ' r="A9"',
      't="s"',
    );
    const cut = fc.record({ part: fc.nat(), at: fc.nat(), remove: fc.nat(12), put: fc.option(piece, { nil: '' }) });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        const parts = good.map((part) => ({ ...part, data: part.data.toString() }));
        for (const { part, at, remove, put } of cuts) {
          const one = parts[part % parts.length];
          if (one === undefined) continue;
          const place = at % (one.data.length + 1);
          one.data = one.data.slice(0, place) + put + one.data.slice(place + remove);
        }
        expect(await surprises(makeZip(parts))).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});
