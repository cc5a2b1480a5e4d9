// A choice of words as one regular expression that branches by character, so that trying it costs the depth, not the count.
interface Branch {
  readonly next: Map<string, Branch>;
  isWord: boolean;
}

const newBranch = (): Branch => ({ next: new Map(), isWord: false });

/** The source of an expression that matches any of `words`, the longest first. Nothing else is in it. */
export function alternation(words: readonly string[]): string {
  const root = newBranch();
  for (const word of words) {
    let branch = root;
    for (const unit of word.split('')) {
      const child = branch.next.get(unit) ?? newBranch();
      branch.next.set(unit, child);
      branch = child;
    }
    branch.isWord = true;
  }
  return sourceOf(root);
}

/** A character as it is written in an expression. */
export function escaped(unit: string): string {
  return /[\\^$.*+?()[\]{}|/-]/u.test(unit) ? `\\${unit}` : unit;
}

function sourceOf(branch: Branch): string {
  const leaves: string[] = [];
  const choices: string[] = [];
  for (const [unit, child] of branch.next) {
    if (child.next.size === 0) leaves.push(escaped(unit));
    else choices.push(escaped(unit) + sourceOf(child));
  }
  if (leaves.length > 0) choices.push(leaves.length === 1 ? leaves.join('') : `[${leaves.join('')}]`);
  if (choices.length === 0) return '';
  return `(?:${choices.join('|')})${branch.isWord ? '?' : ''}`;
}
