// What a patched workbook lost or changed beside the cells that were to change: nothing, it is to be hoped.
import { canonicalSheet, type CanonicalSheet } from './canonical-sheet.ts';
import { contentOf, readZip, type ReadPart } from './read-zip.ts';

/** Cells that may differ, by the name of their sheet's part; each cell as "row:column", both from 1. */
export type ChangedCells = ReadonlyMap<string, ReadonlySet<string>>;

/** One sentence for each loss. The workbook part may differ in its calculation flag alone. */
export function lossesBetween(before: Buffer, after: Buffer, workbookPart: string, changed: ChangedCells): string[] {
  const [old, fresh] = [readZip(before), readZip(after)];
  const losses: string[] = [];
  if ([...old.keys()].join('\n') !== [...fresh.keys()].join('\n')) losses.push('the list of parts differs');
  for (const [name, part] of old) {
    const twin = fresh.get(name);
    if (twin === undefined) losses.push(`${name} is gone`);
    else if (part.raw.equals(twin.raw) && part.crc === twin.crc) continue;
    else losses.push(...lossesInPart(name, part, twin, workbookPart, changed));
  }
  return losses;
}

function lossesInPart(
  name: string,
  old: ReadPart,
  fresh: ReadPart,
  workbookPart: string,
  changed: ChangedCells,
): string[] {
  const key = name.toLowerCase();
  if (key === workbookPart.toLowerCase()) return lossesInWorkbook(contentOf(old), contentOf(fresh));
  const cells = [...changed].find(([part]) => part.toLowerCase() === key)?.[1];
  if (cells === undefined) return [`${name} differs`];
  return lossesInSheet(name, canonicalSheet(contentOf(old)), canonicalSheet(contentOf(fresh)), cells);
}

function lossesInWorkbook(old: Buffer, fresh: Buffer): string[] {
  const plain = (bytes: Buffer) =>
    bytes
      .toString('latin1')
      .replace(/\sfullCalcOnLoad=["'][^"']*["']/, '')
      .replace(/<(\w+:)?calcPr\s*\/>/, '')
      .replace(/(<(?:\w+:)?calcPr[^>]*?)\s*(\/?>)/, '$1$2');
  const same = plain(old) === plain(fresh) && fresh.includes('fullCalcOnLoad="1"');
  return same ? [] : ['the workbook part differs in more than its flag'];
}

function lossesInSheet(
  name: string,
  old: CanonicalSheet,
  fresh: CanonicalSheet,
  changed: ReadonlySet<string>,
): string[] {
  const losses: string[] = [];
  if (old.sections !== fresh.sections) losses.push(`${name}: sections differ`);
  if ((old.dimension === undefined) !== (fresh.dimension === undefined)) losses.push(`${name}: dimension`);
  for (const [row, attributes] of old.rows) {
    if (fresh.rows.get(row) !== attributes) losses.push(`${name}: row ${row} differs`);
  }
  for (const place of new Set([...old.cells.keys(), ...fresh.cells.keys()])) {
    if (!changed.has(place) && old.cells.get(place) !== fresh.cells.get(place)) losses.push(`${name}: cell ${place}`);
  }
  return losses;
}
