// Model servers that are slow, overloaded, broken or no model servers at all: every call settles, with what to do next.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import {
  beginEvents,
  done,
  finished,
  models,
  piece,
  sendJson,
  startServer,
  type Handler,
} from '../fakes/openai-server.ts';
import { against, answer, closeAfterwards } from '../fixtures/openai-bench.ts';
import { lookRequest } from '../fixtures/requests.ts';

const short = lookRequest([], '你好');

describe('a server that is busy', () => {
  test.each([429, 503, 502, 500, 408])('with %i is asked again, and its Retry-After is kept', async (status) => {
    const { engine, waitsMs } = await against((request, response, count) => {
      if (count > 3) return answer(request, response, count);
      sendJson(response, status, { error: { message: 'busy' } }, count === 2 ? { 'retry-after': '7' } : {});
    });
    await expect(engine.generate(short)).resolves.toMatchObject({ text: '你好', promptTokens: 30, cachedTokens: 12 });
    expect(waitsMs).toEqual([250, 7000, 1000]);
  });

  test('for ever is given up, with its words', async () => {
    const { engine, server } = await against((_, response) => sendJson(response, 503, { error: 'server busy' }));
    await expect(engine.generate(short)).rejects.toMatchObject({
      code: 'engine-rejected',
      facts: { detail: 'server busy' },
    });
    expect(server.requests.filter(({ path }) => path.endsWith('completions'))).toHaveLength(7);
  });

  test('is not asked more at once than it has slots', async () => {
    let running = 0;
    let most = 0;
    const { engine } = await against(
      async (request, response, count) => {
        most = Math.max(most, ++running);
        await delay(5);
        running -= 1;
        void answer(request, response, count);
      },
      { slots: 3 },
    );
    await Promise.all(Array.from({ length: 12 }, () => engine.generate(short)));
    expect(most).toBe(3);
  });
});

describe('a connection that breaks', () => {
  test('before a word is told leads to one more try', async () => {
    const { engine } = await against((request, response, count) =>
      count === 1 ? void response.destroy() : answer(request, response, count),
    );
    await expect(engine.generate(short)).resolves.toMatchObject({ text: '你好' });
  });

  test('again is told as a crash', async () => {
    const { engine } = await against((_, response) => void response.destroy());
    await expect(engine.generate(short)).rejects.toMatchObject({ code: 'engine-crashed' });
  });

  test.each([
    ['cut', (response: Parameters<Handler>[1]) => response.write(piece('你'), () => response.destroy())],
    ['ended without an end', (response: Parameters<Handler>[1]) => response.end(piece('你'))],
  ])('in the middle of what somebody reads (%s) is told, and nothing is said twice', async (_, cut) => {
    const { engine, server } = await against((__, response) => {
      beginEvents(response);
      cut(response);
    });
    const told: string[] = [];
    await expect(engine.generate(short, undefined, (text) => told.push(text))).rejects.toMatchObject({
      code: 'engine-crashed',
    });
    expect(told).toEqual(['你']);
    expect(server.requests.filter(({ path }) => path.endsWith('completions'))).toHaveLength(1);
  });

  test('because the caller gave up ends the request at the server', async () => {
    const { engine, server } = await against((_, response) => {
      beginEvents(response);
      response.write(piece('你'));
    });
    const stop = new AbortController();
    const reason = new Error('enough');
    const running = engine.generate(short, stop.signal, () => stop.abort(reason));
    await expect(running).rejects.toBe(reason);
    await expect.poll(server.abandoned).toBe(1);
  });
});

