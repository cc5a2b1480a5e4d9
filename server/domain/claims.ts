// Hard facts in a text (standards, contents, measures, certificates) that neither the row nor its prompt states.

/** What a picture hardly ever shows and a model likes to invent. Bounded repetitions: linear on any text. */
const hardFacts: readonly RegExp[] = [
  /(?:GB|FZ|QB|SN|ISO|EN|ASTM|OEKO-?TEX|CE|FCC|3C|CCC)(?:\s?\/\s?T)?\s?\d{3,6}(?:[-—.]\d{1,4}){0,2}/giu,
  /\d{1,4}(?:\.\d{1,3})?\s?[%％]/gu,
  /\d{1,5}(?:\.\d{1,3})?\s?(?:毫米|厘米|公分|米|英寸|寸|mm|cm|m|inch|千克|公斤|克|斤|kg|g|毫升|升|ml|l|瓦|w|mah|毫安|支纱|支|针|旦|d|度|℃|小时|天|年|个月|元|块)(?![a-z])/giu,
  /(?:专利号|许可证号?|国妆特字|国食健字|批准文号|检测报告|荧光剂|A类|B类)/gu,
];

/** The hard facts of `text` that do not stand in `sources` (compared without width, case and spaces). */
export function unsupportedFacts(text: string, sources: readonly string[]): string[] {
  const known = sources.map(plain).join('\n');
  const found = hardFacts.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[0].trim()));
  return [...new Set(found)].filter((fact) => !known.includes(plain(fact)));
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}
