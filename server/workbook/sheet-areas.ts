// Areas of a sheet that belong to something else than its cells: tables' headers and totals, pivot tables.
import { parseArea, type Area } from '../domain/cell-address.ts';
import type { Package } from './package.ts';
import { parseXml, type Attributes } from './xml.ts';

export interface OwnedAreas {
  /** Header and total rows: their texts must equal what the table's own part says. */
  readonly tableEdges: readonly Area[];
  /** Output and filter cells of pivot tables: a refresh replaces what stands there. */
  readonly pivots: readonly Area[];
}

/** Follows the sheet's relationships. Errors: `workbook-unreadable`, `workbook-too-large`. */
export async function readOwnedAreas(pkg: Package, sheetPart: string, signal?: AbortSignal): Promise<OwnedAreas> {
  const tableEdges: Area[] = [];
  const pivots: Area[] = [];
  for (const link of await pkg.relationships(sheetPart, signal)) {
    const entry = link.part === undefined ? undefined : pkg.find(link.part);
    if (entry === undefined || (link.kind !== 'table' && link.kind !== 'pivotTable')) continue;
    await parseXml(pkg, entry, pkg.wholeChunks(entry, signal), {
      open: (name, attributes, depth) => {
        if (name === 'table' && depth === 1) tableEdges.push(...edgesOf(attributes));
        if (name === 'location' && depth === 2) pivots.push(...pivotAreas(attributes));
      },
    });
  }
  return { tableEdges, pivots };
}

function edgesOf(table: Attributes): Area[] {
  const area = parseArea(table['ref'] ?? '');
  if (area === undefined) return [];
  const headers = Number(table['headerRowCount'] ?? 1);
  const totals = Number(table['totalsRowCount'] ?? 0);
  const edges: Area[] = [];
  if (headers > 0) edges.push({ ...area, lastRow: area.firstRow + headers - 1 });
  if (totals > 0) edges.push({ ...area, firstRow: area.lastRow - totals + 1 });
  return edges;
}

/** The filter cells stand above the output, with one empty row between; each takes a label, a value and a gap. */
function pivotAreas(location: Attributes): Area[] {
  const output = parseArea(location['ref'] ?? '');
  if (output === undefined) return [];
  const rows = Number(location['rowPageCount'] ?? 0);
  const columns = Number(location['colPageCount'] ?? 0);
  if (!(rows > 0 && columns > 0)) return [output];
  const filters: Area = {
    firstRow: Math.max(1, output.firstRow - 1 - rows),
    lastRow: Math.max(1, output.firstRow - 2),
    firstColumn: output.firstColumn,
    lastColumn: output.firstColumn + columns * 3 - 2,
  };
  return [output, filters];
}
