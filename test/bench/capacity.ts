// The capacity model against this machine, in ratios: three points of a grid set its rates, the others are predicted and
// then measured. `npx tsx test/bench/capacity.ts` runs it on a llama-server with the demo model; `--table` prints the
// table of docs/scale.md instead.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { pictureFlopOf, rowSeconds, type ModelCost, type Rates, type RowShape } from '../../server/domain/capacity.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import type { Engine, EngineImage, GenerateResult } from '../../server/ports/engine.ts';
import { capacityTable } from '../fixtures/capacity-table.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { startLlamaServer } from '../fixtures/llama-servers.ts';
import { demoPhotos } from '../fixtures/product-book.ts';
import { formSchema, lookRequest } from '../fixtures/requests.ts';

/** The demo model: 4 layers 192 wide, 3,064 words; a picture part of 6 layers 128 wide and its merger. */
const demoCost: ModelCost = {
  ...{ weightBytes: 4.3e6, kvBytesPerToken: 4 * 2 * 64 * 2, tokenFlop: 2 * 2.16e6 },
  ...{ pictureFlop: 4 * 2 * 1.43e6 + 2 * 0.36e6, attentionFlop: 4 * 4 ** 2 * 128 * 6 },
};
/** Width and height in pixels of a picture of so many tokens. */
const sizes = { 64: [224, 224], 128: [448, 224], 256: [448, 448] } as const;
const pictureTokens = [64, 128, 256] as const;
const slotCounts = [1, 2, 4] as const;
const outputTokens = 40;
const requestsPerPoint = 8;

interface Point {
  readonly tokens: (typeof pictureTokens)[number];
  readonly slots: number;
  readonly rowS: number;
  readonly results: readonly GenerateResult[];
}

async function picturesOf(tokens: Point['tokens'], seed: number): Promise<readonly EngineImage[]> {
  const names = (await readdir(demoPhotos)).filter((name) => name.endsWith('.jpg'));
  const [widthPx, heightPx] = sizes[tokens];
  const made = Array.from({ length: requestsPerPoint }, async (_, index): Promise<EngineImage> => {
    const name = names[(seed + index) % names.length] ?? '';
    // Brighter each time: no picture is met twice.
    const photo = sharp(path.join(demoPhotos, name)).modulate({ brightness: 1 + seed / 5000 });
    const jpeg = await photo.resize(widthPx, heightPx, { fit: 'cover' }).jpeg().toBuffer();
    return { jpeg, sha256: createHash('sha256').update(jpeg).digest('hex'), widthPx, heightPx };
  });
  return Promise.all(made);
}

async function measure(engine: Engine, tokens: Point['tokens'], slots: number, seed: number): Promise<Point> {
  const queue = [...(await picturesOf(tokens, seed))];
  const results: GenerateResult[] = [];
  const worker = async (): Promise<void> => {
    for (let image = queue.shift(); image; image = queue.shift())
      results.push(
        await engine.generate(
          lookRequest([image], '请看图填写', { schema: formSchema, outputTokensMax: outputTokens }),
        ),
      );
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: slots }, worker));
  return { tokens, slots, rowS: (performance.now() - from) / 1000 / requestsPerPoint, results };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const secondsOf = ({ results }: Point, part: 'promptMs' | 'outputMs') => median(results.map((one) => one[part])) / 1000;

function shapeOf(point: Pick<Point, 'tokens' | 'slots'>, textTokens: number): RowShape {
  return { pictureTokens: point.tokens, promptTokens: textTokens, cachedTokens: 0, outputTokens, slots: point.slots };
}

