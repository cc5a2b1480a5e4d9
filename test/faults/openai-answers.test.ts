// Answers in JSON from servers of every kind, and which server and model are spoken to.
import { describe, expect, test } from 'vitest';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import { beginEvents, finished, models, piece, sendJson, startServer } from '../fakes/openai-server.ts';
import { against, answer, closeAfterwards } from '../fixtures/openai-bench.ts';
import { formSchema, lookRequest } from '../fixtures/requests.ts';

const short = lookRequest([], '你好');
const form = lookRequest([], '请填写', { schema: formSchema });
const formAnswer = { description: '裙', title_a: '裙', keywords: ['a', 'b', 'c'], compliant: true, category: '连衣裙' };

describe('an answer in JSON', () => {
  test('from a server that knows no schemas is asked for in words and taken out of what stands around it', async () => {
    const { engine, server } = await against((request, response) => {
      const { response_format: format } = request.body as { response_format?: unknown };
      if (format !== undefined)
        return sendJson(response, 400, { error: { message: 'response_format is not supported' } });
      beginEvents(response);
      const { category, ...others } = formAnswer;
      const shuffled = { category, ...others, more: 1 };
      response.end(
        piece('<think>{}</think>好的：\n```json\n') + piece(JSON.stringify(shuffled)) + piece('\n```') + finished(),
      );
    });
    const told: string[] = [];
    const { text } = await engine.generate(form, undefined, (part) => told.push(part));
    expect(text).toBe(JSON.stringify(formAnswer));
    expect(told).toEqual([text]);
    await engine.generate(form);
    expect(server.requests.filter(({ path }) => path.endsWith('completions'))).toHaveLength(3);
  });

  test('that is none is refused', async () => {
    const { engine } = await against(answer);
    await expect(engine.generate(form)).rejects.toMatchObject({ code: 'engine-rejected' });
  });

  test('from a server that does not stream is taken whole', async () => {
    const content = JSON.stringify(formAnswer);
    const { engine } = await against((_, response) =>
      sendJson(response, 200, { choices: [{ message: { content }, finish_reason: 'stop' }] }),
    );
    await expect(engine.generate(form)).resolves.toMatchObject({ text: content, cachedTokens: 0 });
  });
});

describe('which server and which model', () => {
  test('several models without one that sees: the person is asked to choose, with their names', async () => {
    const server = await startServer((_, response) => sendJson(response, 200, models('qwen3:8b', 'llama3')));
    const engine = createOpenAiEngine({ url: server.url });
    closeAfterwards(engine, server);
    await expect(engine.start()).rejects.toMatchObject({ facts: { known: ['qwen3:8b', 'llama3'] } });
  });

  test('the one that sees is taken, and the wanted one before it', async () => {
    const server = await startServer((_, response) => sendJson(response, 200, models('qwen3:8b', 'qwen2.5vl:7b')));
    const engine = createOpenAiEngine({ url: `${server.url}/v1/` });
    const wanted = createOpenAiEngine({ url: `${server.url}/v1/chat/completions`, model: 'qwen3:8b' });
    closeAfterwards(engine, wanted, server);
    await expect(engine.start()).resolves.toMatchObject({ model: 'qwen2.5vl:7b' });
    await expect(wanted.start()).resolves.toMatchObject({ model: 'qwen3:8b' });
  });

  test.each(['http://93.184.216.34:8000', 'http://[2606:4700::1111]/', 'http://8.8.8.8'])(
    'an address on the internet is refused before anything is sent: %s',
    async (url) => {
      await expect(createOpenAiEngine({ url }).start()).rejects.toMatchObject({ code: 'engine-address-public' });
    },
  );

  test('the key is sent as a bearer token, pictures never as links', async () => {
    const { engine, server } = await against(answer, { key: 'secret' });
    await engine.generate(short);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
  });

  test('a proxy of the environment is not used', async () => {
    process.env['NODE_USE_ENV_PROXY'] = '1';
    process.env['http_proxy'] = 'http://127.0.0.1:9';
    const { engine } = await against(answer);
    await expect(engine.generate(short)).resolves.toMatchObject({ text: '你好' });
    delete process.env['NODE_USE_ENV_PROXY'];
    delete process.env['http_proxy'];
  });
});
