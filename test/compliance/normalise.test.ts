// Normalised text and its way back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConverterBuilder } from 'opencc-js/core';
import * as preset from 'opencc-js/preset/t2cn';
import { Normaliser } from '../../server/domain/compliance/normalise.ts';
import { parseForms, parseSpellings } from '../../server/domain/compliance/tables.ts';
import { tableText } from './shipped-pack.ts';

const forms = parseForms(tableText('characters.tsv'));
const spellings = parseSpellings(tableText('spellings.tsv'));
const normaliser = new Normaliser(forms.map, spellings.map);

describe('normalising', () => {
  it.each([
    ['國家級', '国家级'],
    ['ＮＯ．１', 'no.1'],
    ['国·家·级', '国家级'],
    ['国/家/级', '国家级'],
    ['减🐷肥', '减肥'],
    ['销量第\u200B一', '销量第一'],
    ['zuì好看', '最好看'],
    ['最（好）穿', '最好穿'],
    ['减月巴', '减肥'],
    ['第①名', '第1名'],
    ['顶ji工艺', '顶级工艺'],
    ['全国首。创', '全国首创'],
    ['最．好．用', '最好用'],
    ['国+家+级', '国家级'],
    ['A4 and B5', 'a4 and b5'],
  ])('reads %s as %s', (text, plain) => {
    expect(normaliser.normalise(text).text).toBe(plain);
  });

  it.each(['位居榜首。创新设计', '很安全。网面透气', '羊毛、美。白色款', '用料足。量大'])(
    'keeps the sentence end in %s',
    (text) => {
      expect(normaliser.normalise(text).text).toBe(text.replaceAll('，', ','));
    },
  );

  it('keeps punctuation between clauses and spaces between Latin words', () => {
    expect(normaliser.normalise('红色，白色。Best of luck').text).toBe('红色,白色。best of luck');
  });

  it('maps every unit to a place of the original, in order', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('最', '好', '國', '·', 'zui', '㎏'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const { text: plain, starts, ends } = normaliser.normalise(text);
        expect(starts).toHaveLength(plain.length);
        expect(ends).toHaveLength(plain.length);
        for (let i = 0; i < plain.length; i += 1) {
          const [start, end] = [starts[i] ?? -1, ends[i] ?? -1];
          expect(start).toBeGreaterThanOrEqual(i === 0 ? 0 : (starts[i - 1] ?? 0));
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it('has the simplified form of every character that OpenCC simplifies to one character', () => {
    const convert = ConverterBuilder(preset as Parameters<typeof ConverterBuilder>[0])({ from: 't', to: 'cn' });
    const wrong: string[] = [];
    for (let code = 0x4e00; code < 0xa000; code += 1) {
      const character = String.fromCharCode(code);
      const simple = convert(character);
      if (simple.length === 1 && simple >= '\u3400' && (forms.map.get(character) ?? character) !== simple)
        wrong.push(character);
    }
    expect(wrong.filter((character) => !'蕞冣朂樶苐弚壹弌弍弎囯発髪価薬気験広対応伩'.includes(character))).toEqual([]);
  });

  it('reports faults of its tables by line', () => {
    expect(parseForms('from\tto\n國\t').faults).toEqual([{ line: 2, text: 'no plain form' }]);
    expect(parseSpellings('kind\tfrom\tto\ncore\t最好\t').faults[0]?.line).toBe(2);
    expect(forms.faults).toEqual([]);
    expect(spellings.faults).toEqual([]);
  });
});
