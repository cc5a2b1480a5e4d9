// The second reader: what a model is asked about implied claims, and which of its answers may become warnings.
import type { AnswerSchema } from '../answer-schema.ts';
import type { Language } from '../language.ts';
import type { Category, Finding } from './types.ts';

interface ImpliedClaim {
  readonly category: Category;
  /** Key of the explanation in reasons.ts. */
  readonly reason: string;
  readonly clause: string;
}

/** The only provisions a second reader may name. */
const impliedClaims: Readonly<Record<string, ImpliedClaim>> = {
  superlative: { category: 'absolutist', reason: 'implied', clause: '广告法§9(3)' },
  medical: { category: 'medical', reason: 'medical', clause: '广告法§17' },
  price: { category: 'price', reason: 'price-base', clause: '广告法§28' },
  guarantee: { category: 'other', reason: 'guarantee', clause: '广告法§28' },
  disparage: { category: 'other', reason: 'disparage', clause: '广告法§13' },
  data: { category: 'rank', reason: 'data', clause: '广告法§11' },
  contact: { category: 'off-platform', reason: 'contact', clause: '平台规则' },
};

/** Claims one look may name, and the longest quotation, in characters. */
const claimsMax = 3;
const quoteCharactersMax = 40;
/** Shorter quotations fit anywhere and prove nothing. */
const quoteCharactersMin = 3;

/** The question, to be asked after the constant text and the pictures of the row. */
export function secondReaderPrompt(texts: ReadonlyMap<string, string>, language: Language): string {
  const zh = language === 'zh-CN';
  const kinds = Object.keys(impliedClaims).join(zh ? '、' : ', ');
  const question = zh
    ? `逐句读下面的文案，找出没有用违禁词、但意思上违反广告法的说法（如暗示没有更好的、暗示疗效、暗示最低价）。最多${claimsMax}处，原样引用，不改一字，并注明类别（${kinds}）。没有就留空，类别写 none。`
    : `Read the copy below sentence by sentence. Find claims that use no banned word but mean what advertising law forbids (nothing is better, a cure, the lowest price). At most ${claimsMax}; quote them letter by letter and name the kind (${kinds}). If there is none, leave the quotation empty and write none.`;
  return [question, ...texts.values()].join('\n');
}

/** Flat, as every engine's grammar wants it: quote_1, kind_1, quote_2, … */
export function secondReaderSchema(): AnswerSchema {
  const kinds = [...Object.keys(impliedClaims), 'none'];
  const pairs = Array.from({ length: claimsMax }, (_, index) => [
    [`quote_${index + 1}`, { type: 'string', maxLength: quoteCharactersMax } as const] as const,
    [`kind_${index + 1}`, { type: 'string', enum: kinds } as const] as const,
  ]).flat();
  return {
    type: 'object',
    properties: Object.fromEntries(pairs),
    required: pairs.map(([name]) => name),
    additionalProperties: false,
  };
}

/**
 * The warnings of an answer, by key of the text. A warning stands only on a quotation that is in the text letter by
 * letter and on a provision of our list; where the check has a finding already, or an answer says anything else, nothing
 * is added. Nothing is ever taken away.
 */
export function secondReaderFindings(
  answer: string,
  texts: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, readonly Finding[]>,
): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const { quote, kind } of claimsOf(answer)) {
    const claim = impliedClaims[kind];
    if (claim === undefined || Array.from(quote).length < quoteCharactersMin) continue;
    for (const [key, text] of texts) {
      const start = text.indexOf(quote);
      const end = start + quote.length;
      const taken = [...(known.get(key) ?? []), ...(found.get(key) ?? [])];
      if (start < 0 || taken.some((other) => other.start < end && start < other.end)) continue;
      found.set(key, [...(found.get(key) ?? []), warning(claim, quote, start)]);
    }
  }
  return found;
}

function warning(claim: ImpliedClaim, text: string, start: number): Finding {
  const scope = claim.category === 'off-platform' ? 'platform' : 'law';
  const at = { start, end: start + text.length, text };
  return { ...at, ...claim, severity: 'warn', replacements: [], scope, entryId: 'second-reader' };
}

function claimsOf(answer: string): { quote: string; kind: string }[] {
  try {
    const value = JSON.parse(answer) as Record<string, unknown> | null;
    return Array.from({ length: claimsMax }, (_, index) => {
      const [quote, kind] = [value?.[`quote_${index + 1}`], value?.[`kind_${index + 1}`]];
      return { quote: typeof quote === 'string' ? quote.trim() : '', kind: typeof kind === 'string' ? kind : '' };
    });
  } catch {
    return [];
  }
}
