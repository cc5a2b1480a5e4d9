// Parsers for what pages send: each gives a value of its type or says what is wrong with which field.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';

/** Reads a value; `at` names it, e.g. "body.scope.rows". Errors: `request-invalid`. */
export type Parse<T> = (value: unknown, at: string) => T;

type Fields = Readonly<Record<string, Parse<unknown>>>;
type Read<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };

export function refuse(at: string, zh: string, en: string): never {
  throw new RowscribeError('request-invalid', { detail: both(`${at}：${zh}`, `${at}: ${en}`) });
}

/** Text of at most so many UTF-16 units, at least one unless `lengthMin` says otherwise. */
export function text(lengthMax: number, lengthMin = 1): Parse<string> {
  return (value, at) => {
    if (typeof value !== 'string') return refuse(at, '应为文字', 'must be text');
    if (value.length < lengthMin) return refuse(at, '不能为空', 'must not be empty');
    return value.length <= lengthMax
      ? value
      : refuse(at, `最多 ${lengthMax} 个字符`, `must have at most ${lengthMax} characters`);
  };
}

/** As `text`, and may be ''. */
export const anyText = (lengthMax: number): Parse<string> => text(lengthMax, 0);

export function integer(min: number, max: number): Parse<number> {
  return (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(at, `应为 ${min} 到 ${max} 的整数`, `must be a whole number from ${min} to ${max}`);
}

export const flag: Parse<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, '应为 true 或 false', 'must be true or false');

export function oneOf<const C extends string>(...choices: readonly C[]): Parse<C> {
  return (value, at) =>
    choices.find((choice) => choice === value) ??
    refuse(at, `应为 ${choices.join('、')} 之一`, `must be one of ${choices.join(', ')}`);
}

export function list<T>(item: Parse<T>, countMax: number): Parse<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(at, '应为列表', 'must be a list');
    if (value.length > countMax) return refuse(at, `最多 ${countMax} 项`, `must have at most ${countMax} items`);
    return value.map((one: unknown, index) => item(one, `${at}[${index}]`));
  };
}

/** An object whose keys are free, such as ids. */
export function record<T>(item: Parse<T>, countMax: number): Parse<Readonly<Record<string, T>>> {
  return (value, at) => {
    const entries = Object.entries(objectAt(value, at));
    if (entries.length > countMax) return refuse(at, `最多 ${countMax} 项`, `must have at most ${countMax} entries`);
    return Object.fromEntries(entries.map(([key, one]) => [key, item(one, `${at}.${key.slice(0, 40)}`)]));
  };
}

/** An object with these fields; the optional ones may be absent. What is not named is left out. */
export function object<R extends Fields, O extends Fields = object & Fields>(
  required: R,
  optional?: O,
): Parse<Read<R> & Partial<Read<O>>> {
  return (value, at) => {
    const given = objectAt(value, at);
    const read: Record<string, unknown> = {};
    for (const [name, parse] of Object.entries(required)) read[name] = parse(given[name], `${at}.${name}`);
    for (const [name, parse] of Object.entries(optional ?? {})) {
      if (given[name] !== undefined) read[name] = parse(given[name], `${at}.${name}`);
    }
    return read as Read<R> & Partial<Read<O>>;
  };
}

/** One of several shapes, told apart by the text in one field. */
export function variant<V extends Readonly<Record<string, Parse<unknown>>>>(
  field: string,
  shapes: V,
): Parse<ReturnType<V[keyof V]>> {
  return (value, at) => {
    const tag = objectAt(value, at)[field];
    const parse = typeof tag === 'string' && Object.hasOwn(shapes, tag) ? shapes[tag] : undefined;
    const known = Object.keys(shapes);
    if (parse === undefined)
      return refuse(`${at}.${field}`, `应为 ${known.join('、')} 之一`, `must be one of ${known.join(', ')}`);
    return parse(value, at) as ReturnType<V[keyof V]>;
  };
}

/** For requests that have nothing to say: `{}`. */
export const nothing: Parse<undefined> = (value, at) => {
  objectAt(value, at);
  return undefined;
};

function objectAt(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(at, '应为对象', 'must be an object');
}
