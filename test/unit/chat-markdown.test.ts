// The export of a chat: a complete document in which nothing that was said becomes markup.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../server/domain/chat.ts';
import { chatMarkdown, type ChatDocument } from '../../server/domain/chat-markdown.ts';

const message = (role: ChatMessage['role'], text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ id: text, role, text, atMs: 0, state: 'done' },
  ...more,
});

const chat = (messages: readonly ChatMessage[], more: Partial<ChatDocument> = {}): ChatDocument => ({
  ...{ title: '领型', product: 'A-1 (夏装.xlsx, 商品)', pictures: ['a.jpg'], startedAt: '2026-11-23 17:39:12' },
  messages,
  ...more,
});

/** What stands below the first heading of that name. */
function below(document: string, heading: string): string {
  return (document.split(`## ${heading}\n\n`)[1] ?? '').split('\n\n## ')[0]?.trimEnd() ?? '';
}

describe('the document of a chat', () => {
  test('names what it is about, the day and the model, then tells the turns in order', () => {
    const model = { model: 'Qwen2.5 VL 7B' };
    const said = [message('person', '什么领型？'), message('model', '圆领。', model)];
    expect(
      chatMarkdown(chat([...said, message('person', '适合谁？'), message('model', '都可以。', model)]), 'zh-CN'),
    ).toBe(
      [
        ...['# 领型', '', '- 商品：A-1 (夏装.xlsx, 商品)', '- 图片：a.jpg', '- 日期：2026-11-23 17:39:12'],
        ...['- 模型：Qwen2.5 VL 7B', '', '## 提问', '', '什么领型？', '', '## 回答', '', '圆领。', ''],
        ...['## 提问', '', '适合谁？', '', '## 回答', '', '都可以。', ''],
      ].join('\n'),
    );
  });

  test('says in English too what it is, and leaves out what there is not', () => {
    const text = chatMarkdown(chat([message('person', 'Which collar?')], { product: '' }), 'en-US');
    expect(text).toMatch(
      /^# 领型\n\n- Picture: a\.jpg\n- Date: 2026-11-23 17:39:12\n\n## Question\n\nWhich collar\?\n$/,
    );
  });

  test('says which answers are incomplete, why, and what to compare with the picture', () => {
    const problem = { code: 'x', retryable: true, message: { 'zh-CN': '显存不足', 'en-US': 'no memory' } };
    const failed = message('model', '', { state: 'failed', problem });
    const odd = message('model', '95% 棉', { state: 'stopped', isCut: true, unsupported: ['95%'] });
    const text = chatMarkdown(chat([failed, odd]), 'zh-CN');
    for (const said of ['没有写完', '显存不足', '（没有内容）', '已停止', '长度上限', '核实：95%'])
      expect(text).toContain(said);
  });

  test('keeps line ends, lists and bold words of the model', () => {
    const text = chatMarkdown(chat([message('model', '三点：\n- **圆领**，利落\n2. 第二\n\n最后')]), 'zh-CN');
    expect(below(text, '回答')).toBe('三点：  \n- **圆领**，利落  \n2. 第二  \n\n最后');
  });
});

describe('what was said stays text', () => {
  test.each([
    ['<img src=x onerror=alert(1)>', /(?<!\\)</],
    ['![](https://example.org/a.png)', /(?<!\\)\[|https?:/],
    ['[x](javascript:alert(1))', /(?<!\\)\[/],
    ['# heading', /^#/m],
    ['> quote', /^>/m],
    ['---', /^-/m],
    ['- list', /^-/m],
    ['1. list', /^1\./m],
    ['    code', /^ {4}/m],
    ['```\ncode\n```', /(?<!\\)`/],
    ['a | b\n--|--', /(?<!\\)\|/],
    ['&lt;b&gt; $x$ ~~y~~ _z_ *w*', /(?<!\\)[&$~_*]/],
    ['www.example.org', /www\./],
    ['title\n===', /^=/m],
  ])('%j in a question', (text, markup) => {
    expect(below(chatMarkdown(chat([message('person', text)]), 'zh-CN'), '提问')).not.toMatch(markup);
  });

  test('a title or a file name cannot break out of its line', () => {
    const text = chatMarkdown(chat([], { title: 'a\n# b', pictures: ['<b>\n- c.jpg'] }), 'zh-CN');
    expect(text.split('\n').filter((line) => /^(?:#|-)/.test(line))).toHaveLength(4);
  });

  const escaped = /\\([!-/:-@[-`{-~])/g;
  const hostile = fc.string({
    unit: fc.constantFrom(...Array.from('ab1.*_#<>[]()!-+=|`~&$\\ \n\t:/@w')),
    maxLength: 60,
  });

  test('without its escapes a question reads as it was asked', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = below(chatMarkdown(chat([message('person', `x${text}x`)]), 'en-US'), 'Question');
        const plain = shown.replaceAll(escaped, '$1');
        expect(plain.replaceAll(/\s+/g, ' ')).toBe(`x${text}x`.replaceAll(/\s+/g, ' '));
      }),
    );
  });

  test('an answer brings in bold words and list marks, and nothing else', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = below(chatMarkdown(chat([message('model', `x${text}x`)]), 'en-US'), 'Answer');
        const rest = shown
          .replaceAll(/^(?:-|\d+[.)]) /gm, '')
          .replaceAll(escaped, 'e')
          .replaceAll(/\*\*(?=\S)[^*\n]*?\*\*/g, 'b');
        expect(rest).not.toMatch(/[*_#<>[\]|`~&$\\@]|https?:|^[-+=]|^\d+[.)]/m);
      }),
    );
  });
});
