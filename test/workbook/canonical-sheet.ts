// A worksheet part in canonical form: its cells, its rows' attributes and its other sections, whatever the spelling.
import { SaxesParser } from 'saxes';

export interface CanonicalSheet {
  /** By address: attributes in order and content, prefixes left out. */
  readonly cells: ReadonlyMap<string, string>;
  /** By row number: attributes without `r` and `spans`. */
  readonly rows: ReadonlyMap<number, string>;
  /** Everything around the rows but the dimension. */
  readonly sections: string;
  readonly dimension: string | undefined;
}

/** Parses a UTF-8 or UTF-16 worksheet part. */
export function canonicalSheet(bytes: Buffer): CanonicalSheet {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const declared = /encoding="([^"]+)"/.exec(bytes.toString('latin1', 0, 120))?.[1];
  const text = new TextDecoder(wide ? 'utf-16le' : (declared ?? 'utf-8')).decode(bytes);
  const reader = new CanonicalReader();
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  parser.on('opentag', (tag) => reader.open(local(tag.name), tag.attributes));
  parser.on('closetag', () => reader.close());
  parser.on('text', (piece) => reader.text(piece));
  parser.on('cdata', (piece) => reader.text(piece));
  parser.write(text).close();
  return reader;
}

class CanonicalReader implements CanonicalSheet {
  readonly cells = new Map<string, string>();
  readonly rows = new Map<number, string>();
  sections = '';
  dimension: string | undefined;
  readonly #path: string[] = [];
  #row = 0;
  #column = 0;
  #address = '';

  open(name: string, attributes: Record<string, string>): void {
    this.#path.push(name);
    const depth = this.#path.length;
    if (this.#path[1] !== 'sheetData') {
      if (name === 'dimension' && depth === 2) this.dimension = attributes['ref'];
      else this.sections += `<${name}${listed(attributes, [])}>`;
    } else if (depth === 3) {
      this.#row = attributes['r'] === undefined ? this.#row + 1 : Number(attributes['r']);
      this.#column = 0;
      this.rows.set(this.#row, listed(attributes, ['r', 'spans']));
    } else if (depth === 4 && name === 'c') {
      const letters = /^[A-Za-z]+/.exec(attributes['r'] ?? '')?.[0];
      this.#column = letters === undefined ? this.#column + 1 : columnOf(letters);
      this.#address = `${this.#row}:${this.#column}`;
      this.cells.set(this.#address, listed(attributes, ['r']));
    } else if (depth > 3) {
      this.#append(`<${name}${listed(attributes, [])}>`);
    }
  }

  text(text: string): void {
    const inRows = this.#path[1] === 'sheetData';
    if (inRows && this.#path.length > 4) this.#append(text);
    else if (text.trim() !== '') this.sections += text;
  }

  close(): void {
    const name = this.#path.pop() ?? '';
    if (this.#path[1] !== 'sheetData' && name !== 'dimension' && name !== 'sheetData') this.sections += `</${name}>`;
  }

  #append(piece: string): void {
    this.cells.set(this.#address, (this.cells.get(this.#address) ?? '') + piece);
  }
}

function columnOf(letters: string): number {
  return letters
    .toUpperCase()
    .split('')
    .reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function listed(attributes: Record<string, string>, without: readonly string[]): string {
  return Object.keys(attributes)
    .filter((name) => !without.includes(name))
    .toSorted()
    .map((name) => ` ${local(name)}="${attributes[name] ?? ''}"`)
    .join('');
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
