// What every Engine promises: one suite, run on the scripted fake and on the real children.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import type { Engine, EngineImage } from '../../server/ports/engine.ts';
import { demoPhoto } from '../fixtures/pictures.ts';
import { formSchema, longSchema, lookRequest } from '../fixtures/requests.ts';

/** `createBusy` gives an engine whose answer to `longSchema` goes on until it is stopped. */
export interface EngineUnderTest {
  readonly create: () => Engine;
  readonly createBusy: () => Engine;
  /** For an engine that cannot look at pictures and must refuse them. */
  readonly isTextOnly?: boolean;
}

export function engineContract(name: string, { create, createBusy, isTextOnly = false }: EngineUnderTest): void {
  describe(`${name} as an Engine`, () => {
    const at = {} as Shared;
    beforeAll(async () => {
      at.engine = create();
      [at.dress, at.shoes] = await Promise.all([demoPhoto('dress-3'), demoPhoto('shoes-1')]);
      at.shown = isTextOnly ? [] : [at.dress];
    });
    afterAll(() => at.engine.close());
    answers(at);
    (isTextOnly ? textPrefixes : prefixes)(at);
    listening(at);
    refusals(at);
    (isTextOnly ? noPictures : pictures)(at);
  });
  describe(`${name} as an Engine that is busy`, () => {
    busyPromises(createBusy);
  });
}

/** Filled before the first test. */
interface Shared {
  engine: Engine;
  dress: EngineImage;
  shoes: EngineImage;
  /** The pictures of an ordinary request: none for an engine without eyes. */
  shown: readonly EngineImage[];
}

/** Texts, schemas and limits. */
function answers(at: Shared): void {
  test('start tells the same facts every time', async () => {
    const info = await at.engine.start();
    expect(await at.engine.start()).toEqual(info);
    expect(info.device).not.toBe('');
    expect(info.model).not.toBe('');
    expect(info.imageTokensMin).toBeLessThanOrEqual(info.imageTokensMax);
    expect(info.imageTokensMax).toBeLessThan(info.contextTokens);
  });

  test('a task, with a picture for those that see, gives a text with its counts', async () => {
    const result = await at.engine.generate(lookRequest(at.shown, '请看图写一段描述'));
    expect(result.text.length).toBeGreaterThan(0);
    expect(result.finish).toBe('stop');
    expect(result.outputTokens).toBeGreaterThan(0);
    expect(result.promptTokens).toBeGreaterThan(result.cachedTokens);
    expect(result.cachedTokens).toBeGreaterThanOrEqual(0);
  });

  test('with a schema the text is one JSON object with the properties in their order', async () => {
    const { text } = await at.engine.generate(lookRequest(at.shown, '请看图填写', { schema: formSchema }));
    const answer = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(answer)).toEqual(Object.keys(formSchema.properties));
    expect(String(answer['title_a']).length).toBeLessThanOrEqual(12);
    expect(typeof answer['compliant']).toBe('boolean');
    expect((answer['keywords'] as string[]).length).toBeGreaterThanOrEqual(3);
    expect(['鞋子', '连衣裙']).toContain(answer['category']);
  });

  test('greedy answers repeat', async () => {
    const request = lookRequest(at.shown, '请看图写一段描述');
    const [first, second] = [await at.engine.generate(request), await at.engine.generate(request)];
    expect(second.text).toBe(first.text);
  });

  test('an answer that reaches its limit says so', async () => {
    const result = await at.engine.generate(lookRequest(at.shown, '请看图写一段描述', { outputTokensMax: 3 }));
    expect(result.finish).toBe('length');
    expect(result.outputTokens).toBe(3);
  });
}

/** What is not evaluated again. */
function prefixes(at: Shared): void {
  test('the same picture with another task reuses the picture', async () => {
    await at.engine.generate(lookRequest([at.dress], '请看图写一段描述'));
    const { imageTokensMin } = await at.engine.start();
    const second = await at.engine.generate(lookRequest([at.dress], '写一个标题'));
    expect(second.cachedTokens).toBeGreaterThan(imageTokensMin);
    expect(second.cachedTokens).toBeLessThan(second.promptTokens);
  });

  test('another picture reuses the constant text and nothing after it', async () => {
    const first = await at.engine.generate(lookRequest([at.dress], '写一个标题'));
    const second = await at.engine.generate(lookRequest([at.shoes], '写一个标题'));
    const { imageTokensMin } = await at.engine.start();
    expect(second.cachedTokens).toBeGreaterThan(10);
    expect(second.promptTokens - second.cachedTokens).toBeGreaterThan(imageTokensMin);
    expect(first.promptTokens - second.cachedTokens).toBeGreaterThan(imageTokensMin);
  });

  test('several pictures count several times', async () => {
    const one = await at.engine.generate(lookRequest([at.dress], '写一个标题'));
    const two = await at.engine.generate(lookRequest([at.dress, at.shoes], '写一个标题'));
    const { imageTokensMin } = await at.engine.start();
    expect(two.promptTokens - one.promptTokens).toBeGreaterThanOrEqual(Math.min(18, imageTokensMin));
  });
}

/** What a model without eyes need not evaluate again. */
function textPrefixes(at: Shared): void {
  test('the same beginning with another task is reused', async () => {
    await at.engine.generate(lookRequest([], '红色连衣裙，写一段描述'));
    const second = await at.engine.generate(lookRequest([], '红色连衣裙，写一个标题'));
    expect(second.cachedTokens).toBeGreaterThan(10);
    expect(second.cachedTokens).toBeLessThan(second.promptTokens);
  });
}

