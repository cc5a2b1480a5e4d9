// What must hold at the end of a soak, whatever people did: checked against the files, the folder and the journal.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { restoredReason } from '../../server/jobs/watch-changes.ts';
import type { Journal } from '../../server/ports/store.ts';
import { columns, copyCount, readGrid, sheetName, type Grid } from './grid.ts';
import { kinds, personMark, rowId, type Shop } from './people.ts';

/** The recipe's keys of the columns that people may edit, in the order of the sheet. */
const copyKeys = [
  ...['description', 'title_a', 'lead_a', 'title_b', 'lead_b', 'title_c', 'lead_c', 'keywords'],
] as const;

/** Everything that is not as it must be, in words. */
export async function violations(shop: Shop, journal: Journal): Promise<string[]> {
  const found = await strayFiles(shop);
  for (const [file, saved] of shop.saved) {
    const now = await readGrid(file).catch((error: unknown) => String(error));
    if (typeof now === 'string') found.push(`${path.basename(file)} cannot be read: ${now}`);
    else found.push(...compare(file, saved, now, shop, journal).map((what) => `${path.basename(file)}: ${what}`));
  }
  return found;
}

async function strayFiles(shop: Shop): Promise<string[]> {
  const known = new Set([...shop.saved.keys()].map((file) => path.basename(file)));
  const names = await readdir(shop.folder);
  return names.filter((name) => name !== 'photos' && !known.has(name)).map((name) => `${name} should not be there`);
}

function compare(file: string, saved: Grid, now: Grid, shop: Shop, journal: Journal): string[] {
  if (saved.length !== now.length) return [`${saved.length} rows were saved, ${now.length} are there`];
  return saved.flatMap((row, index) => compareRow(file, row, now[index] ?? [], shop, journal));
}

function compareRow(
  file: string,
  saved: readonly string[],
  now: readonly string[],
  shop: Shop,
  journal: Journal,
): string[] {
  const sku = saved[columns.sku] ?? '';
  const found: string[] = [];
  for (let column = 0; column < columns.copy; column += 1) {
    if (saved[column] !== now[column]) found.push(`LOST EDIT ${sku}: input ${saved[column]} is ${now[column]}`);
  }
  const delivered = journal.lastDelivered(file, sheetName, sku);
  for (let index = 0; index < copyCount; index += 1) {
    const key = copyKeys[index] ?? '';
    const [was, is] = [saved[columns.copy + index] ?? '', now[columns.copy + index] ?? ''];
    const history = journal.history(file, sheetName, sku, key);
    if (was.startsWith(personMark)) {
      if (was !== is) found.push(`LOST EDIT ${sku} ${key}: ${was} is ${is}`);
      continue;
    }
    const wasPutBack = history.some(({ reason }) => reason === restoredReason);
    if (is === '' && !wasPutBack) found.push(`${sku} ${key} is empty`);
    const looks = history.filter(({ reason }) => reason === '').length;
    const allowed = shop.versions.get(rowId(file, sku)) ?? 0;
    if (looks > allowed) found.push(`${sku} ${key} was written ${looks} times for ${allowed} sets of inputs`);
    const kind = kinds[shop.photos.get(saved[columns.picture] ?? '') ?? ''] ?? '';
    if (key === 'description' && delivered.get(key) === is && !is.includes(kind)) {
      found.push(`${sku} is about another picture than ${kind}: ${is}`);
    }
  }
  return found;
}
