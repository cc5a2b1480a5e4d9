// What people read: every error and every status, in both languages.
import { describe, expect, test } from 'vitest';
import type { Language } from '../../server/domain/language.ts';
import type { Remark } from '../../server/domain/remarks.ts';
import { needsPerson } from '../../server/domain/remarks.ts';
import { asRowscribeError, isRowscribeError, RowscribeError } from '../../server/errors.ts';
import { catalogue, type ErrorCode } from '../../server/i18n/errors.ts';
import { isOwnStatus, remarkText, statusText } from '../../server/i18n/status.ts';

const both = { 'zh-CN': '中文细节', 'en-US': 'English detail' };
const languages: readonly Language[] = ['zh-CN', 'en-US'];
const codes = Object.keys(catalogue) as ErrorCode[];

/** Every fact that some entry asks for, by name. A fact that is not here shows as "undefined" and fails the test. */
const facts: Readonly<Record<string, unknown>> = {
  ...{ path: '/shop/book.xlsx', by: 'Anna', sheet: 'Sheet1', cell: 'C7', text: '9-2', name: 'mine', role: 'key' },
  ...{
    folder: '/data/backups',
    number: 7,
    url: 'http://10.0.0.5:8000/v1',
    tool: 'cmake',
    platform: 'aix-ppc64',
    entry: '../x',
  },
  ...{
    file: 'a.gguf',
    host: 'hub.cn',
    status: 403,
    mmproj: '/m/p.gguf',
    expected: 'ab'.repeat(32),
    actual: 'cd'.repeat(32),
  },
  ...{ address: 'https://localhost:8417', port: 8417, program: 'certutil', bytesMax: 65_536, what: both },
  ...{ neededGB: '9.5', freeGB: '3.1', gpu: 'RTX 4090', driver: '531.79', freeGiB: '6.8', neededGiB: '11.0' },
  ...{ model: 'Qwen', reason: '图片太暗 / too dark', known: ['default'], headers: ['图片', '图'], missing: ['图片'] },
  ...{ seen: ['价格'], faults: [both, 'line 3: bad'], count: 3, countMax: 4, seconds: 180, length: 40_000 },
  ...{ megabytes: 31, megabytesMax: 20, megapixels: 80, megapixelsMax: 50, tokens: 9000, tokensMax: 4096 },
};
/** Codes whose detail comes from the system or from a bug, and has no language. */
const plainDetail: readonly ErrorCode[] = [
  'internal',
  'engine-crashed',
  'engine-gave-up',
  'download-unreachable',
  'download-failed',
  'engine-download-failed',
  'trust-refused',
];

function textOf(code: ErrorCode, language: Language): string {
  const detail = plainDetail.includes(code) ? 'EBUSY' : both;
  return new RowscribeError(code, { ...facts, detail } as never).text(language);
}

describe.each(codes)('the error %s', (code) => {
  test.each(languages)('has a sentence in %s with all its facts', (language) => {
    const text = textOf(code, language);
    expect(text.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|\$\{/);
    expect(text).toMatch(language === 'zh-CN' ? /[。：！]/ : /^[A-Z“/]/);
  });

  test('is in Chinese for Chinese and holds no Chinese of its own in English', () => {
    expect(textOf(code, 'zh-CN')).toMatch(/\p{Script=Han}{4}/u);
    expect(textOf(code, 'zh-CN')).not.toContain(both['en-US']);
    const own = textOf(code, 'en-US')
      .replaceAll('图片太暗 / too dark', '')
      .replaceAll(/图片|图|价格|描述/g, '');
    expect(own).not.toMatch(/\p{Script=Han}/u);
  });

  test('says by itself whether trying again can help', () => {
    expect(typeof catalogue[code].retryable).toBe('boolean');
    expect(new RowscribeError(code, { ...facts, detail: both } as never).retryable).toBe(catalogue[code].retryable);
  });
});

describe('an error', () => {
  test('keeps its cause, and anything thrown becomes one', () => {
    const cause = new Error('boom');
    expect(asRowscribeError(cause)).toMatchObject({ code: 'internal', cause, facts: { detail: 'boom' } });
    const own = new RowscribeError('interrupted', {});
    expect(asRowscribeError(own)).toBe(own);
    expect(asRowscribeError('text').message).toContain('text');
  });

  test('is told apart by code', () => {
    const error = new RowscribeError('picture-none', {});
    expect(isRowscribeError(error, 'picture-none')).toBe(true);
    expect(isRowscribeError(error, 'internal')).toBe(false);
    expect(isRowscribeError(new Error('x'))).toBe(false);
  });
});

const remarks: readonly Remark[] = [
  { remark: 'cut', column: 'title' },
  { remark: 'alike', column: 'title', other: 'title_b' },
  { remark: 'empty', column: 'title' },
  { remark: 'unsupported', column: 'title', facts: ['95%', '500ml'] },
  ...(['too-dark', 'too-bright', 'blurred', 'product-too-small', 'too-few-pixels', 'blank'] as const).map(
    (flaw) => ({ remark: 'picture-flaw', flaw, picture: 'a.jpg' }) as const,
  ),
  { remark: 'placeholder', name: 'size' },
  { remark: 'stale', columns: ['title'] },
];

describe.each(remarks)('the remark $remark $flaw', (remark) => {
  test('is said in both languages, with what it is about', () => {
    const zh = remarkText(remark, () => '标题A', 'zh-CN');
    const en = remarkText(remark, () => 'Title A', 'en-US');
    expect(zh).toMatch(/\p{Script=Han}{3}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
    for (const text of [zh, en]) expect(text).not.toMatch(/undefined|too-|picture-/);
    const about = {
      cut: 'A',
      alike: 'A',
      empty: 'A',
      unsupported: '500ml',
      'picture-flaw': 'a.jpg',
      placeholder: '{{size}}',
      stale: 'A',
    };
    for (const text of [zh, en]) expect(text).toContain(about[remark.remark]);
  });

  test('asks for a person unless it only says that a text was cut or is much like another', () => {
    expect(needsPerson([remark])).toBe(!['cut', 'alike'].includes(remark.remark));
  });
});

describe('a status', () => {
  test.each([
    ['done', [], 'zh-CN', '完成'],
    ['done', ['a', 'b'], 'zh-CN', '完成（a；b）'],
    ['needs-person', ['a'], 'zh-CN', '需人工：a'],
    ['failed', ['a'], 'zh-CN', '失败：a'],
    ['done', ['a', 'b'], 'en-US', 'Done (a; b)'],
    ['needs-person', ['a'], 'en-US', 'Needs a person: a'],
    ['failed', ['a'], 'en-US', 'Failed: a'],
  ] as const)('%s with %j in %s is %j and known as ours', (outcome, details, language, text) => {
    expect(statusText(outcome, details, language)).toBe(text);
    expect(isOwnStatus(text)).toBe(true);
  });

  test.each([
    ...['', '已完成', '完成了', '完成度 80%', '未完成', '失败的尝试', '待审', 'Done by Anna', 'Done: see mail', 'done'],
    ...['Failed twice', '需人工审核', 'Not done (yet)', '完成 张三'],
  ])('%j is a person’s', (text) => {
    expect(isOwnStatus(text)).toBe(false);
  });
});
