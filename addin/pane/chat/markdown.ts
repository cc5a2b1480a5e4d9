// The little Markdown that models write: paragraphs, lists, headings and bold words; everything else is text.

export interface Span {
  readonly text: string;
  readonly isBold: boolean;
}

export type Block =
  | { readonly is: 'paragraph' | 'heading'; readonly lines: readonly (readonly Span[])[] }
  | { readonly is: 'list'; readonly start: number | undefined; readonly items: readonly (readonly Span[])[] };

/** Reads a text of any content, also one that is still growing. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  for (const line of text.split(/\r?\n/)) {
    const block = blockOf(line);
    const last = blocks.at(-1);
    const joined = isOpen && block !== undefined && last !== undefined ? join(last, block) : undefined;
    if (joined !== undefined) blocks[blocks.length - 1] = joined;
    else if (block !== undefined) blocks.push(block);
    // Lists go on after a blank line, paragraphs do not.
    isOpen = block !== undefined || (isOpen && last?.is === 'list');
  }
  return blocks;
}

/** The text as it goes into a cell: without marks, a line for each item. */
export function plainOf(text: string): string {
  const line = (spans: readonly Span[]) => spans.map((span) => span.text).join('');
  return blocksOf(text)
    .map((block) => {
      if (block.is !== 'list') return block.lines.map(line).join('\n');
      const { start, items } = block;
      return items.map((item, index) => (start === undefined ? '' : `${start + index}. `) + line(item)).join('\n');
    })
    .join('\n');
}

function blockOf(line: string): Block | undefined {
  if (line.trim() === '') return undefined;
  const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
  if (heading !== undefined) return { is: 'heading', lines: [spansOf(heading)] };
  const bullet = /^\s*[-*•]\s+(.*)$/.exec(line)?.[1];
  if (bullet !== undefined) return { is: 'list', start: undefined, items: [spansOf(bullet)] };
  const [, number, item] = /^\s*(\d{1,3})[.)、]\s*(?=\S)(.*)$/.exec(line) ?? [];
  if (number !== undefined && item !== undefined && !/^\d/.test(item))
    return { is: 'list', start: Number(number), items: [spansOf(item)] };
  return { is: 'paragraph', lines: [spansOf(line.trim())] };
}

function join(before: Block, next: Block): Block | undefined {
  if (before.is === 'list' && next.is === 'list' && (before.start === undefined) === (next.start === undefined))
    return { ...before, items: [...before.items, ...next.items] };
  if (before.is === 'paragraph' && next.is === 'paragraph')
    return { ...before, lines: [...before.lines, ...next.lines] };
  return undefined;
}

function spansOf(text: string): readonly Span[] {
  const parts = text.split(/\*\*(?=\S)(.+?)(?<=\S)\*\*/u);
  return parts.flatMap((part, index) => (part === '' ? [] : [{ text: part, isBold: index % 2 === 1 }]));
}
