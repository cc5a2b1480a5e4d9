// Lengths as people count them, and cuts that never split a word.

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Characters as a person counts them: an emoji or an accented letter is one. */
export function graphemeCount(text: string): number {
  // Below U+0300 and among plain Han and kana every UTF-16 unit is a grapheme of its own, but for CR LF.
  if (/^[\u0020-\u02FF\u3000-\u3029\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uFF01-\uFF5E]*$/.test(text))
    return text.length;
  let count = 0;
  for (const _ of graphemes.segment(text)) count += 1;
  return count;
}

/** Where a sentence may end so that what is left still reads as one; not within 1,000 or 10:30. */
const clauseEnd = /[。！？!?、…\n]|(?<!\d)[；;，,：:]|[；;，,：:](?!\d)|\.(?=\s|$)/gu;

/**
 * The longest beginning of `text` with at most `charactersMax` graphemes that ends at a clause; if that would keep less
 * than half of the room, at a word. Trailing separators go; a sentence's own end mark stays.
 */
export function cutAtClause(text: string, charactersMax: number): string {
  if (graphemeCount(text) <= charactersMax) return text;
  const room = text.slice(0, unitsOf(text, charactersMax));
  const clause = lastClause(text, room.length);
  const cut = graphemeCount(clause) * 2 >= charactersMax ? clause : lastWord(text, room.length);
  return cut.replace(/[\s，,、；;：:—–-]+$/u, '');
}

/** UTF-16 length of the first `count` graphemes. */
function unitsOf(text: string, count: number): number {
  let seen = 0;
  for (const segment of graphemes.segment(text)) {
    if (seen === count) return segment.index;
    seen += 1;
  }
  return text.length;
}

function lastClause(text: string, unitsMax: number): string {
  let end = 0;
  for (const match of text.matchAll(clauseEnd)) {
    // A separator just beyond the room may be dropped: the clause before it still fits.
    if (match.index > unitsMax) break;
    end = Math.min(match.index + match[0].length, unitsMax);
  }
  return text.slice(0, end);
}

function lastWord(text: string, unitsMax: number): string {
  let end = 0;
  for (const segment of words.segment(text)) {
    const next = segment.index + segment.segment.length;
    if (next > unitsMax) break;
    end = next;
  }
  // One word longer than the room: there is no better place than the room's end.
  return text.slice(0, end === 0 ? unitsMax : end);
}
