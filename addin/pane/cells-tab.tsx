// The cell tab in Excel: the row of the selected cell.
import { usePane, useWords } from './pane.ts';
import { RowPanel } from './row-panel.tsx';
import { Icon } from './icons.tsx';

export function CellsTab() {
  const pane = usePane();
  const { cell: words } = useWords();
  const { focus } = pane.state.value;
  if (focus !== undefined) return <RowPanel />;
  return (
    <div class="empty">
      <Icon name="locate" />
      <h2>{words.none}</h2>
      <p>{words.noneText}</p>
    </div>
  );
}
