// In which encoding a part is written, and its bytes as text.
import { TextDecoder } from 'node:util';
import { both } from '../domain/language.ts';
import { Fault } from './fault.ts';

/** What is wrong with the text of a part; the package layer turns it into an error for people. */
export class PartFault extends Fault {}

/** The fault of a row that says it is none of a sheet's. */
export const wrongRowNumber = (named = '') =>
  new PartFault(both(`有一行的行号是 ${named}`, `a row has the number ${named}`));

/** How a part may be edited byte by byte: as UTF-8, in ASCII with references for the rest, or not at all. */
export type EditableAs = 'utf-8' | 'ascii' | 'not';

export interface PartEncoding {
  /** A label that TextDecoder knows, or undefined when the declared one is unknown. */
  readonly label: string | undefined;
  readonly editableAs: EditableAs;
}

/** The encoding that a part's first bytes declare. */
export function encodingOf(start: Buffer): PartEncoding {
  const mark = start.readUIntBE(0, Math.min(2, start.length));
  if (mark === 0xfffe || mark === 0x3c00) return { label: 'utf-16le', editableAs: 'not' };
  if (mark === 0xfeff || mark === 0x003c) return { label: 'utf-16be', editableAs: 'not' };
  const declaration = start.toString('latin1', 0, 200);
  const named = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(declaration)?.[1];
  const label = named?.toLowerCase() ?? 'utf-8';
  if (label === 'utf-8' || label === 'utf8') return { label: 'utf-8', editableAs: 'utf-8' };
  const single = /^(us-ascii|ascii|iso-8859-\d+|windows-125\d|latin1)$/.test(label);
  return { label: isKnown(label) ? label : undefined, editableAs: single ? 'ascii' : 'not' };
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label) instanceof TextDecoder;
  } catch {
    return false;
  }
}

/** The text of a part, piece by piece, without a byte order mark. Errors: PartFault for an unknown encoding. */
export async function* decodedText(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
  const rest = decoder?.decode();
  if (rest !== undefined && rest !== '') yield rest;
}

export function decoderFor(start: Buffer): TextDecoder {
  const { label } = encodingOf(start);
  if (label === undefined) throw new PartFault(both('编码未知', 'it is written in an unknown encoding'));
  return new TextDecoder(label);
}