/** Rates from the smallest and the largest picture alone, and the smallest with all slots at work. */
function calibrate(small: Point, large: Point, together: Point, textTokens: number): Rates {
  const flop = (tokens: number) => pictureFlopOf(tokens, demoCost) + (tokens + textTokens) * demoCost.tokenFlop;
  const promptS = secondsOf(large, 'promptMs') - secondsOf(small, 'promptMs');
  const flopPerS = (flop(large.tokens) - flop(small.tokens)) / Math.max(1e-6, promptS);
  const base = { promptFlopPerS: flopPerS, pictureFlopPerS: flopPerS, rowS: 0 };
  const stepS = secondsOf(small, 'outputMs') / outputTokens;
  // The rest of a row alone is its own overhead; the rest of a row in company is what a step costs each of them.
  const rowS = Math.max(0, small.rowS - flop(small.tokens) / flopPerS - stepS * outputTokens);
  const sharedS = (together.rowS - flop(small.tokens) / flopPerS - rowS) / outputTokens;
  const tokenS = Math.max(0, (sharedS - stepS / together.slots) / (1 - 1 / together.slots));
  const bytesOfToken = (small.tokens + textTokens + outputTokens / 2) * demoCost.kvBytesPerToken;
  const ownS = Math.max(1e-9, tokenS - demoCost.tokenFlop / flopPerS);
  const bytesPerS = bytesOfToken / ownS;
  return { ...base, rowS, bytesPerS, stepS: Math.max(0, stepS - tokenS - demoCost.weightBytes / bytesPerS) };
}

function print(points: readonly Point[], rates: Rates, textTokens: number, given: readonly Point[]): void {
  const first = points[0];
  if (!first) return;
  const predicted = (point: Point) => rowSeconds(shapeOf(point, textTokens), demoCost, rates);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  say(`capacity: rows a minute against one slot with ${first.tokens} tokens, on ${os.availableParallelism()} cores`);
  say('  picture  slots  measured  predicted  off');
  const errors: number[] = [];
  for (const point of points) {
    const [is, was] = [first.rowS / point.rowS, predicted(first) / predicted(point)];
    const off = was / is - 1;
    if (!given.includes(point)) errors.push(Math.abs(off));
    const cells = [String(point.tokens).padStart(9), String(point.slots).padStart(7), is.toFixed(2).padStart(10)];
    say(
      `${cells.join('')}${was.toFixed(2).padStart(11)}${`${(off * 100).toFixed(0)} %`.padStart(6)}${given.includes(point) ? '  (given)' : ''}`,
    );
  }
  say(
    `  of the predicted ones: median ${(median(errors) * 100).toFixed(0)} % off, worst ${(Math.max(...errors) * 100).toFixed(0)} %`,
  );
  say(
    `  one row alone, ${first.tokens} tokens: ${(first.rowS * 1000).toFixed(0)} ms; load of the machine ${os.loadavg()[0]?.toFixed(1)}`,
  );
}

async function bench(): Promise<void> {
  if (llamaServer === undefined)
    return void process.stdout.write('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER\n');
  const limits = { imageTokensMin: 64, imageTokensMax: 256 };
  const server = await startLlamaServer({ ...limits, slots: 4, threads: 1, contextTokens: 2048 });
  const engine = createOpenAiEngine({ url: server.url, slots: 4, ...limits });
  try {
    await measure(engine, 64, 4, 0);
    const points: Point[] = [];
    for (const tokens of pictureTokens)
      for (const slots of slotCounts)
        points.push(await measure(engine, tokens, slots, (points.length + 1) * requestsPerPoint));
    const at = (tokens: number, slots: number) => points.find((one) => one.tokens === tokens && one.slots === slots);
    const [small, large, together] = [at(64, 1), at(256, 1), at(64, 4)];
    if (!small || !large || !together) return;
    const textTokens = median(small.results.map(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens)) - 64;
    const rates = calibrate(small, large, together, Math.max(0, textTokens));
    print(points, rates, Math.max(0, textTokens), [small, large, together]);
  } finally {
    await engine.close();
    await server.kill();
  }
}

if (process.argv.includes('--table')) process.stdout.write(`${capacityTable('Card')}\n`);
else await bench();
