// What a conversation tells the model, what it forgets, what it is called.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatParts, chatTitle, forgetMore, pictureChatTexts, rowChatTexts, turnsOf } from '../../server/domain/chat.ts';
import { graphemeCount } from '../../server/domain/graphemes.ts';
import { buildPrompt } from '../../server/domain/prompt.ts';
import { writtenColumns } from '../../server/domain/recipe.ts';
import { shippedRecipe, shippedRecipeFiles } from '../fixtures/recipe.ts';
import { readRow } from '../fixtures/row.ts';

const texts = { system: 'S', lead: 'L' };
const turn = (number: number) => ({ question: `q${number}`, answer: `a${number}` });

describe('the beginning of a chat about a row', () => {
  test.each(shippedRecipeFiles)('is that of a fill by %s, word for word up to the facts', (file) => {
    const recipe = shippedRecipe(file);
    const row = readRow({ 图片: 'a.jpg', 品牌: '山茶', 尺码: 'S-XL', 状态: '' }, recipe);
    for (const language of ['zh-CN', 'en-US'] as const) {
      const keys = writtenColumns(recipe).map(({ key }) => key);
      const fill = buildPrompt({ recipe, row, keys, language });
      const chat = rowChatTexts(row, recipe, language);
      expect(chat.system).toBe(fill.system);
      const facts = fill.user.slice(0, fill.user.indexOf('S-XL') + 'S-XL\n'.length);
      expect(facts).toContain('山茶');
      expect(chat.lead.startsWith(facts)).toBe(true);
    }
  });

  test('holds no facts for a row that states none, and says that it is a conversation', () => {
    const recipe = shippedRecipe('default.yaml');
    const { lead } = rowChatTexts(readRow({ 图片: 'a.jpg', 描述: '' }), recipe, 'zh-CN');
    expect(lead.endsWith(pictureChatTexts('zh-CN').lead)).toBe(true);
    expect(lead).toMatch(/^规则第6条.*现在是对话/);
  });
});

describe('what the model is told', () => {
  test('is the constant texts, what was said, and the question, each in its role', () => {
    expect(chatParts(texts, [turn(1), turn(2)], 'now')).toEqual([
      { role: 'system', text: 'S' },
      { role: 'user', text: 'L\nq1' },
      { role: 'assistant', text: 'a1' },
      { role: 'user', text: 'q2' },
      { role: 'assistant', text: 'a2' },
      { role: 'user', text: 'now' },
    ]);
  });

  test('begins with the same words whatever was forgotten', () => {
    const [, whole] = chatParts(texts, [turn(1), turn(2)], 'now');
    const [, rest] = chatParts(texts, [turn(2)], 'now');
    const [, none] = chatParts(texts, [], 'now');
    expect([whole?.text, rest?.text, none?.text]).toEqual(['L\nq1', 'L\nq2', 'L\nnow']);
  });

  test('leaves out questions that were never answered', () => {
    const said = (role: 'person' | 'model', text: string) => ({ role, text });
    const messages = [
      ...[said('person', 'q1'), said('model', '')],
      ...[said('person', 'q2'), said('model', 'a2')],
      ...[said('person', 'q3'), said('person', 'q4'), said('model', 'a4')],
    ];
    expect(turnsOf(messages)).toEqual([turn(2), turn(4)]);
  });
});

test('turns are forgotten from the oldest on, some at a time, until none is left', () => {
  fc.assert(
    fc.property(fc.nat(200), (count) => {
      let forgotten: number | undefined = 0;
      const steps: number[] = [];
      while ((forgotten = forgetMore(count, forgotten)) !== undefined) steps.push(forgotten);
      expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
      expect(steps.at(-1) ?? 0).toBe(count);
      expect(steps.length).toBeLessThanOrEqual(20);
    }),
  );
});

test('a title is one short line of the first question', () => {
  expect(chatTitle(' 这是\n什么领型？ ')).toBe('这是 什么领型？');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (question) => {
      const title = chatTitle(question);
      expect(graphemeCount(title)).toBeLessThanOrEqual(25);
      expect(title).not.toMatch(/\n/);
    }),
  );
});
