// Whose text a cell holds, in a word.
import type { CellView } from '../../server/contract/sheets.ts';
import { useWords } from './pane.ts';

/** Nothing is said of the usual case. */
export function StateTag({ cell }: { readonly cell: CellView }) {
  const { cell: words } = useWords();
  return cell.state === 'ours' || cell.state === 'empty' ? null : (
    <span class={`tag ${cell.state}`}>{words.states[cell.state]}</span>
  );
}
