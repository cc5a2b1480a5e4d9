// What a rewrite claims that the original did not: numbers, units, names, certificates.

/** Runs of Latin letters and digits: figures, units, model numbers, foreign names. */
const CODES = /[\p{N}]+(?:[.,]\p{N}+)*(?:\s?[a-z%℃°μ²³]{1,6}(?![a-z]))?|[a-z][a-z0-9.-]+/giu;
/** Chinese numerals that count something. */
const COUNTS =
  /[一二两三四五六七八九十百千万亿半几数]{1,6}(?:倍|成|折|年|个月|天|小时|分钟|秒|公斤|斤|克|升|米|厘米|毫米|寸|万|亿|件|人|家|国|项|款|层|级|度|元|次|代|星|名)/gu;
/** Proof and rank that a model may invent. */
const PROOFS =
  /认证|证书|专利|奖|检测|报告|标准|编号|授权|许可|批准|注册|质检|国标|权威|机构|研究|实验|临床|数据|专家|医生|明星|冠军|院士|教授|博士|大学|同款|联名|联合|进口|原产|有机|非遗|老字号|官方|旗舰|正品|质保|包退|赔|免费|赠|®|™/gu;
/** Quoted or titled names. */
const NAMES = /[“「『《][^”」』》]{1,24}[”」』》]/gu;

/** Words of plain Latin letters are names in Chinese copy only; in English copy they are the language. */
const PLAIN_WORD = /^[a-z][a-z-]*$/u;
const HAN = /\p{Script=Han}/u;

/** Every number with its unit, counted quantity, code, proof word and quoted name of `after` that `before` lacks. */
export function factsAdded(before: string, after: string): readonly string[] {
  const known = plain(before);
  const isChinese = HAN.test(known);
  const found = [CODES, COUNTS, PROOFS, NAMES].flatMap((pattern) => plain(after).match(pattern) ?? []);
  const counted = found.filter((fact) => isChinese || !PLAIN_WORD.test(fact));
  return [...new Set(counted)].filter((fact) => !holds(known, fact));
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Whether `text` has the fact as a whole: 5 is held by neither 15 nor 1.5. */
function holds(text: string, fact: string): boolean {
  const words = fact.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  const before = /^\p{N}/u.test(fact) ? '(?<!\\p{N}\\.?)' : /^[a-z]/u.test(fact) ? '(?<![a-z])' : '';
  const behind = /\p{N}$/u.test(fact) ? '(?!\\.?\\p{N})' : /[a-z]$/u.test(fact) ? '(?![a-z])' : '';
  return new RegExp(before + words + behind, 'u').test(text);
}
