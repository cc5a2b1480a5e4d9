// The model's JSON → texts within their limits.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToLimit, parseAnswer, tidyText } from '../../server/domain/answer.ts';
import { graphemeCount } from '../../server/domain/graphemes.ts';
import { columnOf } from '../fixtures/recipe.ts';

const copy = columnOf({ key: 'copy', charactersMax: { 'zh-CN': 10, 'en-US': 30 } });
const tags = columnOf({ key: 'tags', kind: 'list', charactersMax: { 'zh-CN': 6, 'en-US': 12 } });

function parse(answer: unknown, columns = [copy], language: 'zh-CN' | 'en-US' = 'zh-CN') {
  const parsed = parseAnswer(typeof answer === 'string' ? answer : JSON.stringify(answer), columns, language);
  if ('unusable' in parsed) throw new Error(parsed.unusable['en-US']);
  return { ...Object.fromEntries(parsed.texts), problems: parsed.problems };
}

describe('an answer', () => {
  test.each([
    ['plain', '{"copy":"夏裙"}'],
    ['in a code fence', '```json\n{"copy":"夏裙"}\n```'],
    ['with words around it', '好的，文案如下：{"copy":"夏裙"} 请查收。'],
    ['with columns that nobody asked for', '{"copy":"夏裙","price":"99元"}'],
    ['in lines', '{\n  "copy": "夏裙"\n}'],
  ])('is read %s', (_, answer) => {
    expect(parse(answer)).toEqual({ copy: '夏裙', problems: [] });
  });

  test.each(['', '夏裙', '[]', '["夏裙"]', '{"copy":"夏', '}{', '{copy: 夏裙}', 'null', '{"copy":"a"} {"copy":"b"}'])(
    '%j is unusable',
    (answer) => {
      expect(parseAnswer(answer, [copy], 'zh-CN')).toMatchObject({ unusable: { 'en-US': 'not a JSON object' } });
    },
  );

  test.each([
    [{}],
    [{ copy: '' }],
    [{ copy: '  \n ' }],
    [{ copy: 7 }],
    [{ copy: null }],
    [{ copy: ['a'] }],
    [{ copy: '\u200b' }],
  ])('%j leaves the column empty', (answer) => {
    expect(parse(answer)).toEqual({ copy: '', problems: [{ problem: 'empty', key: 'copy' }] });
  });

  test('that is too long says by how much and keeps the text, in graphemes of the language', () => {
    const long = `${'好'.repeat(10)}👗`;
    expect(parse({ copy: long })).toEqual({
      copy: long,
      problems: [{ problem: 'too-long', key: 'copy', length: 11, charactersMax: 10 }],
    });
    expect(parse({ copy: long }, [copy], 'en-US').problems).toEqual([]);
    expect(parse({ copy: '👨‍👩‍👧'.repeat(10) }).problems).toEqual([]);
  });

  test('may hold texts that look like formulas: they are texts', () => {
    expect(parse({ copy: '=1+1' })).toMatchObject({ copy: '=1+1' });
  });

  test('whatever it is never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (answer) => {
        const parsed = parseAnswer(answer, [copy, tags], 'zh-CN');
        if ('texts' in parsed) expect([...parsed.texts.keys()]).toEqual(['copy', 'tags']);
      }),
    );
  });
});

describe('a list', () => {
  test.each([
    ['zh-CN', ['夏装', '棉裙'], '夏装、棉裙'],
    ['en-US', ['summer', 'cotton'], 'summer, cotton'],
    ['zh-CN', ['夏装', ' 夏装 ', '', 7, null, '棉裙'], '夏装、棉裙'],
    ['zh-CN', ['夏装、棉裙', 'a,b;c'], '夏装 棉裙、a b c'],
  ] as const)('in %s of %j is the text %j', (language, items, text) => {
    expect(parse({ tags: items }, [tags], language)).toEqual({ tags: text, problems: [] });
  });

  test('is too long when one of its items is', () => {
    expect(parse({ tags: ['短', '一二三四五六七'] }, [tags]).problems).toEqual([
      { problem: 'too-long', key: 'tags', length: 7, charactersMax: 6 },
    ]);
  });

  test.each([[[]], ['夏装'], [{ 0: 'a' }], [[1, 2]]])('%j has nothing in it', (items) => {
    expect(parse({ tags: items }, [tags]).problems).toEqual([{ problem: 'empty', key: 'tags' }]);
  });

  test('is cut by leaving items out: those that are too long and those over the number', () => {
    expect(cutToLimit('一、二二二二二二二、三、四、五', tags, 'zh-CN')).toBe('一、三、四');
    expect(cutToLimit('one, two', tags, 'en-US')).toBe('one, two');
  });

  test('a text is cut at a clause', () => {
    expect(cutToLimit('夏季连衣裙，轻薄透气舒适', copy, 'zh-CN')).toBe('夏季连衣裙');
  });
});

describe('a text is tidied', () => {
  test.each([
    ['  两端 ', '两端'],
    ['a\u3000 \u00a0b', 'a b'],
    ['a\tb', 'a b'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a\u2028b\u2029c', 'a\nb\nc'],
    ['a\n\n\n\nb', 'a\n\nb'],
    ['a\u0000\u0007\u200bb\ufeff', 'ab'],
    ['\u202eabc\u202c', 'abc'],
    ['“夏裙”', '夏裙'],
    ['"dress"', 'dress'],
    ['他说“好”', '他说“好”'],
    ['“好”和“坏”', '“好”和“坏”'],
    ['cafe\u0301', 'café'],
    ['a\ud800b', 'ab'],
    ['👗👨‍👩‍👧', '👗👨‍👩‍👧'],
  ])('%j becomes %j', (given, expected) => {
    expect(tidyText(given)).toBe(expected);
  });

  test('into something that an XML file can hold and that stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const tidy = tidyText(given);
        expect(tidy).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ufeff]|^\s|\s$/u);
        expect(Buffer.from(tidy).toString()).toBe(tidy);
        expect(tidyText(tidy).length).toBeLessThanOrEqual(tidy.length);
      }),
    );
  });

  test('and its cut to the limit is within the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (given) => {
        expect(graphemeCount(cutToLimit(tidyText(given), copy, 'zh-CN'))).toBeLessThanOrEqual(10);
      }),
    );
  });
});
