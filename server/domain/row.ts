// A product row: its key, inputs and current cells, and the fingerprint of what the model will see.
import type { ColumnMap } from './columns.ts';
import { pictureIdentity, picturesOf, type PictureRef, type PictureSource } from './row-pictures.ts';

export interface Fact {
  readonly header: string;
  readonly text: string;
}

export interface ProductRow {
  /** 1-based row in the sheet at reading time; never an identity. */
  readonly number: number;
  /** Identity that survives sorting, inserting and deleting. */
  readonly key: string;
  /** What a person would call the row: its key cell, else "row 7". */
  readonly label: string;
  readonly fingerprint: string;
  readonly pictures: readonly PictureRef[];
  /** Every column of the sheet by header, for placeholders. */
  readonly values: ReadonlyMap<string, string>;
  readonly facts: readonly Fact[];
  readonly prompt: string;
  readonly category: string;
  /**
   * Current text of the output cells by column key, untrimmed; '' when empty. Cells that text must not replace are
   * absent.
   */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface RowSource extends PictureSource {
  readonly number: number;
  /** 0-based columns whose cells hold a formula, a picture or another value that text must not replace. */
  readonly occupied: ReadonlySet<number>;
}

/** Stable digest of a text, injected so that this file stays free of I/O and platform. */
export type Digest = (text: string) => string;

/**
 * Builds rows and gives each its key: the key column's text, else the fingerprint of the inputs. Of rows with equal
 * keys the second gets "#2", and so on, in the order of the sheet.
 */
export function createRowReader(map: ColumnMap, digest: Digest): (source: RowSource) => ProductRow | undefined {
  const taken = new Set<string>();
  return (source) => {
    const row = readRow(source, map, digest);
    if (row === undefined) return undefined;
    const key = freeKey(row.key, taken);
    taken.add(ownCopy(key));
    return key === row.key ? row : { ...row, key };
  };
}

/** A part of a long text may keep all of it in memory; this is on its own. */
function ownCopy(part: string): string {
  return ` ${part}`.slice(1);
}

function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  let key = wanted;
  for (let count = 2; taken.has(key); count += 1) key = `${wanted}#${count}`;
  return key;
}

/** A row without any input (blank, or a note below the table) is no product row. */
function readRow(source: RowSource, map: ColumnMap, digest: Digest): ProductRow | undefined {
  const raw = (index: number) => source.texts.get(index) ?? '';
  const at = (index: number | undefined) => (index === undefined ? '' : raw(index).trim());
  const pictures = picturesOf(source, map);
  const facts = map.facts
    .map((ref) => ({ header: ref.header, text: at(ref.index) }))
    .filter((fact) => fact.text !== '');
  const prompt = at(map.prompt?.index);
  const keyText = at(map.key?.index);
  if (pictures.length === 0 && prompt === '' && keyText === '') return undefined;
  const fingerprint = digest(
    JSON.stringify([pictures.map(pictureIdentity), facts.map((fact) => [fact.header, fact.text]), prompt]),
  );
  return {
    number: source.number,
    key: keyText === '' ? `~${fingerprint.slice(0, 24)}` : keyText,
    label: keyText === '' ? String(source.number) : keyText,
    fingerprint,
    pictures,
    values: valuesOf(map, at),
    facts,
    prompt,
    category: at(map.category?.index),
    outputs: new Map(
      [...map.outputs].filter(([, ref]) => !source.occupied.has(ref.index)).map(([key, ref]) => [key, raw(ref.index)]),
    ),
  };
}

function valuesOf(map: ColumnMap, at: (index: number) => string): ReadonlyMap<string, string> {
  const inputs = [
    ...map.pictures,
    ...map.facts,
    ...[map.key, map.prompt, map.category].filter((ref) => ref !== undefined),
  ];
  return new Map([...inputs, ...map.outputs.values()].map((ref) => [ref.header, at(ref.index)]));
}
