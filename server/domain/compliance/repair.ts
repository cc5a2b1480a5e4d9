// Mending without a model: the wordings of the lists, else the phrase goes, then its clause, until the check is content.
import type { Checker } from './checker.ts';
import { applyMend, mendFault, newRecord, toMend, type MendOptions, type MendRecord } from './mend.ts';
import type { Finding } from './types.ts';

export interface Repaired {
  /** Has nothing left to mend. Empty when nothing of the text could stay. */
  readonly text: string;
  readonly records: readonly MendRecord[];
}

/** Marks between clauses. */
const STOP = /[，,。！!？?；;：:、…\n~]/u;
/** What only leads up to the phrase that was taken away. */
const LEADING =
  /(?:(?:真的|简直|绝对|确实|的确|可以说|完全|就|也|都|更|还|又|真|实在|本来|一直|果然|无疑|当然|全|均)*(?:是|算是|堪称|号称|可谓|称得上|算得上|成为|做到|达到|荣获|获得|有着|具有|拥有|采用|使用|能|可|可以|能够|有|为|比|让|给|把|被|将|和|与|及|或)?)$/u;
/** What cannot begin a clause. */
const TRAILING = /^(?:的|地|得|了|着|过|之|们)+/u;
/** Fewer characters than this are no clause worth keeping. */
const CLAUSE_MIN = 3;
/** No text has more phrases to mend than this; beyond it the rest is cut. */
const ROUNDS_MAX = 200;

/**
 * Takes every phrase that has to be mended out of a text: by the first wording of the list that the check accepts, else
 * by removing the phrase at the boundaries of its clause. Always ends with a text that needs no more mending.
 */
export function repair(checker: Checker, text: string, options: MendOptions): Repaired {
  const records: MendRecord[] = [];
  let now = text;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const finding = toMend(checker, now, options).at(-1);
    if (finding === undefined) return { text: now, records };
    const swapped = finding.category === 'off-platform' ? undefined : replaced(checker, now, finding, options);
    const next = swapped ?? removed(checker, now, finding, options);
    records.unshift(newRecord(finding, next.after, next.after === '' ? 'removed' : 'replaced'));
    now = next.text;
  }
  return { text: '', records };
}

interface Step {
  readonly text: string;
  readonly after: string;
}

function replaced(checker: Checker, text: string, finding: Finding, options: MendOptions): Step | undefined {
  const rest = toMend(checker, text, options).length;
  for (const after of finding.replacements) {
    if (after === '') continue;
    const next = applyMend(text, [finding], [after]);
    const fault = mendFault(checker, text, next, options);
    const fine = fault === undefined || fault.kind === 'still-flagged';
    if (fine && toMend(checker, next, options).length < rest) return { text: next, after };
  }
  return undefined;
}

/** Without the phrase; without its clause when too little is left, it leads to contact, or the rest is flagged again. */
function removed(checker: Checker, text: string, finding: Finding, options: MendOptions): Step {
  const from = boundaryBefore(text, finding.start);
  const until = boundaryAfter(text, finding.end);
  const head = text.slice(from, finding.start).replace(LEADING, '');
  const tail = text.slice(finding.end, until).replace(TRAILING, '');
  const clause = head + tail;
  const rest = toMend(checker, text, options).length;
  const leads = finding.category === 'off-platform';
  if (!leads && tail.trim() !== '' && Array.from(clause.trim()).length >= CLAUSE_MIN) {
    const next = tidy(text.slice(0, from) + clause + text.slice(until));
    if (toMend(checker, next, options).length < rest) return { text: next, after: '' };
  }
  const without = tidy(text.slice(0, from) + text.slice(until));
  if (toMend(checker, without, options).length < rest) return { text: without, after: '' };
  return { text: tidy(text.slice(0, from)), after: '' };
}

function boundaryBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && !STOP.test(text.charAt(from - 1))) from -= 1;
  return from;
}

function boundaryAfter(text: string, at: number): number {
  let until = at;
  while (until < text.length && !STOP.test(text.charAt(until))) until += 1;
  return until;
}

/** One mark where several met, none at the start; a stop where a comma would end the text. */
function tidy(text: string): string {
  return text
    .replaceAll(/[，,、；;：:]+(?=[，,、；;：:。！!？?])/gu, '')
    .replaceAll(/([。！!？?])[，,、；;：:。]+/gu, '$1')
    .replace(/^[，,、；;：:。！!？?\s]+/u, '')
    .replace(/[，、；：]\s*$/u, '。');
}
