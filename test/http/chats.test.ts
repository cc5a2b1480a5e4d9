// Chats over real https: begin, ask, the answer as events, pictures, export, deletion, and what is refused.
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ChatView } from '../../server/contract/chats.ts';
import type { Problem, ServerEvent } from '../../server/contract/state.ts';
import { EventHub } from '../../server/http/events.ts';
import { chatEvent, chatRoutes } from '../../server/http/routes/chats.ts';
import type { Images } from '../../server/ports/images.ts';
import { createImages } from '../../server/images/prepare.ts';
import { RowscribeError } from '../../server/errors.ts';
import { both } from '../../server/domain/language.ts';
import { createMemoryWorkbooks } from '../fakes/memory-workbooks.ts';
import { createScriptedEngine } from '../fakes/scripted-engine.ts';
import { createScriptedImages } from '../fakes/scripted-images.ts';
import { createChatBench } from '../fixtures/chat-bench.ts';
import { book, product, tableOf } from '../fixtures/fill-bench.ts';
import { demoPhotos } from '../fixtures/product-book.ts';
import { smallRecipe } from '../fixtures/recipe.ts';
import { openTestServer, type TestServer } from './local-server.ts';

const photo = readFileSync(`${demoPhotos}/dress-1.jpg`);
const target = { workbook: 'w1', recipe: 'small' };

let server: TestServer;
let cookie: string;
let bench: ReturnType<typeof createChatBench>;

/** `about` names the real pictures of dropped files, the scripted ones of a workbook in memory. */
async function open(images: Images = createImages({ megabytesMax: 1 })) {
  bench = createChatBench({ engine: createScriptedEngine(() => '**圆领**'), images });
  const hub = new EventHub({ epoch: 'test' });
  const workbooks = createMemoryWorkbooks();
  workbooks.put(book, tableOf([product('A')]));
  const routes = chatRoutes({
    desk: bench.desk,
    about: async ({ workbook }) => {
      if (workbook !== 'w1') throw new RowscribeError('not-found', { what: both('这个工作簿', 'this workbook') });
      return {
        ...{ workbook: book, recipe: smallRecipe, workbooks },
        pictureRules: { baseDir: '/shop', roots: [], picturesPerRowMax: 4 },
        place: { workbook, workbookName: 'book.xlsx' },
      };
    },
    language: () => 'zh-CN',
    pictureMegabytesMax: 1,
    imageTokensMax: () => 1369,
  });
  server = await openTestServer([routes], { hub });
  cookie = await server.cookie();
}
beforeEach(() => open());

