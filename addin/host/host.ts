// What a page can do where it lives, Excel or a browser: the port that both hosts implement.
import type { LinkAnswer, LinkRequest } from '../../server/contract/links.ts';

export interface Selection {
  readonly sheet: string;
  /** A1 style without "$", e.g. "C7" or "A2:F40". */
  readonly address: string;
  /** The active cell, e.g. "C7". */
  readonly cell: string;
  /** Selected rows as the server's scopes have them: "2-10, 15"; only visible ones. */
  readonly rows: string;
}

export interface HostDocument {
  /** '' when it was never saved. */
  readonly path: string;
  readonly name: string;
  readonly instance: string;
}

/**
 * - `document` is undefined in the browser, where workbooks are chosen from a list.
 * - `onSelection` tells of the selection now and whenever it changes, debounced; gives the function that ends it.
 * - `answer` does what the server asks of the open document; it never throws.
 * - `select` shows a cell to the person; does nothing in the browser.
 */
export interface Host {
  readonly kind: 'excel' | 'browser';
  readonly document: HostDocument | undefined;
  /** From the surrounding program; undefined when it does not say. */
  readonly theme: 'light' | 'dark' | undefined;
  readonly language: 'zh-CN' | 'en-US' | undefined;
  onSelection(listener: (selection: Selection) => void): () => void;
  answer(request: LinkRequest): Promise<LinkAnswer>;
  select(sheet: string, cell: string): Promise<void>;
}
