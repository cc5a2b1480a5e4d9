// The same rows through the embedded engine, a llama-server of our own and one behind a URL: `npx tsx test/bench/engines.ts [ROWS]`.
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createLlamaServerEngine } from '../../server/engines/llama-server.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import {
  agreement,
  answersOf,
  rowRequests,
  startPlainServer,
  type Agreement,
  type Answers,
} from '../fixtures/engine-comparison.ts';
import { llamaServer } from '../fixtures/llama-server.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs one engine after the other, so that none takes the processor from another. */
async function compareEngines(rowCount: number, binary: string): Promise<void> {
  const embedded = createEmbeddedEngine(demoModel());
  const info = await embedded.start();
  const requests = await rowRequests(rowCount, info);
  const first = await answersOf('embedded', embedded, requests);
  const supervised = createLlamaServerEngine({ ...demoModel(), binary, slots: 1 });
  const second = await answersOf('llama-server', supervised, requests);
  const plain = await startPlainServer(binary, info.contextTokens);
  const third = await answersOf('openai', createOpenAiEngine({ url: plain.url, slots: 1 }), requests, plain);
  const all = [first, second, third];
  say(`${requests.length} rows, temperature 0, one at a time, the demo model\n`);
  for (const answers of all) describe(answers);
  say('');
  for (const [one, other] of [
    [first, second],
    [first, third],
    [second, third],
  ] as const) {
    say(`${one.name} and ${other.name}: ${said(agreement(one, other), requests.length)}`);
    say(
      `  the same prompt tokens ${same(one, other, ({ results }) => results.map(({ promptTokens }) => promptTokens))}`,
    );
    say(`  the same picture tokens ${same(one, other, ({ pictureTokens }) => pictureTokens)}`);
    say(
      `  the same cached tokens ${same(one, other, ({ results }) => results.map(({ cachedTokens }) => cachedTokens))}`,
    );
    for (const { row, at } of agreement(one, other).differences.slice(0, 3)) {
      for (const { name, results } of [one, other])
        say(`    row ${row + 1} ${name}: …${results[row]?.text.slice(Math.max(0, at - 12), at + 24)}…`);
    }
  }
}

function describe({ name, results, pictureTokens, rowsPerMinute }: Answers): void {
  const range = (values: readonly number[]) => `${Math.min(...values)}–${Math.max(...values)}`;
  const cells = [
    `${rowsPerMinute.toFixed(0)} rows/min`,
    `prompt ${range(results.map(({ promptTokens }) => promptTokens))}`,
    `picture ${range(pictureTokens)}`,
    `cached ${range(results.slice(1).map(({ cachedTokens }) => cachedTokens))} (from the second row)`,
    `output ${range(results.map(({ outputTokens }) => outputTokens))} tokens`,
  ];
  say(`${name.padEnd(14)}${cells.join(', ')}`);
}

function said({ equal, differences }: Agreement, count: number): string {
  const shares = differences.map(
    ({ row, at, share }) => `row ${row + 1} from character ${at} (${(share * 100).toFixed(0)} % before it)`,
  );
  return `${equal} of ${count} letter for letter${shares.length === 0 ? '' : `; ${shares.join(', ')}`}`;
}

function same(one: Answers, other: Answers, of: (answers: Answers) => readonly number[]): string {
  const [first, second] = [of(one), of(other)];
  const differing = first.flatMap((value, row) =>
    value === second[row] ? [] : [`row ${row + 1}: ${value} and ${second[row]}`],
  );
  return differing.length === 0 ? 'yes' : `no (${differing.slice(0, 4).join('; ')})`;
}

if (llamaServer === undefined) {
  say('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER');
  process.exitCode = 2;
} else await compareEngines(Number(process.argv[2] ?? 12), llamaServer);
