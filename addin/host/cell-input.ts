// What is put into a cell so that a text stays exactly that text, and which texts a cell can hold at all.

/** UTF-16 units that a cell can hold. */
export const CELL_TEXT_MAX = 32_767;

/** Signs that begin a formula, a command or a prefix in a spreadsheet program, or that hide one behind white space. */
const risky = /^[=+\-@'\s#\\^"／＝＋－＠]/u;
const numberSigns = /^[\s\d０-９.,，:：/\-–+%()$¥￥€£年月日号時时點点分秒上下午周星期AMPamp]+$/u;
const monthNames = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i;
const exponent = /^[\d.]+e[+-]?\d+$/i;
const truth = /^(?:true|false)$/i;
/** Longer texts are never taken for a number, a date or a time. */
const parsedTextMax = 40;

/** Line ends as "\n"; no control characters but TAB and line end, which neither a cell nor a file can keep. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/**
 * The input that makes a cell hold `text` as text: with an apostrophe, which the program keeps as a mark beside the text,
 * where it would otherwise read a formula, number, date or truth value. A cell of the format "@" reads nothing into texts.
 */
export function textInput(text: string, numberFormat: string): string {
  if (text.startsWith("'")) return `'${text}`;
  if (numberFormat === '@') return text;
  return isReadIntoSomething(text) ? `'${text}` : text;
}

function isReadIntoSomething(text: string): boolean {
  if (risky.test(text)) return true;
  if (text.length > parsedTextMax) return false;
  return (
    numberSigns.test(text) || exponent.test(text) || truth.test(text) || (/\d/.test(text) && monthNames.test(text))
  );
}
