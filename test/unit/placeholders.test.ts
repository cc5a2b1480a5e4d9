// `{{column}}` in prompts.
import { describe, expect, test } from 'vitest';
import { fillPlaceholders } from '../../server/domain/placeholders.ts';

const values = new Map([
  ['颜色', '米白'],
  ['品牌（必填）', '山野'],
  ['Size', 'M'],
  ['备注', ''],
  ['引用', '{{颜色}}'],
]);

describe('a placeholder', () => {
  test.each([
    ['写{{颜色}}的裙子', '写米白的裙子', []],
    ['{{ 颜色 }}/{{品牌}}/{{size}}', '米白/山野/M', []],
    ['{{备注}}无', '无', []],
    ['{{材质}}和{{产地}}', '和', ['材质', '产地']],
    ['{{引用}}', '{{颜色}}', []],
    ['{颜色} {{}} {{a\nb}}', '{颜色} {{}} {{a\nb}}', []],
    ['$& {{颜色}} $1', '$& 米白 $1', []],
    ['没有占位', '没有占位', []],
  ])('in %j gives %j', (template, text, unknown) => {
    expect(fillPlaceholders(template, values)).toEqual({ text, unknown });
  });
});
