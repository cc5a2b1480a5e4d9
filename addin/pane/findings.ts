// The advertising check of the texts on the screen: asked for once a text, many texts in one request.
import { useEffect } from 'preact/hooks';
import type { FindingView } from '../../server/contract/cells.ts';
import { usePane, type Pane } from './pane.ts';

const textsARequest = 200;
/** Texts that are waiting for the next request, by pane. */
const waiting = new WeakMap<Pane, Set<string>>();

const keyOf = (recipe: string | undefined, text: string) => `${recipe ?? ''}\n${text}`;

/** Findings of a text, undefined until they are known; asks for them. */
export function useFindings(text: string): readonly FindingView[] | undefined {
  const pane = usePane();
  const { findings, work } = pane.state.value;
  const known = text === '' ? [] : findings.get(keyOf(work.recipe, text));
  useEffect(() => {
    if (known === undefined) ask(pane, text);
  }, [known, text]);
  return known;
}

function ask(pane: Pane, text: string): void {
  const texts = waiting.get(pane) ?? new Set<string>();
  if (texts.size === 0) queueMicrotask(() => void request(pane, texts));
  waiting.set(pane, texts.add(text));
}

async function request(pane: Pane, texts: Set<string>): Promise<void> {
  const { recipe } = pane.state.peek().work;
  const all = [...texts];
  texts.clear();
  for (let from = 0; from < all.length; from += textsARequest) {
    const some = all.slice(from, from + textsARequest);
    await pane.attempt(async () => {
      const asked = some.map((text, index) => ({ id: String(index), text }));
      const { results } = await pane.client.check({ texts: asked, ...(recipe === undefined ? {} : { recipe }) });
      const found = new Map(results.map(({ id, findings }) => [keyOf(recipe, some[Number(id)] ?? ''), findings]));
      pane.dispatch({ do: 'findings', found });
    });
  }
}

/** The text with a finding's span replaced. */
export function replaced(text: string, finding: FindingView, by: string): string {
  return text.slice(0, finding.start) + by + text.slice(finding.end);
}