/** Growing texts and calls made together. */
function listening(at: Shared): void {
  test('the pieces told while it grows make up the text', async () => {
    const pieces: string[] = [];
    const request = lookRequest(at.shown, '请看图写一段描述');
    const { text } = await at.engine.generate(request, undefined, (piece) => pieces.push(piece));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(text);
  });

  test('a listener that throws ends its own request only', async () => {
    const request = lookRequest(at.shown, '请看图写一段描述');
    const failing = at.engine.generate(request, undefined, () => {
      throw new Error('pane gone');
    });
    await expect(failing).rejects.toMatchObject({ code: 'internal', facts: { detail: 'pane gone' } });
    await expect(at.engine.generate(request)).resolves.toMatchObject({ finish: 'stop' });
  });

  test('calls made together each get their own answer', async () => {
    const tasks = ['写一个标题', '什么颜色', '给几个关键词', '品类是什么'];
    const together = await Promise.all(tasks.map((task) => at.engine.generate(lookRequest(at.shown, task))));
    for (const [index, task] of tasks.entries()) {
      const alone = await at.engine.generate(lookRequest(at.shown, task));
      expect(together[index]?.text).toBe(alone.text);
    }
  });
}

/** What is refused, and that the engine works afterwards. */
function refusals(at: Shared): void {
  test('a prompt that cannot fit is refused with its size', async () => {
    const { contextTokens } = await at.engine.start();
    const request = lookRequest(at.shown, '描述这件商品。'.repeat(contextTokens));
    const refusal = await at.engine.generate(request).catch((error: unknown) => error);
    expect(isRowscribeError(refusal, 'prompt-too-long') && refusal.facts.tokens).toBeGreaterThan(contextTokens);
    const greedyOutput = lookRequest(at.shown, '描述', { outputTokensMax: contextTokens });
    await expect(at.engine.generate(greedyOutput)).rejects.toMatchObject({ code: 'prompt-too-long' });
  });

  test('a signal that has aborted already gives its reason', async () => {
    const reason = new Error('never mind');
    const signal = AbortSignal.abort(reason);
    await expect(at.engine.generate(lookRequest(at.shown, '描述'), signal)).rejects.toBe(reason);
    await expect(at.engine.start(signal)).rejects.toBe(reason);
  });
}

/** Of an engine that sees. */
function pictures(at: Shared): void {
  test('bytes that are not JPEG are refused', async () => {
    const png = { ...at.dress, jpeg: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10) };
    await expect(at.engine.generate(lookRequest([png], '描述'))).rejects.toMatchObject({ code: 'engine-rejected' });
    await expect(at.engine.generate(lookRequest([at.dress], '描述'))).resolves.toMatchObject({ finish: 'stop' });
  });
}

/** Of an engine that does not see. */
function noPictures(at: Shared): void {
  test('a picture is refused in words that say what to do, and texts are still worked on', async () => {
    const refusal = await at.engine.generate(lookRequest([at.dress], '描述')).catch((error: unknown) => error);
    expect(isRowscribeError(refusal, 'engine-text-only') && refusal.text('en-US')).toContain('vision model');
    await expect(at.engine.generate(lookRequest([], '描述'))).resolves.toMatchObject({ finish: 'stop' });
  });
}

const long = lookRequest([], '给几个关键词', { schema: longSchema, outputTokensMax: 3000 });
const short = lookRequest([], '你好');

/** Runs `body` while the engine works on a long answer; gives the end of that answer. */
async function whileBusy(
  createBusy: () => Engine,
  body: (engine: Engine, stop: AbortController) => Promise<void>,
): Promise<{ reason: unknown; engine: Engine }> {
  const engine = createBusy();
  await engine.start();
  const stop = new AbortController();
  let begun = (): void => undefined;
  const firstPiece = new Promise<void>((resolve) => (begun = resolve));
  const running = engine
    .generate(long, stop.signal, () => begun())
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  await Promise.race([firstPiece, running]);
  await body(engine, stop);
  return { reason: await running, engine };
}

/** Aborts and closing, while a long answer grows. */
function busyPromises(createBusy: () => Engine): void {
  test('an abort while waiting gives the reason at once, and the others go on', async () => {
    const { reason, engine } = await whileBusy(createBusy, async (busy, stop) => {
      const waiter = new AbortController();
      const waiting = busy.generate(short, waiter.signal);
      waiter.abort(new Error('changed my mind'));
      await expect(waiting).rejects.toThrow('changed my mind');
      stop.abort(new Error('enough'));
    });
    expect(reason).toMatchObject({ message: 'enough' });
    await engine.close();
  });

  test('after an abort in the middle the next request works', async () => {
    const { reason, engine } = await whileBusy(createBusy, async (_, stop) => stop.abort(new Error('stop')));
    expect(reason).toMatchObject({ message: 'stop' });
    await expect(engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    await engine.close();
  });

  test('close rejects who runs, who waits and who comes later, and may be repeated', async () => {
    const { reason, engine } = await whileBusy(createBusy, async (busy) => {
      const waiting = busy.generate(short);
      const closing = busy.close();
      await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
      await closing;
    });
    expect(reason).toMatchObject({ code: 'interrupted' });
    await expect(engine.generate(short)).rejects.toMatchObject({ code: 'interrupted' });
    await expect(engine.start()).rejects.toMatchObject({ code: 'interrupted' });
    await engine.close();
  });
}
