// The other process of the journal's tests: holds a claim, or writes rows until it is killed.
import { openJournal } from '../../server/store/sqlite.ts';
import { answer, spec } from '../fixtures/journal-spec.ts';

const [, , folder = '', task = ''] = process.argv;
const journal = openJournal(folder);
// The parent reads every line before the next is written, so that no line lies unread in a pipe when it kills.
const say = (line: string) => new Promise<void>((resolve) => process.stdout.write(`${line}\n`, () => resolve()));

if (task === 'claim') {
  await say(journal.claim(spec.workbook) === undefined ? 'refused' : 'claimed');
  process.stdin.resume();
} else {
  const { run } = journal.beginRun(spec, 1);
  for (let count = 1; ; count += 1) {
    const key = `row ${count}`;
    const row = { key, fingerprint: 'f', crashes: 0 };
    const texts = { description: key };
    journal.putRow(run.id, { ...row, state: 'working' });
    journal.putRow(run.id, { ...row, state: 'answered', answer: { ...answer, texts } });
    const cell = { rowKey: key, column: 'description', text: key, previous: '', reason: '', answer };
    journal.recordDelivery(run.id, [key], [cell], count);
    await say(key);
  }
}
