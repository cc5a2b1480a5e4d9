// The words of the status cell, in the workbook's language.
import type { Outcome } from '../domain/job.ts';
import type { Language } from '../domain/language.ts';
import type { Remark } from '../domain/remarks.ts';
import type { PictureFlaw } from '../ports/images.ts';

const outcomes: Readonly<Record<Language, Readonly<Record<Outcome, string>>>> = {
  'zh-CN': { done: '完成', 'needs-person': '需人工', failed: '失败' },
  'en-US': { done: 'Done', 'needs-person': 'Needs a person', failed: 'Failed' },
};

const flaws: Readonly<Record<Language, Readonly<Record<PictureFlaw, string>>>> = {
  'zh-CN': {
    'too-dark': '图片太暗，请换一张曝光正常的',
    'too-bright': '图片过曝，请换一张曝光正常的',
    blurred: '图片模糊，请换一张清晰的',
    'product-too-small': '商品在图片中太小，请裁剪或换一张近景',
    'too-few-pixels': '图片像素太少，请换一张更大的',
    blank: '图片是空白的',
  },
  'en-US': {
    'too-dark': 'the picture is too dark; use one with normal exposure',
    'too-bright': 'the picture is overexposed; use one with normal exposure',
    blurred: 'the picture is blurred; use a sharp one',
    'product-too-small': 'the product is too small in the picture; crop it or take it closer',
    'too-few-pixels': 'the picture has too few pixels; use a larger one',
    blank: 'the picture is blank',
  },
};

/** The whole status text: the outcome, then what a person should know. */
export function statusText(outcome: Outcome, details: readonly string[], language: Language): string {
  const word = outcomes[language][outcome];
  if (details.length === 0) return word;
  const joined = details.join(language === 'zh-CN' ? '；' : '; ');
  if (outcome === 'done') return language === 'zh-CN' ? `${word}（${joined}）` : `${word} (${joined})`;
  return language === 'zh-CN' ? `${word}：${joined}` : `${word}: ${joined}`;
}

/** One remark in words; `header` names a column as the sheet does. */
export function remarkText(remark: Remark, header: (key: string) => string, language: Language): string {
  const zh = language === 'zh-CN';
  switch (remark.remark) {
    case 'cut':
      return zh ? `${header(remark.column)}过长，已截短` : `${header(remark.column)} was too long and was cut`;
    case 'alike': {
      const [column, other] = [header(remark.column), header(remark.other)];
      return zh
        ? `${column}与${other}相近，不宜用来对比测试`
        : `${column} is much like ${other}: too close to be tested against it`;
    }
    case 'empty':
      return zh ? `${header(remark.column)}没有写出来` : `${header(remark.column)} was not written`;
    case 'unsupported': {
      const facts = remark.facts.join(zh ? '、' : ', ');
      return zh
        ? `请核实${header(remark.column)}中的“${facts}”，资料里没有`
        : `check “${facts}” in ${header(remark.column)}; the row does not state it`;
    }
    case 'picture-flaw':
      return `${flaws[language][remark.flaw as PictureFlaw] ?? remark.flaw}${zh ? '（' : ' ('}${remark.picture}${zh ? '）' : ')'}`;
    case 'stale': {
      const columns = remark.columns.map(header).join(zh ? '、' : ', ');
      return zh
        ? `输入已变，您改过的文字未动：${columns}。清空单元格可重写，保留则不用处理`
        : `the inputs changed; your text was left as it is: ${columns}. Empty the cell for a new one, or leave it`;
    }
    case 'placeholder':
      return zh ? `提示词中的 {{${remark.name}}} 没有对应的列` : `{{${remark.name}}} in the prompt names no column`;
  }
}

/** Whether a status cell holds one of our own texts, also when the journal does not know it (another machine's). */
export function isOwnStatus(text: string): boolean {
  return Object.values(outcomes).some(({ done, ...others }) =>
    [
      new RegExp(`^${done}(?: ?[（(].*[）)])?$`, 'su'),
      new RegExp(`^(?:${Object.values(others).join('|')})(?:[：:].*)?$`, 'su'),
    ].some((own) => own.test(text)),
  );
}