const ask = (method: string, where: string, body?: unknown) =>
  server.ask(where, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const begin = (body: unknown) => ask('POST', '/api/chats', body);
const dropped = { about: 'picture', name: '连衣裙.jpg', base64: photo.toString('base64') };

async function beginWithPhoto(): Promise<ChatView> {
  return (await begin(dropped)).json<ChatView>();
}

/** Waits until the answer of a chat is over. */
async function answered(chat: string): Promise<void> {
  await bench.until(({ type, chat: of, message }) => type === 'message' && of === chat && message.state === 'done');
}

describe('a chat over http', () => {
  test('begins with a dropped picture, which comes back as the model sees it', async () => {
    const chat = await beginWithPhoto();
    expect(chat).toMatchObject({ title: '', messages: [], notes: [], pictures: [{ name: '连衣裙.jpg' }] });
    const picture = await ask('GET', chat.thumbnail);
    expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg' } });
    expect((await ask('GET', `/api/chats/${chat.id}/pictures/9`)).status).toBe(404);
    expect((await ask('GET', `/api/chats/${chat.id}/pictures/constructor`)).status).toBe(404);
  });

  test('begins with a row, and says when there is no such row or workbook', async () => {
    await open(createScriptedImages());
    const chat = (await begin({ about: 'row', target, number: 2 })).json<ChatView>();
    expect(chat.row).toMatchObject({ workbook: 'w1', key: 'A', number: 2, recipe: 'small' });
    expect((await begin({ about: 'row', target, number: 9 })).json<Problem>().code).toBe('chat-row-missing');
    expect((await begin({ about: 'row', target: { ...target, workbook: 'w2' }, number: 2 })).status).toBe(404);
  });

  test('is asked, answered, listed, exported in either language and deleted', async () => {
    const chat = await beginWithPhoto();
    const asked = await ask('POST', `/api/chats/${chat.id}/messages`, { text: '什么领型？' });
    expect(asked.status).toBe(202);
    expect(asked.json<ChatView>().messages.map(({ role, state }) => [role, state])).toEqual([
      ['person', 'done'],
      ['model', 'writing'],
    ]);
    await answered(chat.id);
    expect((await ask('GET', '/api/chats')).json<{ chats: ChatView[] }>().chats).toMatchObject([
      { id: chat.id, title: '什么领型？', messages: [] },
    ]);
    const markdown = await ask('GET', `/api/chats/${chat.id}/markdown`);
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.body).toContain('## 回答\n\n**圆领**');
    expect((await ask('GET', `/api/chats/${chat.id}/markdown?language=en-US`)).body).toContain('## Answer');
    expect((await ask('GET', `/api/chats/${chat.id}/markdown?language=fr`)).status).toBe(400);
    expect((await ask('DELETE', `/api/chats/${chat.id}`)).status).toBe(200);
    expect((await ask('GET', `/api/chats/${chat.id}`)).json<Problem>()).toMatchObject({
      code: 'chat-missing',
      status: 404,
    });
    expect((await ask('GET', chat.thumbnail)).json<Problem>().code).toBe('chat-missing');
  });

  test('deletes all chats about a row', async () => {
    await open(createScriptedImages());
    for (let count = 0; count < 2; count += 1) await begin({ about: 'row', target, number: 2 });
    const where = `/api/chats?workbook=w1&sheet=${encodeURIComponent('商品')}&key=A`;
    expect((await ask('DELETE', where)).json()).toEqual({ count: 2 });
    expect((await ask('DELETE', '/api/chats?workbook=w1')).status).toBe(400);
  });

  test('stops, also when nothing is being written', async () => {
    const chat = await beginWithPhoto();
    expect((await ask('POST', `/api/chats/${chat.id}/stop`, {})).status).toBe(200);
  });

  test('is told to pages as events of the contract, without what only the store needs', async () => {
    const chat = await beginWithPhoto();
    await ask('POST', `/api/chats/${chat.id}/messages`, { text: '什么领型？' });
    await answered(chat.id);
    const events: ServerEvent[] = bench.told.map(chatEvent);
    expect(events.map(({ type }) => type)).toEqual(['chat', 'chat', 'chat-text', 'chat']);
    expect(events[2]).toMatchObject({ type: 'chat-text', chat: chat.id, at: 0, piece: '*' });
    expect(events[3]).toMatchObject({ message: { text: '**圆领**', state: 'done' } });
    expect(JSON.stringify(events)).not.toContain('Scripted');
  });
});

describe('what is refused', () => {
  test.each([
    ['no picture at all', Buffer.from('not a picture'), 422, 'picture-format'],
    ['a broken picture', photo.subarray(0, 2000), 422, 'picture-broken'],
    ['a picture above the limit', Buffer.alloc(1024 * 1024 + 1, photo), 413, 'picture-too-large'],
    ['a body above the limit', Buffer.alloc(2 * 1024 * 1024), 413, 'request-too-large'],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await begin({ ...dropped, base64: bytes.toString('base64') });
    expect([answer.status, answer.json<Problem>().code]).toEqual([status, code]);
    expect(bench.chats.list()).toEqual([]);
  });

  test.each([
    [{ ...dropped, base64: '<svg>' }],
    [{ ...dropped, base64: '' }],
    [{ ...dropped, name: '' }],
    [{ ...dropped, language: 'fr' }],
    [{ about: 'row', target, number: 0 }],
    [{ about: 'row', target: { workbook: 'w1' }, number: 2 }],
    [{ about: 'everything' }],
    [[]],
  ])('a request such as %j', async (body) => {
    expect((await begin(body)).json<Problem>().code).toBe('request-invalid');
  });

  test('questions that are none, and a second one while the first is answered', async () => {
    const chat = await beginWithPhoto();
    const code = async (text: unknown) =>
      (await ask('POST', `/api/chats/${chat.id}/messages`, { text })).json<Problem>().code;
    expect(await code('')).toBe('chat-question');
    expect(await code(7)).toBe('request-invalid');
    expect((await ask('POST', '/api/chats/none/messages', { text: 'x' })).json<Problem>().code).toBe('chat-missing');
  });
});
