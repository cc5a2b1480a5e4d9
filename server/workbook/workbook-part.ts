// The workbook part: which sheets there are, where their parts lie, and the flag that makes Excel calculate again.
import { both, type Bilingual } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { ATTRIBUTES, spliced, withoutComments } from './markup.ts';
import type { Package, Relationship } from './package.ts';
import { encodingOf } from './part-encoding.ts';
import { isTrue, parseXml, relationshipId } from './xml.ts';

export interface Worksheet {
  readonly name: string;
  readonly visible: boolean;
  /** The name of its part, as the relationships spell it. */
  readonly part: string;
}

export interface WorkbookStructure {
  /** The name of the workbook part. */
  readonly part: string;
  /** Worksheets only, in the order of the tabs. */
  readonly worksheets: readonly Worksheet[];
  readonly stylesPart: string | undefined;
  readonly sharedStringsPart: string | undefined;
  readonly hasCalculationChain: boolean;
  /** Whether days are counted from 1904. */
  readonly from1904: boolean;
  /** Whether the workbook already asks for a full calculation when it is loaded. */
  readonly calculatesOnLoad: boolean;
}

/** Finds the workbook part through the package's relationships and reads it. Errors: `workbook-unreadable`. */
export async function readStructure(pkg: Package, signal?: AbortSignal): Promise<WorkbookStructure> {
  const main = (await pkg.relationships('', signal)).find((one) => one.kind === 'officeDocument');
  const entry = main?.part === undefined ? undefined : pkg.find(main.part);
  if (entry === undefined || main?.part === undefined) throw pkg.unreadable(missingMainPart(pkg));
  if (entry.key.endsWith('.bin')) throw pkg.unreadable(both('二进制工作簿 .xlsb', 'a binary workbook, .xlsb'));
  const links = await pkg.relationships(main.part, signal);
  const sheets: { name: string; visible: boolean; id: string }[] = [];
  let from1904 = false;
  let calculatesOnLoad = false;
  let root = '';
  await parseXml(pkg, entry, pkg.wholeChunks(entry, signal), {
    open: (name, attributes, depth) => {
      if (depth === 1) root = name;
      if (name === 'workbookPr' && depth === 2) from1904 = isTrue(attributes['date1904']);
      if (name === 'calcPr' && depth === 2) calculatesOnLoad = isTrue(attributes['fullCalcOnLoad']);
      if (name !== 'sheet' || depth !== 3) return;
      const hidden = attributes['state'] === 'hidden' || attributes['state'] === 'veryHidden';
      sheets.push({ name: attributes['name'] ?? '', visible: !hidden, id: relationshipId(attributes) ?? '' });
    },
  });
  if (root !== 'workbook') {
    throw pkg.unreadable(both(`主部件是 ${root}，不是 workbook`, `its main part is a ${root}, not a workbook`));
  }
  return {
    part: main.part,
    worksheets: sheets.flatMap(({ name, visible, id }) => {
      const part = worksheetPart(pkg, links, id);
      return part === undefined ? [] : [{ name, visible, part }];
    }),
    stylesPart: partOfKind(links, 'styles'),
    sharedStringsPart: partOfKind(links, 'sharedStrings'),
    hasCalculationChain: links.some((link) => link.kind === 'calcChain'),
    from1904,
    calculatesOnLoad,
  };
}

function missingMainPart(pkg: Package): Bilingual {
  const names = pkg.directory.entries.map((entry) => entry.key);
  if (names.includes('content.xml')) return both('OpenDocument 文件', 'an OpenDocument file');
  return names.includes('[content_types].xml')
    ? both('其中没有工作簿部件', 'it has no workbook part')
    : both('是 zip 文件，但不是工作簿', 'a zip file, but no workbook');
}

function worksheetPart(pkg: Package, links: readonly Relationship[], id: string): string | undefined {
  const link = links.find((one) => one.id === id);
  if (link?.kind !== 'worksheet' || link.part === undefined) return undefined;
  return pkg.find(link.part) === undefined ? undefined : link.part;
}

function partOfKind(links: readonly Relationship[], kind: string): string | undefined {
  return links.find((link) => link.kind === kind)?.part;
}

/** The worksheet of a name: exactly, else ignoring case. */
export function findWorksheet(structure: WorkbookStructure, name: string): Worksheet | undefined {
  const lower = name.toLowerCase();
  return (
    structure.worksheets.find((one) => one.name === name) ??
    structure.worksheets.find((one) => one.name.toLowerCase() === lower)
  );
}

/** The error for a name that no worksheet has. */
export function sheetMissing(structure: WorkbookStructure, sheet: string): RowscribeError<'sheet-missing'> {
  return new RowscribeError('sheet-missing', { sheet, known: structure.worksheets.map((one) => one.name) });
}

/** What stands before calcPr in the workbook part (ECMA-376 part 1, 18.2.27). */
const PREFIX = `[^\\s<>/:"'=!?]+:`;
const BEFORE_CALCULATION = 'sheets|functionGroups|externalReferences|definedNames';

/**
 * The workbook part with the flag set that makes Excel calculate every formula when it loads the file: stored results
 * of formulas that look at a patched cell are no longer true. All other bytes stay. Errors: `workbook-unsafe`.
 */
export function withCalculationOnLoad(bytes: Buffer, path: string): Buffer {
  const text = bytes.toString('latin1');
  const unsafe = (detail: Bilingual) => new RowscribeError('workbook-unsafe', { path, detail });
  if (encodingOf(bytes).editableAs === 'not') {
    throw unsafe(both('工作簿部件的编码不寻常', 'its workbook part is in an unusual encoding'));
  }
  const visible = withoutComments(text);
  const tag = new RegExp(`<(?:${PREFIX})?calcPr${ATTRIBUTES}\\s*/?>`).exec(visible);
  if (tag !== null) {
    const bare = tag[0].replace(/\sfullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')/, '');
    const flagged = bare.replace(/\s*(\/?)>$/, ' fullCalcOnLoad="1"$1>');
    return Buffer.from(spliced(text, tag.index, tag[0].length, flagged), 'latin1');
  }
  const ends = `</(${PREFIX})?(?:${BEFORE_CALCULATION})\\s*>|<(${PREFIX})?(?:${BEFORE_CALCULATION})${ATTRIBUTES}\\s*/>`;
  const last = [...visible.matchAll(new RegExp(ends, 'g'))].at(-1);
  if (last === undefined) throw unsafe(both('工作簿部件没有列出工作表', 'its workbook part lists no sheets'));
  const element = `<${last[1] ?? last[2] ?? ''}calcPr fullCalcOnLoad="1"/>`;
  return Buffer.from(spliced(text, last.index + last[0].length, 0, element), 'latin1');
}
