// The capacity model against this machine, in ratios: five points of a grid set its rates, the others are predicted and
// then measured. `npx tsx test/bench/capacity.ts` runs it on a llama-server with the demo model; `--table` prints the
// table of docs/scale.md instead.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { rowSeconds, type ModelCost, type Rates, type RowShape } from '../../server/domain/capacity.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import type { Engine, EngineImage } from '../../server/ports/engine.ts';
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
const slotCounts = [2, 4] as const;
const outputTokens = 40;
const outputTokensFew = 10;
const requestsPerPoint = 12;

interface Point {
  readonly tokens: keyof typeof sizes;
  readonly slots: number;
  readonly outputTokens: number;
  /** Of the server's processor, which does not count what other programs take; of the clock where that is not told. */
  readonly rowS: number;
  readonly textTokens: number;
}

interface Subject {
  readonly engine: Engine;
  readonly pid: number;
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

async function measure(
  { engine, pid }: Subject,
  wish: Omit<Point, 'rowS' | 'textTokens'>,
  seed: number,
): Promise<Point> {
  const queue = [...(await picturesOf(wish.tokens, seed))];
  const texts: number[] = [];
  const worker = async (): Promise<void> => {
    for (let image = queue.shift(); image; image = queue.shift()) {
      const request = lookRequest([image], '请看图填写', { schema: formSchema, outputTokensMax: wish.outputTokens });
      const { promptTokens, cachedTokens } = await engine.generate(request);
      texts.push(promptTokens - cachedTokens - wish.tokens);
    }
  };
  const from = busySeconds(pid);
  await Promise.all(Array.from({ length: wish.slots }, worker));
  return { ...wish, rowS: (busySeconds(pid) - from) / requestsPerPoint, textTokens: Math.max(0, median(texts)) };
}

/** Seconds that a process has computed; on one thread that is the time it would take alone. */
function busySeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return performance.now() / 1000;
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const shapeOf = ({ tokens, slots, textTokens, outputTokens: output }: Point): RowShape => ({
  ...{ pictureTokens: tokens, promptTokens: textTokens, cachedTokens: 0, outputTokens: output, slots },
});

interface Given {
  readonly small: Point;
  /** Larger pictures, a shorter answer, all slots at work; the rest like `small`. */
  readonly middle: Point;
  readonly large: Point;
  readonly brief: Point;
  readonly together: Point;
}

/** The share of a row's seconds that goes with its tokens, and the one that goes with their square. */
function lookingRates({ small, middle, large }: Given) {
  const flat = ({ tokens, textTokens }: Point) =>
    tokens * demoCost.pictureFlop + (tokens + textTokens) * demoCost.tokenFlop;
  const square = ({ tokens }: Point) => tokens ** 2 * demoCost.attentionFlop;
  const [one, two] = [middle, large].map((point) => ({
    ...{ flat: flat(point) - flat(small), square: square(point) - square(small), s: point.rowS - small.rowS },
  }));
  if (!one || !two) throw new Error('two points are needed');
  const determinant = one.flat * two.square - two.flat * one.square;
  const flatS = Math.max(1e-15, (one.s * two.square - two.s * one.square) / determinant);
  const squareS = Math.max(1e-15, (one.flat * two.s - two.flat * one.s) / determinant);
  const secondsOf = (point: Point) => flat(point) * flatS + square(point) * squareS;
  return { flopPerS: 1 / flatS, attentionFlopPerS: 1 / squareS, secondsOf };
}

/** Five points for five unknowns: two speeds of computing, a row's overhead, a step's, and what a step costs each row. */
function calibrate(given: Given): Rates {
  const { small, brief, together } = given;
  const { flopPerS, attentionFlopPerS, secondsOf } = lookingRates(given);
  const aloneS = Math.max(0, (small.rowS - brief.rowS) / (outputTokens - outputTokensFew));
  const rowS = Math.max(0, small.rowS - secondsOf(small) - aloneS * outputTokens);
  const togetherS = (together.rowS - secondsOf(together) - rowS) / outputTokens;
  const { slots } = together;
  const eachS = Math.min(aloneS, Math.max(1e-9, (togetherS - aloneS / slots) / (1 - 1 / slots)));
  const tokenS = Math.max(0, eachS - demoCost.tokenFlop / flopPerS);
  // So small a model stays in the processor's caches: reading its weights is part of a step's overhead.
  const rates = { promptFlopPerS: flopPerS, pictureFlopPerS: flopPerS, attentionFlopPerS, bytesPerS: Infinity };
  return { ...rates, rowS, tokenS, stepS: aloneS - eachS };
}

function print(points: readonly Point[], rates: Rates, given: Given): void {
  const predicted = (point: Point) => rowSeconds(shapeOf(point), demoCost, rates);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  say(
    `capacity: rows a second of computing, against one slot with ${given.small.tokens} tokens; the demo model, one thread`,
  );
  say('  picture  slots  answer  measured  predicted   off');
  const errors: number[] = [];
  for (const point of points) {
    const [is, was] = [given.small.rowS / point.rowS, predicted(given.small) / predicted(point)];
    const isGiven = Object.values(given).includes(point);
    if (!isGiven) errors.push(Math.abs(was / is - 1));
    const cells = [
      String(point.tokens).padStart(9),
      String(point.slots).padStart(7),
      String(point.outputTokens).padStart(8),
    ];
    const off = `${((was / is - 1) * 100).toFixed(0)} %`;
    say(
      `${cells.join('')}${is.toFixed(2).padStart(10)}${was.toFixed(2).padStart(11)}${off.padStart(6)}${isGiven ? '  given' : ''}`,
    );
  }
  say(
    `  predicted: median ${(median(errors) * 100).toFixed(0)} % off, worst ${(Math.max(...errors) * 100).toFixed(0)} %`,
  );
  say(
    `  the first row of the table: ${(given.small.rowS * 1000).toFixed(0)} ms; load of the machine ${os.loadavg()[0]?.toFixed(1)}`,
  );
}

async function bench(): Promise<void> {
  if (llamaServer === undefined)
    return void process.stdout.write('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER\n');
  const limits = { imageTokensMin: 64, imageTokensMax: 256 };
  const server = await startLlamaServer({ ...limits, slots: 4, threads: 1, contextTokens: 2048 });
  const engine = createOpenAiEngine({ url: server.url, slots: 4, ...limits });
  try {
    const subject = { engine, pid: server.pid };
    await measure(subject, { tokens: 64, slots: 4, outputTokens }, 0);
    const points: Point[] = [];
    const at = async (tokens: Point['tokens'], slots: number, output = outputTokens): Promise<Point> => {
      const seed = (points.length + 1) * requestsPerPoint;
      const point = await measure(subject, { tokens, slots, outputTokens: output }, seed);
      points.push(point);
      return point;
    };
    const small = await at(64, 1);
    const brief = await at(64, 1, outputTokensFew);
    await at(64, 2);
    const together = await at(64, 4);
    const middle = await at(128, 1);
    for (const slots of slotCounts) await at(128, slots);
    const large = await at(256, 1);
    for (const slots of slotCounts) await at(256, slots);
    const given = { small, middle, large, brief, together };
    print(points, calibrate(given), given);
  } finally {
    await engine.close();
    await server.kill();
  }
}

if (process.argv.includes('--table')) process.stdout.write(`${capacityTable('Card')}\n`);
else await bench();
