// A prefix tree over UTF-16 units: which strings start at a position of a text.
interface Node<T> {
  readonly next: Map<number, Node<T>>;
  readonly values: T[];
}

const newNode = <T>(): Node<T> => ({ next: new Map(), values: [] });

export class Trie<T> {
  readonly #roots: (Node<T> | undefined)[] = Array.from({ length: 0x10000 });

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

  /** Calls `visit` with each value whose string starts at `at`, shorter strings first, and where that string ends. */
  walk(text: string, at: number, visit: (value: T, end: number) => void): void {
    let node = this.#roots[text.charCodeAt(at)];
    for (let i = at + 1; node !== undefined; i += 1) {
      for (const value of node.values) visit(value, i);
      if (i >= text.length) return;
      node = node.next.get(text.charCodeAt(i));
    }
  }
}
