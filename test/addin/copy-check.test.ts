// COPY.CHECK: one request for all cells of a moment, kept answers, short words, a clear error.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCopyCheck, verdict } from '../../addin/functions/copy-check.ts';
import type { CheckRequest, FindingView } from '../../server/contract/cells.ts';
import type { Language } from '../../server/domain/language.ts';
import { FakeExcel } from '../fakes/office/fake-excel.ts';
import { installFakeOffice } from '../fakes/office/fake-office.ts';

const finding = (
  phrase: string,
  replacements: readonly string[],
  severity: 'block' | 'warn' = 'block',
): FindingView => ({
  start: 0,
  end: phrase.length,
  severity,
  phrase,
  clause: { 'zh-CN': '广告法第九条', 'en-US': 'Advertising Law, article 9' },
  why: { 'zh-CN': '绝对化用语', 'en-US': 'an absolute term' },
  replacements,
});

/** A checker that finds 最佳 and can be switched off. */
function opened(language: Language = 'zh-CN', keptMax = 100) {
  const requests: CheckRequest[] = [];
  const server = { isThere: true };
  const check = createCopyCheck({
    check: async (request) => {
      requests.push(request);
      if (!server.isThere) throw new Error('refused');
      const findings = (text: string) => (text.includes('最佳') ? [finding('最佳', ['出色'])] : []);
      return { results: request.texts.map(({ id, text }) => ({ id, findings: findings(text) })) };
    },
    language: () => language,
    notAvailable: (message) => new Error(message),
    keptMax,
  });
  return { check, requests, server };
}

test('says that a text passes, or what is wrong with it and what to write instead', async () => {
  const { check } = opened();
  expect(await check('亲肤柔软')).toBe('通过');
  expect(await check('最佳选择')).toBe('“最佳”（广告法第九条）→出色');
  expect(await check('  ')).toBe('');
  expect(await check(12.5)).toBe('通过');
});

test('cells that are calculated together are one request', async () => {
  const { check, requests } = opened();
  const texts = Array.from({ length: 300 }, (_, index) => `文案${index % 100}`);
  await Promise.all(texts.map(check));
  expect(requests.map((request) => request.texts.length)).toEqual([100]);
});

test('very many or very long cells are several requests, each small enough', async () => {
  const { check, requests } = opened();
  await Promise.all(Array.from({ length: 1200 }, (_, index) => check(`文案${index}`)));
  await Promise.all(Array.from({ length: 40 }, (_, index) => check(`${index}${'长'.repeat(30_000)}`)));
  const sizes = requests.map(({ texts }) => texts.reduce((sum, { text }) => sum + text.length, 0));
  expect(requests.map((request) => request.texts.length).slice(0, 3)).toEqual([500, 500, 200]);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500_000);
});

test('a text is asked for once, and a workbook that is opened again costs nothing', async () => {
  const { check, requests } = opened();
  await check('最佳选择');
  expect(await check('最佳选择')).toContain('最佳');
  expect(requests).toHaveLength(1);
});

test('what is kept has a limit', async () => {
  const { check, requests } = opened('zh-CN', 2);
  for (const text of ['一', '二', '三', '一']) await check(text);
  expect(requests).toHaveLength(4);
});

test('a server that is not there is told in the person’s language, and asked again the next time', async () => {
  const { check, server } = opened('en-US');
  server.isThere = false;
  await expect(check('最佳')).rejects.toThrow('Rowscribe is not running');
  server.isThere = true;
  expect(await check('最佳')).toBe('“最佳” (Advertising Law, article 9)→出色');
});

test('many findings are summed up, warnings are told as such, and what has no other wording is to go', () => {
  const many = ['最佳', '第一', '顶级', '国家级', '唯一', '独家', '万能'].map((phrase) => finding(phrase, []));
  expect(verdict(many, 'zh-CN')).toMatch(/^“最佳”（广告法第九条）→请删除；.*；另有 2 处$/);
  expect(verdict([finding('首选', ['优选'], 'warn')], 'zh-CN')).toBe('注意：“首选”（广告法第九条）→优选');
});

test('Excel is told of exactly the functions that are described to it, none of which runs again by itself', async () => {
  const described = JSON.parse(readFileSync(new URL('../../addin/static/functions.json', import.meta.url), 'utf8')) as {
    functions: readonly { id: string; name: string; parameters: unknown[]; options: Record<string, boolean> }[];
  };
  const office = installFakeOffice(new FakeExcel());
  await import('../../addin/functions/functions.ts');
  expect(office.functionIds()).toEqual(described.functions.map(({ id }) => id));
  for (const { id, name, parameters, options } of described.functions) {
    expect(id).toMatch(/^[A-Z0-9_.]+$/);
    expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_.]{2,}$/);
    expect(parameters).toHaveLength(1);
    expect(Object.values(options)).not.toContain(true);
  }
});
