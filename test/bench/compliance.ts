// Prints how well and how fast the advertising check works, beside a naive list of three words.
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Checker } from '../../server/domain/compliance/checker.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { measure } from '../compliance/measure.ts';
import { labelled, type Labelled } from '../compliance/shipped-pack.ts';

const folder = fileURLToPath(new URL('../../templates/compliance', import.meta.url));
const WARM_UP_MS = 1_500;
const MEASURE_MS = 2_500;
const HOSTILE_BYTES = 100_000;

const naive = (text: string): Labelled['verdict'] => (/最|第一|国家级/u.test(text) ? 'fail' : 'pass');

function quality(name: string, rows: readonly Labelled[], checker: Checker): void {
  const judges = [['check', (text: string) => checker.check(text).verdict] as const, ['naive', naive] as const];
  for (const [label, judge] of judges) {
    const found = measure(rows, judge);
    const percent = (share: number): string => (Number.isNaN(share) ? '   - ' : (100 * share).toFixed(1).padStart(5));
    console.log(
      `${name.padEnd(18)} ${label}  n ${String(found.sentences).padStart(3)}  accuracy ${percent(found.accuracy)}  ` +
        `flag P/R ${percent(found.flagPrecision)} /${percent(found.flagRecall)}  ` +
        `false alarms ${percent(found.falsePositiveRate)}  evasions ${percent(found.evasionRecall)}`,
    );
  }
}

/** Megabytes of UTF-8 a second over the texts, one after the other. */
function throughput(checker: Checker, texts: readonly string[], forMs: number): number {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const begun = performance.now();
  let passes = 0;
  while (performance.now() - begun < forMs) {
    for (const text of texts) checker.check(text);
    passes += 1;
  }
  return (bytes * passes) / 1e6 / ((performance.now() - begun) / 1000);
}

function cellTimes(checker: Checker, texts: readonly string[]): readonly number[] {
  const times = Array.from({ length: 40 }, () => texts)
    .flat()
    .map((text) => {
      const begun = performance.now();
      checker.check(text);
      return performance.now() - begun;
    });
  return times.sort((a, b) => a - b);
}

const begun = performance.now();
const checker = await openCompliancePacks({ folder }).current();
console.log(`tables loaded in ${(performance.now() - begun).toFixed(0)} ms, of ${checker.date}`);

const gold = labelled('gold-public.jsonl');
quality(
  'gold v1',
  gold.filter((row) => row.origin === 'v1'),
  checker,
);
quality(
  'gold v2-hard',
  gold.filter((row) => row.origin === 'v2-hard'),
  checker,
);
quality('gold, all', gold, checker);
quality('fresh', labelled('fresh.jsonl'), checker);
quality('fresh, hard', labelled('fresh-hard.jsonl'), checker);
quality('fresh, later', labelled('fresh-later.jsonl'), checker);
quality('fresh, last', labelled('fresh-last.jsonl'), checker);
quality('tricks, first', labelled('tricks-first.jsonl'), checker);
quality('tricks, second', labelled('tricks-second.jsonl'), checker);
quality('tricks, third', labelled('tricks-third.jsonl'), checker);
quality('tricks, fourth', labelled('tricks-fourth.jsonl'), checker);

const copy = labelled('fresh.jsonl').map((row) => row.text);
const clean = labelled('fresh.jsonl').filter((row) => row.verdict === 'pass');
throughput(checker, copy, WARM_UP_MS);
console.log(
  `clean copy: ${throughput(
    checker,
    clean.map((row) => row.text),
    MEASURE_MS,
  ).toFixed(1)} MB/s`,
);
console.log(`half of it violating: ${throughput(checker, copy, MEASURE_MS).toFixed(1)} MB/s`);
const times = cellTimes(checker, copy);
console.log(`one cell: p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms`);

const hostile = ['没有比', '最', '跟', '一', '比更的', '治疗', '防癌?不是', '首。创', 'no other '];
for (const part of hostile) {
  const text = part.repeat(HOSTILE_BYTES / Buffer.byteLength(part));
  const start = performance.now();
  checker.check(text);
  console.log(`100 kB of “${part}”: ${(performance.now() - start).toFixed(0)} ms`);
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3);
}
