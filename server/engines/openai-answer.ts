// What a model said, made to keep the port's promise: one JSON object when a schema was given.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { AnswerSchema } from '../ports/engine.ts';

/**
 * Passes the pieces of an answer on as they come, except that of an answer in JSON nothing is told before it is clear that
 * it begins as JSON: what stands around the object is cut off at the end.
 */
export class PieceGate {
  readonly #schema: AnswerSchema | undefined;
  readonly #tell: (piece: string) => void;
  #isOpen: boolean;
  text = '';

  constructor(schema: AnswerSchema | undefined, tell: (piece: string) => void) {
    this.#schema = schema;
    this.#tell = tell;
    this.#isOpen = schema === undefined;
  }

  push(piece: string): void {
    const isFirst = this.text === '';
    this.text += isFirst && this.#schema !== undefined ? piece.trimStart() : piece;
    if (isFirst && this.text.startsWith('{')) {
      this.#isOpen = true;
      this.#tell(this.text);
    } else if (this.#isOpen && piece !== '') this.#tell(piece);
  }

  /** The whole text. Error: `engine-rejected` when it should hold an object and does not. */
  end(finish: 'stop' | 'length'): string {
    if (this.#schema === undefined || finish === 'length' || this.text.trim() === '') return this.text;
    if (this.#isOpen && isObject(parse(this.text))) return this.text;
    const object = objectIn(this.text, this.#schema);
    if (object === undefined) throw notJson();
    // Nothing may be told that is not the beginning of the text.
    if (this.#isOpen && !object.startsWith(this.text)) return this.text;
    if (!this.#isOpen) this.#tell(object);
    return object;
  }
}

/** A text full of braces is not searched for ever. */
const triesMax = 400;

/** The last object in the text that has what the schema requires, with its properties in the schema's order. */
export function objectIn(text: string, schema: AnswerSchema): string | undefined {
  const plain = text.replace(/<think>[^]*?<\/think>/g, '');
  let tries = 0;
  for (let to = plain.lastIndexOf('}'); to >= 0; to = plain.lastIndexOf('}', to - 1)) {
    for (let from = plain.indexOf('{'); from >= 0 && from < to; from = plain.indexOf('{', from + 1)) {
      if (++tries > triesMax) return undefined;
      const value = parse(plain.slice(from, to + 1));
      if (!isObject(value) || schema.required.some((name) => !Object.hasOwn(value, name))) continue;
      const names = Object.keys(schema.properties).filter((name) => Object.hasOwn(value, name));
      return JSON.stringify(Object.fromEntries(names.map((name) => [name, value[name]])));
    }
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notJson(): RowscribeError<'engine-rejected'> {
  return new RowscribeError('engine-rejected', {
    detail: both('它没有按格式回答', 'it did not answer in the given form'),
  });
}
