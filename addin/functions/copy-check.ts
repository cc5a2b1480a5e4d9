// COPY.CHECK: the advertising check of a text as a formula. It asks the server's tables, never a model.
import type { CheckAnswer, CheckRequest, FindingView } from '../../server/contract/cells.ts';
import type { Language } from '../../server/domain/language.ts';

export interface CopyCheckOptions {
  readonly check: (request: CheckRequest) => Promise<CheckAnswer>;
  readonly language: () => Language;
  /** Makes the error that a cell shows as #N/A with these words. */
  readonly notAvailable: (message: string) => Error;
  /** Answers that are kept, so that a workbook that is opened or calculated again asks nothing twice. */
  readonly keptMax?: number;
}

/** The server takes 500 texts at once. */
const textsMax = 500;
/** What one request may weigh; the server takes more. */
const charactersMax = 500_000;
const findingsShownMax = 5;

interface Waiting {
  readonly text: string;
  readonly resolve: (result: string) => void;
  readonly reject: (error: Error) => void;
}

const words = {
  'zh-CN': {
    passed: '通过',
    quoted: (phrase: string, clause: string) => `“${phrase}”（${clause}）`,
    remove: '请删除',
    note: '注意：',
    more: (count: number) => `另有 ${count} 处`,
    separator: '；',
    away: 'Rowscribe 没有运行。请启动 Rowscribe，然后重新计算该单元格。',
  },
  'en-US': {
    passed: 'Passed',
    quoted: (phrase: string, clause: string) => `“${phrase}” (${clause})`,
    remove: 'remove it',
    note: 'Note: ',
    more: (count: number) => `${count} more`,
    separator: '; ',
    away: 'Rowscribe is not running. Start it, then calculate this cell again.',
  },
} as const;

/**
 * The function behind COPY.CHECK. Calls of one moment are asked for together. '' for a blank cell; an error of the kind
 * not-available when the server is not there.
 */
export function createCopyCheck(options: CopyCheckOptions): (text: unknown) => Promise<string> {
  const kept = new Map<string, CheckAnswer['results'][number]['findings']>();
  let waiting: Waiting[] = [];
  const keep = (text: string, findings: readonly FindingView[]) => {
    kept.set(text, findings);
    const [oldest] = kept.keys();
    if (kept.size > (options.keptMax ?? 5000) && oldest !== undefined) kept.delete(oldest);
  };
  const ask = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    for (const part of parts(asked)) await askPart(part, options, keep);
  };
  return (value) => {
    const text = plainText(value);
    if (text.trim() === '') return Promise.resolve('');
    const known = kept.get(text);
    if (known !== undefined) return Promise.resolve(verdict(known, options.language()));
    return new Promise((resolve, reject) => {
      waiting.push({ text, resolve, reject });
      if (waiting.length === 1) setTimeout(() => void ask());
    });
  };
}

async function askPart(
  part: readonly Waiting[],
  { check, language, notAvailable }: CopyCheckOptions,
  keep: (text: string, findings: readonly FindingView[]) => void,
): Promise<void> {
  const texts = [...new Set(part.map(({ text }) => text))];
  try {
    const { results } = await check({ texts: texts.map((text, index) => ({ id: String(index), text })) });
    const findings = new Map(results.map((result) => [texts[Number(result.id)], result.findings]));
    for (const { text, resolve } of part) {
      const found = findings.get(text) ?? [];
      keep(text, found);
      resolve(verdict(found, language()));
    }
  } catch {
    const error = notAvailable(words[language()].away);
    for (const { reject } of part) reject(error);
  }
}

/** The calls in parts that one request can carry. */
function parts(calls: readonly Waiting[]): Waiting[][] {
  const found: Waiting[][] = [];
  let characters = 0;
  for (const call of calls) {
    const last = found.at(-1);
    characters += call.text.length;
    if (last === undefined || last.length >= textsMax || characters > charactersMax) {
      found.push([call]);
      characters = call.text.length;
    } else last.push(call);
  }
  return found;
}

const plainText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** One short text for a cell: "通过", or each phrase with its clause and what to write instead. */
export function verdict(findings: readonly FindingView[], language: Language): string {
  const own = words[language];
  if (findings.length === 0) return own.passed;
  const shown = findings.slice(0, findingsShownMax).map(({ phrase, clause, severity, replacements: [instead] }) => {
    const note = severity === 'warn' ? own.note : '';
    return `${note}${own.quoted(phrase, clause[language])}→${instead === undefined || instead === '' ? own.remove : instead}`;
  });
  const rest = findings.length - shown.length;
  return [...shown, ...(rest > 0 ? [own.more(rest)] : [])].join(own.separator);
}
