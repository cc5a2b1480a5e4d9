// A prefix tree over UTF-16 units: which strings start at a position of a text.

const noValues: readonly never[] = [];

/** Most nodes have one child or none: only those with more carry a map, and only where strings end is there a list. */
export class TrieNode<T> {
  /** Values of the strings that end here. */
  values: readonly T[] = noValues;
  #unit = -1;
  #only: TrieNode<T> | undefined;
  #more: Map<number, TrieNode<T>> | undefined;

  child(unit: number): TrieNode<T> | undefined {
    return unit === this.#unit ? this.#only : this.#more?.get(unit);
  }

  grow(unit: number): TrieNode<T> {
    const known = this.child(unit);
    if (known !== undefined) return known;
    const child = new TrieNode<T>();
    if (this.#only === undefined) [this.#unit, this.#only] = [unit, child];
    else (this.#more ??= new Map()).set(unit, child);
    return child;
  }

  add(values: readonly T[]): void {
    this.values = this.values.length === 0 ? values : [...this.values, ...values];
  }
}

/** Walk it by `root` of the first unit, then `child` of each following one: no memory where nothing starts. */
export class Trie<T> {
  readonly #roots: (TrieNode<T> | undefined)[] = Array.from({ length: 0x10000 });

  /** Strings that are given the same list share it. */
  add(text: string, values: readonly T[]): void {
    let node = (this.#roots[text.charCodeAt(0)] ??= new TrieNode());
    for (let i = 1; i < text.length; i += 1) node = node.grow(text.charCodeAt(i));
    node.add(values);
  }

  root(unit: number): TrieNode<T> | undefined {
    return this.#roots[unit];
  }
}
