// Whether a short hit only arises where two words meet: 推开|光面 holds no 开光.
const REACH = 8;

/** Words by the dictionary of the Intl.Segmenter; made once, when first needed. */
let segmenter: Intl.Segmenter | undefined;

/** True when a word ends inside [start, end) that began before it, or one begins inside that ends after it. */
export function crossesWords(text: string, start: number, end: number): boolean {
  const from = Math.max(0, start - REACH);
  const until = Math.min(text.length, end + REACH);
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  let inside = false;
  let outside = false;
  for (const { index, segment } of segmenter.segment(text.slice(from, until))) {
    const wordStart = from + index;
    const wordEnd = wordStart + segment.length;
    if (wordEnd <= start || wordStart >= end) continue;
    if (wordStart > start || wordEnd < end) inside = true;
    if (wordStart < start || wordEnd > end) outside = true;
  }
  return inside && outside;
}
