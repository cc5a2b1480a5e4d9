// What the chat tab makes of events, in any order and any pieces, and the little Markdown of answers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstChatState, reduceChat, writingIn, type ChatState } from '../../addin/pane/chat/chat-state.ts';
import { blocksOf, plainOf } from '../../addin/pane/chat/markdown.ts';
import type { ChatMessageView, ChatView } from '../../server/contract/chats.ts';

const message = (id: string, text: string, state: ChatMessageView['state'] = 'writing'): ChatMessageView => ({
  ...{ id, role: 'model', text, atMs: 0, state },
});
const chat = (messages: readonly ChatMessageView[], id = 'c'): ChatView => ({
  ...{ id, title: 't', thumbnail: '', pictures: [], notes: [], startedAtMs: 0 },
  messages,
});
const opened = (messages: readonly ChatMessageView[]): ChatState =>
  reduceChat(firstChatState, { do: 'open', chat: chat(messages) });
const piece = (at: number, text: string, of = 'c') =>
  ({ do: 'event', event: { type: 'chat-text', chat: of, message: 'm', at, piece: text } }) as const;
const whole = (told: ChatMessageView, of = 'c') =>
  ({ do: 'event', event: { type: 'chat', chat: of, message: told } }) as const;
const textOf = (state: ChatState) => state.open?.messages.at(-1)?.text;

describe('an answer that grows', () => {
  test('is put together from its pieces, whatever of them comes twice', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.nat(7)), (text, sizes) => {
        let state = opened([message('m', '')]);
        let at = 0;
        for (const size of sizes) {
          if (at >= text.length) break;
          const next = text.slice(at, at + size + 1);
          const back = Math.max(0, at - 2);
          state = reduceChat(state, piece(at, next));
          state = reduceChat(state, piece(back, text.slice(back, at + next.length)));
          at += next.length;
        }
        expect(textOf(state)).toBe(text);
        expect(state.isBehind).toBe(false);
      }),
    );
  });

  test('of which a piece is missing, or of which nothing is known, is to be fetched again', () => {
    expect(reduceChat(opened([message('m', '圆')]), piece(5, '领')).isBehind).toBe(true);
    expect(reduceChat(opened([]), piece(0, '圆')).isBehind).toBe(true);
    const again = reduceChat(reduceChat(opened([]), piece(0, '圆')), {
      do: 'refresh',
      chat: chat([message('m', '圆')]),
    });
    expect([again.isBehind, textOf(again)]).toEqual([false, '圆']);
  });

  test('that is over takes no late pieces', () => {
    const state = reduceChat(opened([message('m', '圆')]), whole(message('m', '圆领。', 'done')));
    expect(textOf(reduceChat(state, piece(0, '圆领。多余')))).toBe('圆领。');
    expect(writingIn(state.open)).toBeUndefined();
  });

  test('of another chat changes nothing', () => {
    const state = opened([message('m', '圆')]);
    expect(reduceChat(state, piece(1, '领', 'other'))).toBe(state);
    expect(reduceChat(state, whole(message('m', 'x'), 'other'))).toBe(state);
  });
});

test('a chat that was deleted is neither open nor listed', () => {
  const listed: ChatState['list'] = { is: 'here', value: [chat([]), chat([], 'd')] };
  const state = reduceChat(reduceChat(opened([]), { do: 'list', list: listed }), { do: 'gone', ids: ['c'] });
  expect(state.open).toBeUndefined();
  expect(state.list).toEqual({ is: 'here', value: [chat([], 'd')] });
});

describe('an answer’s Markdown', () => {
  test('is paragraphs, lists, headings and bold words', () => {
    expect(blocksOf('## 卖点\n**圆领**，利落\n\n- 一\n\n- 二\n1. 甲\n2、乙\n\n末')).toEqual([
      { is: 'heading', lines: [[{ text: '卖点', isBold: false }]] },
      {
        is: 'paragraph',
        lines: [
          [
            { text: '圆领', isBold: true },
            { text: '，利落', isBold: false },
          ],
        ],
      },
      { is: 'list', start: undefined, items: [[{ text: '一', isBold: false }], [{ text: '二', isBold: false }]] },
      { is: 'list', start: 1, items: [[{ text: '甲', isBold: false }], [{ text: '乙', isBold: false }]] },
      { is: 'paragraph', lines: [[{ text: '末', isBold: false }]] },
    ]);
  });

  test.each([
    ['**圆领**，利落', '圆领，利落'],
    ['- 一\n- **二**', '一\n二'],
    ['1. 一\n2. 二', '1. 一\n2. 二'],
    ['# 标题\n\n正文', '标题\n正文'],
    ['3.5 厘米的领口', '3.5 厘米的领口'],
    ['2 * 3 * 4 ** 5', '2 * 3 * 4 ** 5'],
    ['<b>不是标记</b>', '<b>不是标记</b>'],
  ])('%j goes into a cell as %j', (text, plain) => expect(plainOf(text)).toBe(plain));

  test('loses no letter of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab字*-#1.) \n')), maxLength: 60 }), (text) => {
        const letters = (one: string) => one.replaceAll(/[^ab字]/g, '');
        expect(letters(plainOf(text))).toBe(letters(text));
      }),
    );
  });
});
