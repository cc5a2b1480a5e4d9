// Finds every place where a pattern of a table matches: a prefix tree of heads, then the bounded pattern from there.
import type { Pattern } from './pattern.ts';
import { Trie } from './trie.ts';

interface Ruled {
  readonly pattern: Pattern;
}

/** A match of a rule in normalised text, [start, end). */
export interface Match<R> {
  readonly start: number;
  readonly end: number;
  readonly rule: R;
}

/** All rules of a table in one scanner. Work per position is bounded, so time grows with the length of the text only. */
export class Scanner<R extends Ruled> {
  readonly #trie = new Trie<R>();

  constructor(rules: readonly R[]) {
    for (const rule of rules) {
      const alone = [rule];
      for (const head of minimal(rule.pattern)) this.#trie.add(head, alone);
    }
  }

  /** All matches, overlapping ones too, by start; a rule that matches at one place in several ways gives the longest. */
  scan(text: string): Match<R>[] {
    const found: Match<R>[] = [];
    for (let at = 0; at < text.length; at += 1) {
      let node = this.#trie.root(text.charCodeAt(at));
      for (let headEnd = at + 1; node !== undefined; headEnd += 1) {
        for (const rule of node.values) {
          const end = endOf(rule.pattern, text, at, headEnd);
          if (end > at) found.push({ start: at, end, rule });
        }
        node = headEnd < text.length ? node.child(text.charCodeAt(headEnd)) : undefined;
      }
    }
    return found;
  }
}

function endOf(pattern: Pattern, text: string, at: number, headEnd: number): number {
  const { regex } = pattern;
  if (regex === undefined) return headEnd;
  regex.lastIndex = at;
  return regex.test(text) ? regex.lastIndex : -1;
}

/** Heads without those that another head already begins: a pattern is tried once at a place. */
function minimal(pattern: Pattern): readonly string[] {
  if (pattern.regex === undefined) return pattern.heads;
  const all = new Set(pattern.heads);
  return pattern.heads.filter((head) => {
    for (let length = 1; length < head.length; length += 1) if (all.has(head.slice(0, length))) return false;
    return true;
  });
}
