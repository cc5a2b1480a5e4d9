// Hard facts in a text (standards, contents, measures, certificates) that neither the row nor its prompt states.
import type { Fact } from './row.ts';

const number = String.raw`(?<!\d)(?<!\d\.)\d{1,9}(?:,\d{3}){0,9}(?:\.\d{1,9})?`;
const units =
  '毫米|厘米|公分|米|英寸|寸|mm|cm|m|inch|千克|公斤|克|斤|kg|g|毫升|升|ml|l|瓦|w|mah|毫安|支纱|支|针|旦|d|度|℃|小时|天|年|个月|元|块';

/** What a picture hardly ever shows and a model likes to invent. Bounded repetitions: linear on any text. */
const hardFacts: readonly RegExp[] = [
  /(?<![a-z])(?:GB|FZ|QB|SN|ISO|EN|ASTM|OEKO-?TEX|CE|FCC|3C|CCC)(?:\s?\/\s?T)?\s?\d{3,6}(?:[-—.]\d{1,4}){0,2}/giu,
  new RegExp(String.raw`${number}\s?%`, 'gu'),
  new RegExp(String.raw`${number}\s?(?:${units})(?![a-z])`, 'giu'),
  /(?:专利号|许可证号?|国妆特字|国食健字|批准文号|检测报告|荧光剂|A类|B类)/gu,
];

/**
 * The hard facts of `text` that do not stand in `sources` (compared without width, case and spaces). A source that
 * states 95% does not state 5%.
 */
export function unsupportedFacts(text: string, sources: readonly string[]): string[] {
  const known = sources.map(plain).join('\n');
  const found = hardFacts.flatMap((pattern) =>
    [...text.normalize('NFKC').matchAll(pattern)].map(([fact]) => fact.trim()),
  );
  return [...new Set(found)].filter((fact) => !states(known, plain(fact)));
}

/** What a cell states together with the unit in its header: 500 below 容量（ml） is 500ml. */
export function statement(fact: Fact): string {
  const unit = /[（(]\s*([^（）()\s]{1,8})\s*[）)]\s*$/u.exec(fact.header)?.[1] ?? '';
  return `${fact.text}${unit}`;
}

function states(known: string, fact: string): boolean {
  for (let at = known.indexOf(fact); at >= 0; at = known.indexOf(fact, at + 1)) {
    if (!isWithinNumber(known.slice(0, at), fact)) return true;
  }
  return false;
}

/** Whether a number at the beginning of `fact` goes on to the left: 5% in 95% or 1.5%, 500ml in 1,500ml. */
function isWithinNumber(before: string, fact: string): boolean {
  if (!/^\d/.test(fact)) return false;
  return /\d\.?$/.test(before) || (/\d,$/.test(before) && /^\d{3}(?!\d)/.test(fact));
}

function plain(text: string): string {
  const line = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
  // A blank between figures and their marks keeps them apart.
  return line.replace(/(?<![\d.,]) | (?![\d.,])/g, '');
}
