// Rows without a key whose inputs changed, known again by the copy that they still carry.

export interface Stranger {
  readonly key: string;
  /** Current texts by column key. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Of what was delivered into a row, at least this share must still be in it. */
const shareMin = 0.5;
/** A text that more rows have says little about any of them. */
const holdersMax = 50;

/**
 * Pairs rows that nobody knows with rows that are gone. Two are the same when the stranger still holds at least half of
 * the texts that were delivered into the other; those with most texts in common are paired first, then in the order of the
 * sheet, each once. Gives the former key by the present one. `lost` holds the delivered texts of `columns` by row key.
 */
export function recogniseRows(
  strangers: readonly Stranger[],
  lost: ReadonlyMap<string, ReadonlyMap<string, string>>,
  columns: readonly string[],
): ReadonlyMap<string, string> {
  const holders = indexTexts(lost, columns);
  const pairs = strangers.flatMap((stranger, order) => pairsOf(stranger, order, holders, lost, columns));
  const former = new Map<string, string>();
  const taken = new Set<string>();
  for (const { key, lostKey } of pairs.toSorted((a, b) => b.score - a.score || a.order - b.order)) {
    if (former.has(key) || taken.has(lostKey)) continue;
    former.set(key, lostKey);
    taken.add(lostKey);
  }
  return former;
}

const textId = (column: string, text: string) => `${column}\n${text}`;

/** Lost rows by each text that was delivered into them. */
function indexTexts(
  lost: ReadonlyMap<string, ReadonlyMap<string, string>>,
  columns: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const [key, texts] of lost) {
    for (const column of columns) {
      const text = texts.get(column) ?? '';
      if (text === '') continue;
      const id = textId(column, text);
      const known = holders.get(id);
      if (known === undefined) holders.set(id, [key]);
      else if (known.length < holdersMax) known.push(key);
    }
  }
  return holders;
}

interface Pair {
  readonly key: string;
  readonly lostKey: string;
  readonly score: number;
  readonly order: number;
}

function pairsOf(
  stranger: Stranger,
  order: number,
  holders: ReadonlyMap<string, readonly string[]>,
  lost: ReadonlyMap<string, ReadonlyMap<string, string>>,
  columns: readonly string[],
): Pair[] {
  const common = new Map<string, number>();
  for (const column of columns) {
    for (const key of holders.get(textId(column, stranger.outputs.get(column) ?? '')) ?? []) {
      common.set(key, (common.get(key) ?? 0) + 1);
    }
  }
  return [...common].flatMap(([lostKey, score]) => {
    const delivered = columns.filter((column) => (lost.get(lostKey)?.get(column) ?? '') !== '').length;
    return score >= delivered * shareMin ? [{ key: stranger.key, lostKey, score, order }] : [];
  });
}
