// Whether a short hit only arises where two words meet: 推开|光面 holds no 开光.
const REACH = 8;

/** Particles and adverbs that the dictionary joins to a word: 睡的, 更紧. Nothing crosses into them. */
const PARTICLES = new Set('的了得地着过更最很不就也都能可去来又再还真超太好');

/** Words by the dictionary of the Intl.Segmenter; made once, when first needed. */
let segmenter: Intl.Segmenter | undefined;

/** Answers for stretches of text seen before; copy repeats itself. */
const known = new Map<string, boolean>();
const KNOWN_MAX = 4096;

/** True when a word ends inside [start, end) that began before it, or one begins inside that ends after it. */
export function crossesWords(text: string, start: number, end: number): boolean {
  const from = Math.max(0, start - REACH);
  const until = Math.min(text.length, end + REACH);
  const key = `${start - from} ${text.slice(from, until)}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= KNOWN_MAX) known.clear();
  const answer = straddles(text.slice(from, until), start - from, end - from);
  known.set(key, answer);
  return answer;
}

function straddles(text: string, start: number, end: number): boolean {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  let inside = false;
  let outside = false;
  for (const { index, segment } of segmenter.segment(text)) {
    const wordStart = index;
    const wordEnd = wordStart + segment.length;
    if (wordEnd <= start || wordStart >= end) continue;
    if (wordStart > start || wordEnd < end) inside = true;
    const beyond = text.slice(wordStart, start) + text.slice(Math.max(end, wordStart), wordEnd);
    if (beyond !== '' && !PARTICLES.has(beyond)) outside = true;
  }
  return inside && outside;
}
