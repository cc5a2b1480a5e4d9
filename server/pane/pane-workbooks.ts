// Workbooks that are open in Excel, as the port describes workbooks: read and written through the pane beside them.
import type { LinkAnswer, LinkRequest } from '../contract/links.ts';
import type { Clock } from '../ports/clock.ts';
import { RowscribeError } from '../errors.ts';
import type { Workbooks } from '../ports/workbook.ts';
import { Link, linkLimits, type LinkLimits } from './links.ts';
import { PaneDocument } from './pane-document.ts';

export interface PaneWorkbooksOptions {
  /** Reads the pictures of documents as they were last saved. */
  readonly files: Workbooks;
  readonly clock: Clock;
  readonly limits?: LinkLimits;
}

interface Attached {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}

interface PaneWorkbooks {
  /** By the keys under which documents were attached. Of the port's errors `workbook-missing` is `excel-closed` here. */
  readonly workbooks: Workbooks;
  attach(document: Attached): void;
  answer(key: string, request: string, answer: LinkAnswer): boolean;
  onRequest(listener: (workbook: string, request: LinkRequest) => void): void;
}

/**
 * `patch` and `open` wait for the pane. Besides the port's errors: `excel-closed` when no pane answers in time,
 * `excel-editing` while the person types, `excel-protected`, `excel-failed`, and `excel-only-cells` for whole files.
 */
export function createPaneWorkbooks(options: PaneWorkbooksOptions): PaneWorkbooks {
  const { files, clock, limits = linkLimits } = options;
  const documents = new Map<string, PaneDocument>();
  let send: (workbook: string, request: LinkRequest) => void = () => {};
  const documentOf = (key: string): PaneDocument => {
    const document = documents.get(key);
    if (document === undefined) throw new RowscribeError('excel-closed', { path: key.replace(/^excel:/, '') });
    return document;
  };
  const onlyCells = (key: string) => new RowscribeError('excel-only-cells', { path: documentOf(key).name });
  return {
    workbooks: {
      open: async (key, signal) => documentOf(key).open(signal),
      patch: async (key, edits, patchOptions = {}) => {
        patchOptions.signal?.throwIfAborted();
        if (patchOptions.out !== undefined) throw onlyCells(key);
        return documentOf(key).patch(edits, patchOptions);
      },
      replace: async (key) => {
        throw onlyCells(key);
      },
      openedBy: async () => undefined,
    },
    attach(document) {
      const known = documents.get(document.key);
      if (known !== undefined) return known.link.attached(document.name);
      const link = new Link(document, clock, limits, (workbook, request) => send(workbook, request));
      const file = document.folder === '' ? undefined : document.key;
      documents.set(document.key, new PaneDocument(document.key, file, link, files));
    },
    answer: (key, request, answer) => documents.get(key)?.link.answer(request, answer) ?? false,
    onRequest: (listener) => void (send = listener),
  };
}
