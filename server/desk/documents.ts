// What the desk needs of workbooks that are open in Excel; `pane/` provides it.
import type { LinkAnswer, LinkRequest } from '../contract/links.ts';
import type { Workbooks } from '../ports/workbook.ts';

export interface OpenDocument {
  /** What the journal calls it: the path by which `workbooks` knows it. */
  readonly key: string;
  /** Its id on the shelf, by which its pane knows it. */
  readonly id: string;
  readonly name: string;
  /** '' when it is no file of this computer. */
  readonly folder: string;
}

export interface OpenDocuments {
  readonly workbooks: Workbooks;
  /** A pane says that the document is open there. */
  attach(document: OpenDocument): void;
  /** Gives an answer to whoever waits for it; false when nobody does. */
  answer(key: string, request: string, answer: LinkAnswer): boolean;
  /** Receives what is to be asked of panes. */
  onRequest(listener: (workbook: string, request: LinkRequest) => void): void;
}
