// The scripted engine's commands: what the tests of runs rest on beyond the Engine contract.
import { expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { crash, createScriptedEngine, hang } from '../fakes/scripted-engine.ts';
import { formSchema, lookRequest } from '../fixtures/requests.ts';

const request = lookRequest([], '你好');

test('every look is counted and remembered, and the script sees its number', async () => {
  const engine = createScriptedEngine((_, look) => `answer ${look}`);
  await engine.generate(request);
  expect((await engine.generate({ ...request, seed: 7 })).text).toBe('answer 2');
  expect(engine.looks.map(({ seed }) => seed)).toEqual([1, 7]);
  expect(engine.loads).toBe(1);
});

test('a crash fails its request, and the next one loads the model again', async () => {
  const engine = createScriptedEngine((_, look) => (look === 1 ? crash : { json: { look } }));
  await expect(engine.generate(request)).rejects.toMatchObject({ code: 'engine-crashed' });
  await expect(engine.generate(request)).resolves.toMatchObject({ text: '{"look":2}', cachedTokens: 0 });
  expect(engine.loads).toBe(2);
});

test('a hang ends with the time-out when there is one', async () => {
  const engine = createScriptedEngine((_, look) => (look === 1 ? hang : 'ok'), { requestTimeoutMs: 5 });
  await expect(engine.generate(request)).rejects.toMatchObject({ code: 'engine-timeout' });
  await expect(engine.generate(request)).resolves.toMatchObject({ text: 'ok' });
  expect(engine.loads).toBe(2);
});

test('errors, cut answers and empty answers are given as scripted', async () => {
  const error = new RowscribeError('engine-rejected', { detail: 'x' });
  const replies = [{ error }, { finish: 'length', text: '半' } as const, ' '];
  const engine = createScriptedEngine((_, look) => replies[look - 1] ?? 'ok');
  await expect(engine.generate(request)).rejects.toBe(error);
  await expect(engine.generate(request)).resolves.toMatchObject({ text: '半', finish: 'length' });
  await expect(engine.generate(request)).rejects.toMatchObject({ code: 'engine-empty' });
});

test('without a script a schema is filled within its limits', async () => {
  const { text } = await createScriptedEngine().generate({ ...request, schema: formSchema });
  expect(JSON.parse(text)).toMatchObject({ title_a: 'title_a', compliant: true, category: '鞋子' });
});
