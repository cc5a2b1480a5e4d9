// What the styles part says about cells: number formats and locks.
import { builtInShape, shapeOf, type NumberShape } from '../domain/number-text.ts';
import type { Package } from './package.ts';
import { isTrue, parseXml, type Attributes } from './xml.ts';

/** Cell styles by their index in the styles part. */
export interface Styles {
  shape(style: number): NumberShape;
  /** Whether a cell of this style is locked when its sheet is protected. */
  locked(style: number): boolean;
}

interface Format {
  readonly numberFormat: number;
  readonly base: number | undefined;
  locked: boolean | undefined;
}

/** Reads the styles part; without one every cell is general and locked. Errors: `workbook-unreadable`. */
export async function readStyles(pkg: Package, part: string | undefined, signal?: AbortSignal): Promise<Styles> {
  const codes = new Map<number, string>();
  const lists = { cellXfs: [] as Format[], cellStyleXfs: [] as Format[] };
  let list: Format[] | undefined;
  const entry = part === undefined ? undefined : pkg.find(part);
  if (entry !== undefined) {
    await parseXml(pkg, entry, pkg.wholeChunks(entry, signal), {
      open: (name, attributes, depth) => {
        if (depth === 2) list = name === 'cellXfs' || name === 'cellStyleXfs' ? lists[name] : undefined;
        if (name === 'numFmt' && depth === 3) {
          codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
        }
        if (name === 'xf' && depth === 3) list?.push(formatOf(attributes));
        const last = list?.at(-1);
        if (name === 'protection' && depth === 4 && last !== undefined) last.locked = lockOf(attributes);
      },
    });
  }
  return stylesOf(lists.cellXfs, lists.cellStyleXfs, codes);
}

function stylesOf(formats: readonly Format[], bases: readonly Format[], codes: ReadonlyMap<number, string>): Styles {
  const shapes = formats.map((format) => {
    const code = codes.get(format.numberFormat);
    return code === undefined ? builtInShape(format.numberFormat) : shapeOf(code);
  });
  return {
    shape: (style) => shapes[style] ?? { kind: 'general' },
    locked: (style) => {
      const format = formats[style];
      return format?.locked ?? bases[format?.base ?? -1]?.locked ?? true;
    },
  };
}

function formatOf(attributes: Attributes): Format {
  const base = attributes['xfId'];
  return {
    numberFormat: Number(attributes['numFmtId'] ?? 0),
    base: base === undefined ? undefined : Number(base),
    locked: undefined,
  };
}

function lockOf(attributes: Attributes): boolean {
  return attributes['locked'] === undefined || isTrue(attributes['locked']);
}
