// XML parts as a stream of events, by local names; document types are refused.
import { SaxesParser } from 'saxes';
import { both, inBoth, inLanguage } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { Package } from './package.ts';
import { PartFault, decodedText } from './part-encoding.ts';
import type { ZipEntry } from './zip-directory.ts';

export type Attributes = Readonly<Record<string, string>>;

/** `depth` is 1 for the root element. Names come without their prefix. */
export interface XmlHandlers {
  open?(name: string, attributes: Attributes, depth: number): void;
  close?(name: string, depth: number): void;
  text?(text: string): void;
}

/** A parser to be fed with text. Errors: PartFault on anything that is not well-formed. */
export class XmlParser {
  readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  #depth = 0;

  constructor(handlers: XmlHandlers) {
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw new PartFault(
        both('含有文档类型声明，已拒绝读取', 'it holds a document type declaration, which is refused'),
      );
    });
    parser.on('opentag', (tag) => {
      this.#depth += 1;
      handlers.open?.(localName(tag.name), tag.attributes, this.#depth);
    });
    parser.on('closetag', (tag) => {
      handlers.close?.(localName(tag.name), this.#depth);
      this.#depth -= 1;
    });
    if (handlers.text !== undefined) {
      const text = handlers.text.bind(handlers);
      parser.on('text', text);
      parser.on('cdata', text);
    }
  }

  write(text: string): void {
    this.#guarded(() => this.#parser.write(text));
  }

  close(): void {
    this.#guarded(() => this.#parser.close());
  }

  #guarded(step: () => void): void {
    try {
      step();
    } catch (cause) {
      if (cause instanceof RowscribeError || cause instanceof PartFault) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new PartFault(both(`XML 有误，${message}`, `its XML is broken, ${message}`), { cause });
    }
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Parses a part from its chunks. Errors: `workbook-unreadable` and whatever the chunks throw. */
export async function parseXml(
  pkg: Package,
  entry: ZipEntry,
  chunks: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
): Promise<void> {
  const parser = new XmlParser(handlers);
  try {
    for await (const text of decodedText(chunks)) parser.write(text);
    parser.close();
  } catch (cause) {
    throw partError(pkg, entry, cause);
  }
}

/** What was thrown while a part was parsed: a PartFault as an error for people, everything else as it is. */
export function partError(pkg: Package, entry: ZipEntry, cause: unknown): unknown {
  if (!(cause instanceof PartFault)) return cause;
  return pkg.unreadable(
    inBoth((language) => `${entry.name}: ${inLanguage(cause.detail, language)}`),
    cause,
  );
}

/** The value of an attribute that belongs to the relationships namespace, `id` unless named, whatever its prefix. */
export function relationshipId(attributes: Attributes, name = 'id'): string | undefined {
  const key = Object.keys(attributes).find((one) => one.endsWith(`:${name}`));
  return key === undefined ? undefined : attributes[key];
}

/** An attribute of the type boolean. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
