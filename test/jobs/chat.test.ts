// Conversations on scripted parts: what is told and kept, stopping, forgetting, failures, deletion, restarts.
import { describe, expect, test } from 'vitest';
import { both } from '../../server/domain/language.ts';
import { RowscribeError } from '../../server/errors.ts';
import { openChats } from '../../server/store/chats.ts';
import { crash, hangAfter, type EngineScript, type ScriptedReply } from '../fakes/scripted-engine.ts';
import { createScriptedChat as bench, dropped, said } from '../fixtures/scripted-chat.ts';

const never = new AbortController().signal;

describe('a chat about a picture', () => {
  test('asks about the picture, then with what was said before', async () => {
    const { desk, engine, answerTo } = bench();
    const chat = await desk.aboutPicture(dropped, never);
    expect(await answerTo(chat, ' 什么领型？ ')).toMatchObject({ text: '回答1', state: 'done', model: 'Scripted' });
    await answerTo(chat, '适合什么身材？');
    expect(said(engine.looks[0])).toEqual(['user: [140px] 什么领型？']);
    expect(said(engine.looks[1])).toEqual(['user: [140px] 什么领型？', 'assistant: 回答1', 'user: 适合什么身材？']);
  });

  test('evaluates nothing of a follow-up’s past again', async () => {
    const { desk, answerTo } = bench();
    const chat = await desk.aboutPicture(dropped, never);
    const first = await answerTo(chat, '什么领型？');
    const second = await answerTo(chat, '适合谁？');
    expect(second.cachedTokens).toBe(first.promptTokens);
  });

  test('comes before rows that nobody waits for', async () => {
    const { desk, engine, answerTo } = bench();
    await answerTo(await desk.aboutPicture(dropped, never), '什么领型？');
    expect(engine.looks.map(({ priority }) => priority)).toEqual(['interactive']);
  });

  test('is called by its first question and listed from then on', async () => {
    const { desk, answerTo } = bench();
    const silent = await desk.aboutPicture(dropped, never);
    const chat = await desk.aboutPicture(dropped, never);
    await answerTo(chat, '什么领型？');
    await answerTo(chat, '适合谁？');
    expect(desk.list().map(({ id, title }) => [id, title])).toEqual([[chat.id, '什么领型？']]);
    expect(desk.get(silent.id).messages).toEqual([]);
  });

  test('tells the picture’s flaws and is possible all the same', async () => {
    const { desk } = bench({ images: { flaws: { '吊牌.jpg': ['too-dark'] } } });
    const chat = await desk.aboutPicture(dropped, never);
    expect(chat.pictures).toMatchObject([{ name: '吊牌.jpg', flaws: ['too-dark'] }]);
  });

  test('of a picture that cannot be read never begins', async () => {
    const broken = new RowscribeError('picture-broken', { path: '吊牌.jpg', detail: both('坏', 'bad') });
    const { desk, chats } = bench({ images: { failures: { '吊牌.jpg': broken } } });
    await expect(desk.aboutPicture(dropped, never)).rejects.toBe(broken);
    expect(chats.list()).toEqual([]);
  });
});

describe('an answer', () => {
  test('is told as it grows, and the pieces stand where they say', async () => {
    const { desk, told, answerTo } = bench({ engine: () => '一二三' });
    await answerTo(await desk.aboutPicture(dropped, never), '什么领型？');
    const types = told.map((event) => (event.type === 'text' ? `${event.at}:${event.piece}` : event.message.state));
    expect(types).toEqual(['done', 'writing', '0:一', 'done']);
  });

  test('that is stopped keeps what came of it, and the chat goes on', async () => {
    const script: EngineScript = (_, look) => (look === 1 ? hangAfter('圆领') : '都行');
    const { desk, engine, until, answerTo } = bench({ engine: script });
    const chat = await desk.aboutPicture(dropped, never);
    desk.ask(chat.id, '什么领型？');
    await until(({ type }) => type === 'text');
    expect(desk.get(chat.id).messages.at(-1)).toMatchObject({ text: '圆领', state: 'writing' });
    const { messages } = await desk.stop(chat.id);
    expect(messages.at(-1)).toMatchObject({ text: '圆领', state: 'stopped' });
    await answerTo(chat, '适合谁？');
    expect(said(engine.looks[1])).toEqual(['user: [140px] 什么领型？', 'assistant: 圆领', 'user: 适合谁？']);
  });

  test('is the only one in its chat; another chat waits for nothing', async () => {
    const { desk, until, answerTo } = bench({ engine: (_, look) => (look === 1 ? hangAfter('圆') : '好') });
    const [one, two] = [await desk.aboutPicture(dropped, never), await desk.aboutPicture(dropped, never)];
    desk.ask(one.id, '什么领型？');
    await until(({ type }) => type === 'text');
    expect(() => desk.ask(one.id, '还在吗？')).toThrow(expect.objectContaining({ code: 'chat-busy' }));
    const other = desk.ask(two.id, '什么颜色？');
    expect(other.messages.at(-1)).toMatchObject({ state: 'writing' });
    await desk.stop(one.id);
    await until(({ type, chat, message }) => type === 'message' && chat === two.id && message.state === 'done');
    expect(await answerTo(one, '好了吗？')).toMatchObject({ state: 'done' });
  });

  test.each<[string, ScriptedReply, string]>([
    ['crashes', crash, 'engine-crashed'],
    ['says nothing', '', 'engine-empty'],
    ['refuses', { error: new RowscribeError('engine-rejected', { detail: 'x' }) }, 'engine-rejected'],
    ['breaks in an unknown way', { error: new Error('boom') }, 'internal'],
  ])(
    'of an engine that %s is a message that failed, with the reason, and the next one works',
    async (_, reply, code) => {
      const { desk, engine, answerTo } = bench({ engine: (__, look) => (look === 1 ? reply : '好') });
      const chat = await desk.aboutPicture(dropped, never);
      const failed = await answerTo(chat, '什么领型？');
      expect(failed).toMatchObject({ state: 'failed', problem: { code } });
      expect(failed.problem?.message['zh-CN']).not.toBe('');
      expect(await answerTo(chat, '再问一次')).toMatchObject({ state: 'done', text: '好' });
      expect(said(engine.looks.at(-1))).toEqual(['user: [140px] 再问一次']);
    },
  );

  test('that ends where its room ends says so', async () => {
    const { desk, answerTo } = bench({ engine: () => ({ finish: 'length', text: '圆领，' }) });
    expect(await answerTo(await desk.aboutPicture(dropped, never), '领型？')).toMatchObject({ isCut: true });
  });
});

