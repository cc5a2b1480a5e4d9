// A process killed at any moment of a patch: the old file or the new one, complete; the next patch tidies up.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { cellsOf, oneSheet } from '../workbook/make-workbook.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('workbook-killed-child.ts', import.meta.url));
const patchIn = (path: string, at: number) => run(process.execPath, ['--import', 'tsx', child, path, String(at)]);
const rows = '<row r="1"><c r="A1"><v>1</v></c></row>';

test('a kill at any call leaves a complete file, and the next patch leaves nothing else', async () => {
  const { stdout } = await patchIn(oneSheet(rows), -1);
  const calls = Number(stdout);
  expect(calls).toBeGreaterThan(20);
  const leftovers: string[] = [];
  const texts = new Set<string | undefined>();
  // Writing, checking and replacing are the last of the calls; of the reading before a few moments are enough.
  const moments = Array.from({ length: calls }, (_, index) => index + 1).filter(
    (at) => at % 14 === 0 || at > calls - 5,
  );
  for (const at of moments) {
    const path = oneSheet(rows);
    const before = readFileSync(path);
    await expect(patchIn(path, at)).rejects.toMatchObject({ signal: 'SIGKILL' });
    leftovers.push(...readdirSync(dirname(path)).filter((name) => name !== 'book.xlsx'));
    const text = (await cellsOf(createWorkbooks(), path)).get('B1')?.text;
    texts.add(text);
    expect(text === undefined ? readFileSync(path).equals(before) : true).toBe(true);
    await createWorkbooks().patch(path, [{ sheet: 'Sheet1', cell: 'C1', value: 'next' }]);
    expect(readdirSync(dirname(path))).toEqual(['book.xlsx']);
  }
  expect(leftovers.length).toBeGreaterThan(0);
  expect(texts).toEqual(new Set([undefined, 'neu']));
});