describe('a server that does not answer', () => {
  test('in time is given up', async () => {
    const { engine } = await against(() => undefined, { requestTimeoutMs: 40 });
    await expect(engine.generate(short)).rejects.toMatchObject({ code: 'engine-timeout', facts: { seconds: 0 } });
  });

  test('at all is named with its address', async () => {
    const { engine, server } = await against(answer);
    await server.close();
    await expect(engine.start()).rejects.toMatchObject({
      code: 'engine-unreachable',
      facts: { url: server.url + '/v1', detail: 'ECONNREFUSED' },
    });
  });

  test('before it has loaded its model is waited for', async () => {
    const server = await startServer((_, response, count) =>
      count < 5
        ? sendJson(response, 503, { error: { message: 'Loading model' } })
        : sendJson(response, 200, models('m')),
    );
    const engine = createOpenAiEngine({ url: server.url, retry: { firstWaitMs: 1 } });
    closeAfterwards(engine, server);
    await expect(engine.start()).resolves.toMatchObject({ engine: 'openai', model: 'm' });
  });
});

describe('what a server says instead of an answer', () => {
  const overflow = (error: unknown) => ({ code: 'prompt-too-long', facts: error });
  test.each([
    ['llama-server', { error: { message: 'exceeds the available context size', n_prompt_tokens: 5000, n_ctx: 4096 } }],
    [
      'vLLM',
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4700 in the messages, 300 in the completion).",
        },
      },
    ],
    [
      'an older vLLM',
      {
        object: 'error',
        message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        code: 400,
      },
    ],
    ['SGLang', { message: "The input (5000 tokens) is longer than the model's context length (4096 tokens)." }],
    ['FastAPI', { detail: [{ loc: ['body'], msg: 'prompt exceeds the context length of 4096 with 5000 tokens' }] }],
  ])('a prompt that is too long, in the words of %s', async (_, body) => {
    const { engine } = await against((__, response) => sendJson(response, 400, body));
    await expect(engine.generate(short)).rejects.toMatchObject(overflow({ tokens: 5000, tokensMax: 4096 }));
  });

  test.each([
    [401, { error: { message: 'Invalid API Key' } }, 'engine-key-refused'],
    [404, { error: { message: 'model "x" not found' } }, 'engine-model-unknown'],
    [404, { detail: 'Not Found' }, 'engine-unreachable'],
    [302, {}, 'engine-unreachable'],
    [400, { error: { message: 'Failed to load image' } }, 'engine-rejected'],
    [413, 'too big', 'engine-rejected'],
  ] as const)('HTTP %i %j is told as it is, at once', async (status, body, code) => {
    const { engine, waitsMs } = await against((_, response) => sendJson(response, status, body));
    await expect(engine.generate(short)).rejects.toMatchObject({ code });
    expect(waitsMs).toEqual([]);
  });

  test('a web page is no model server', async () => {
    const page = '<!doctype html><title>Router login</title>';
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    const engine = createOpenAiEngine({ url: server.url });
    closeAfterwards(engine, server);
    const error = (await engine.start().catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: 'engine-unreachable' });
    expect(error.message).toContain('Router login');
  });

  test('an error in the middle of the stream is told', async () => {
    const { engine } = await against((_, response) => {
      beginEvents(response);
      response.end(`${piece('你')}data: {"error":{"message":"the model has crashed","code":400}}\n\n`);
    });
    await expect(engine.generate(short)).rejects.toMatchObject({
      code: 'engine-rejected',
      facts: { detail: 'the model has crashed' },
    });
  });

  test.each([
    ['broken JSON', 'data: {"choices": [\n\n'],
    ['other JSON', 'data: [1, 2]\n\n'],
    ['a line without an end', `data: ${'x'.repeat(2 << 20)}`],
    ['an answer without an end', piece('长'.repeat(200)).repeat(200)],
  ])('%s is refused', async (_, text) => {
    const { engine } = await against((__, response) => {
      beginEvents(response);
      response.end(text);
    });
    await expect(engine.generate(short)).rejects.toMatchObject({ code: 'engine-rejected' });
  });

  test('nothing is an empty answer', async () => {
    const { engine } = await against((_, response) => {
      beginEvents(response);
      response.end(finished() + done);
    });
    await expect(engine.generate(short)).rejects.toMatchObject({ code: 'engine-empty' });
  });
});