test('a question that is empty, too long or of no chat is refused and not kept', async () => {
  const { desk } = bench();
  const chat = await desk.aboutPicture(dropped, never);
  for (const [id, text, code] of [
    [chat.id, ' \n', 'chat-question'],
    [chat.id, '长'.repeat(101), 'chat-question'],
    ['none', '什么领型？', 'chat-missing'],
  ] as const) {
    expect(() => desk.ask(id, text)).toThrow(expect.objectContaining({ code }));
  }
  expect(desk.get(chat.id).messages).toEqual([]);
});

describe('a chat that outgrows the context', () => {
  const long = (look: number) => `${look}`.padEnd(60, '字');

  test('forgets the oldest turns, never the picture, says so, and keeps answering', async () => {
    const { desk, engine, answerTo } = bench({ engine: (_, look) => long(look), contextTokens: 500 });
    const chat = await desk.aboutPicture(dropped, never);
    const answers = [];
    for (let count = 1; count <= 8; count += 1) answers.push(await answerTo(chat, `第${count}问`));
    expect(answers.every(({ state }) => state === 'done')).toBe(true);
    expect(answers[0]?.forgottenTurns).toBeUndefined();
    const last = answers.at(-1)?.forgottenTurns ?? 0;
    expect(last).toBeGreaterThan(0);
    const request = said(engine.looks.at(-1));
    expect(request[0]).toBe(`user: [140px] 第${last + 1}问`);
    expect(request.at(-1)).toBe('user: 第8问');
    expect(request).toHaveLength((8 - 1 - last) * 2 + 1);
  });

  test('fails with the reason when the question alone does not fit', async () => {
    const { desk, answerTo } = bench({ contextTokens: 300 });
    const chat = await desk.aboutPicture(dropped, never);
    expect(await answerTo(chat, '长'.repeat(99))).toMatchObject({ problem: { code: 'prompt-too-long' } });
  });
});

describe('deleting', () => {
  test('takes the chat away, also while it is being answered', async () => {
    const { desk, until, chats } = bench({ engine: () => hangAfter('圆') });
    const chat = await desk.aboutPicture(dropped, never);
    desk.ask(chat.id, '什么领型？');
    await until(({ type }) => type === 'text');
    await desk.remove(chat.id);
    expect(() => desk.get(chat.id)).toThrow(expect.objectContaining({ code: 'chat-missing' }));
    expect(chats.messages(chat.id)).toEqual([]);
    await desk.remove(chat.id);
  });

  test('takes all chats about one row away and no others', async () => {
    const { desk, about } = bench();
    const [one, two] = [await desk.aboutRow(about(2), never), await desk.aboutRow(about(3), never)];
    await desk.aboutRow(about(2), never);
    expect(await desk.removeOfRow({ workbook: 'w1', sheet: '商品', key: 'A' })).toBe(2);
    expect(() => desk.get(one.id)).toThrow(expect.objectContaining({ code: 'chat-missing' }));
    expect(desk.get(two.id).row?.key).toBe('B');
  });
});

describe('the end of the process', () => {
  test('in order leaves messages that say so', async () => {
    const { desk, until } = bench({ engine: () => hangAfter('圆') });
    const chat = await desk.aboutPicture(dropped, never);
    desk.ask(chat.id, '什么领型？');
    await until(({ type }) => type === 'text');
    await desk.close();
    expect(desk.get(chat.id).messages.at(-1)).toMatchObject({
      ...{ text: '圆', state: 'failed', problem: { code: 'chat-interrupted', retryable: true } },
    });
  });

  test('without warning leaves messages that the next one settles', async () => {
    const chats = openChats(':memory:', { keptMax: 9 });
    const first = bench({ chats, engine: () => hangAfter('圆') });
    const chat = await first.desk.aboutPicture(dropped, never);
    first.desk.ask(chat.id, '什么领型？');
    await first.until(({ type }) => type === 'text');
    const second = bench({ chats });
    expect(second.desk.get(chat.id).messages.at(-1)).toMatchObject({
      ...{ state: 'failed', problem: { code: 'chat-interrupted' } },
    });
    expect(second.desk.list().map(({ id }) => id)).toEqual([chat.id]);
  });
});

test('the export tells the row, the picture, the model and both sides', async () => {
  const { desk, about, answerTo } = bench({ engine: () => '**圆领**' });
  const chat = await desk.aboutRow(about(2), never);
  await answerTo(chat, '什么领型？');
  const text = desk.markdown(chat.id, 'zh-CN');
  for (const part of ['# 什么领型？', 'A (book.xlsx, 商品)', 'A.jpg', 'Scripted', '## 提问', '## 回答', '**圆领**']) {
    expect(text).toContain(part);
  }
  expect(desk.markdown(chat.id, 'en-US')).toContain('## Answer');
});
