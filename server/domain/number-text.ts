// A stored number as the text a person would have typed: plain numbers, dates, times, percentages, padded codes.

/** What a number format makes of a number; everything not clearly one of the others is general. */
export type NumberShape =
  | { readonly kind: 'general' }
  | { readonly kind: 'date'; readonly date: boolean; readonly time: boolean; readonly elapsed: boolean }
  | { readonly kind: 'percent'; readonly decimals: number }
  | { readonly kind: 'padded'; readonly digits: number };

const GENERAL: NumberShape = { kind: 'general' };

/** The shape of a built-in format, by its number in the format's table (ECMA-376 part 1, 18.8.30). */
export function builtInShape(formatId: number): NumberShape {
  if (formatId === 9) return { kind: 'percent', decimals: 0 };
  if (formatId === 10) return { kind: 'percent', decimals: 2 };
  const time = (formatId >= 18 && formatId <= 21) || (formatId >= 45 && formatId <= 47);
  if (time || [32, 33, 34, 35, 55, 56].includes(formatId)) return dateShape(false, true, formatId === 46);
  if (formatId === 22) return dateShape(true, true, false);
  const date = (formatId >= 14 && formatId <= 17) || (formatId >= 27 && formatId <= 36);
  if (date || (formatId >= 50 && formatId <= 58)) return dateShape(true, false, false);
  return GENERAL;
}

/** The shape of a format code such as `yyyy/m/d;@`, `0.0%` or `000000`. */
export function shapeOf(code: string): NumberShape {
  const elapsed = /\[(h+|m+|s+)\]/i.test(code);
  const bare = (code.split(';')[0] ?? '')
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[[^\]]*\]/g, (bracket) => (/^\[(h+|m+|s+)\]$/i.test(bracket) ? bracket.slice(1, -1) : ''))
    .toLowerCase();
  const percent = /^0(?:\.(0+))?%$/.exec(bare.trim());
  if (percent) return { kind: 'percent', decimals: percent[1]?.length ?? 0 };
  if (/^0{2,15}$/.test(bare.trim())) return { kind: 'padded', digits: bare.trim().length };
  if (bare.includes('general') || /[0#?]/.test(bare.replace(/s[.,]0+/g, 's'))) return GENERAL;
  const withoutNoon = bare.replace(/am\/pm|a\/p|上午\/下午/g, '');
  const time = /[hs]/.test(withoutNoon);
  const date = /[yde]/.test(withoutNoon) || (/m/.test(withoutNoon) && !time);
  return date || time ? dateShape(date, time, elapsed) : GENERAL;
}

function dateShape(date: boolean, time: boolean, elapsed: boolean): NumberShape {
  return { kind: 'date', date, time, elapsed };
}

/**
 * The text of a stored number.
 *
 * @param stored the content of the `v` element
 * @param shape of the cell's number format
 * @param from1904 whether the workbook counts days from 1904
 */
export function numberText(stored: string, shape: NumberShape, from1904: boolean): string {
  const trimmed = stored.trim();
  const value = Number(trimmed);
  if (trimmed === '' || !Number.isFinite(value)) return trimmed;
  if (shape.kind === 'percent') return `${plainNumber(Number((value * 100).toFixed(shape.decimals)))}%`;
  if (shape.kind === 'padded' && Number.isInteger(value) && value >= 0)
    return String(value).padStart(shape.digits, '0');
  if (shape.kind === 'date') return dateText(value, shape, from1904) ?? plainNumber(value);
  return plainNumber(value);
}

function plainNumber(value: number): string {
  return String(value).replace('e', 'E');
}

const DAY_SECONDS = 86_400;
/** Days from the first day of 1904 back to the day that counts as 0 otherwise. */
const DAYS_1904 = 1462;
const LAST_SERIAL = 2_958_466;

function dateText(
  value: number,
  shape: { date: boolean; time: boolean; elapsed: boolean },
  from1904: boolean,
): string | undefined {
  const serial = from1904 && shape.date ? value + DAYS_1904 : value;
  if (serial < 0 || serial >= LAST_SERIAL) return undefined;
  const seconds = Math.round(serial * DAY_SECONDS);
  if (!shape.date) return clockText(shape.elapsed ? seconds : seconds % DAY_SECONDS);
  const day = Math.floor(seconds / DAY_SECONDS);
  const date = calendarText(day);
  const rest = seconds % DAY_SECONDS;
  return shape.time ? `${date} ${clockText(rest)}` : date;
}

/** Serial 60 is 29 February 1900, a day that never was but that every spreadsheet counts. */
function calendarText(day: number): string {
  if (day === 60) return '1900-02-29';
  const sinceEpoch = day < 60 ? day + 1 : day;
  return new Date(Date.UTC(1899, 11, 30) + sinceEpoch * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

function clockText(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const text = `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}
