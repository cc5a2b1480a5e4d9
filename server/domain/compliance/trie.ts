// A prefix tree over UTF-16 units: which strings start at a position of a text.
export interface TrieNode<T> {
  readonly next: Map<number, TrieNode<T>>;
  /** Values of the strings that end here. */
  readonly values: T[];
}

const newNode = <T>(): TrieNode<T> => ({ next: new Map(), values: [] });

/** Walk it by `root` of the first unit, then `next` of each following one: no call and no memory where nothing starts. */
export class Trie<T> {
  readonly #roots: (TrieNode<T> | undefined)[] = Array.from({ length: 0x10000 });

  add(text: string, value: T): void {
    let node = (this.#roots[text.charCodeAt(0)] ??= newNode());
    for (let i = 1; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      const child = node.next.get(unit) ?? newNode();
      node.next.set(unit, child);
      node = child;
    }
    node.values.push(value);
  }

  root(unit: number): TrieNode<T> | undefined {
    return this.#roots[unit];
  }
}
