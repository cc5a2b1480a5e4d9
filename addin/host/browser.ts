// The page in an ordinary browser: no document of its own, nothing to ask, theme and language from the browser itself.
import type { LinkAnswer, LinkRequest } from '../../server/contract/links.ts';
import type { Host } from './host.ts';

/** The host of the page when no spreadsheet program surrounds it; workbooks are chosen from the server's list. */
export function createBrowserHost(): Host {
  return {
    kind: 'browser',
    document: undefined,
    theme: undefined,
    language: undefined,
    onSelection: () => () => undefined,
    answer: (request) => Promise.resolve(noDocument(request)),
    select: () => Promise.resolve(),
  };
}

const noDocument = (request: LinkRequest): LinkAnswer => ({
  answer: 'failed',
  why: 'other',
  detail: `${request.ask}: no workbook is open in this page`,
});
