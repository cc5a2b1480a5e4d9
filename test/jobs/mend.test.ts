// Mending flagged copy with an engine: the checker decides what may stand, three tries, then the phrase goes.
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Checker } from '../../server/domain/compliance/checker.ts';
import { RowscribeError } from '../../server/errors.ts';
import { mendTexts, type MendTask } from '../../server/jobs/mend-texts.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import type { GenerateRequest } from '../../server/ports/engine.ts';
import { createScriptedEngine, type ScriptedReply } from '../fakes/scripted-engine.ts';

const template = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
const never = new AbortController().signal;

let checker: Checker;
let task: MendTask;
beforeAll(async () => {
  checker = await openCompliancePacks({ folder: template('compliance') }).current();
  const recipe = chooseRecipe(await loadRecipes(template('recipes'), ''), 'default');
  const look = { images: [], sources: [], remarks: [] };
  task = { recipe, language: 'zh-CN', checker, checkOptions: {}, facts: '', system: '常量', look, seed: 1 };
});

async function mend(
  text: string,
  script: (request: GenerateRequest, look: number) => ScriptedReply,
  key = 'description',
) {
  const engine = createScriptedEngine(script);
  const mended = await mendTexts(new Map([[key, text]]), task, engine, never);
  return { text: mended.texts.get(key) ?? '', records: mended.records.get(key) ?? [], looks: engine.looks };
}

describe('mending', () => {
  test('does not ask the engine about copy that the check passes', async () => {
    const done = await mend('棉质衬衫，日常可穿。', () => '{}');
    expect(done.looks).toHaveLength(0);
    expect(done.text).toBe('棉质衬衫，日常可穿。');
    expect(done.records).toEqual([]);
  });

  test('lets the engine choose among the lists’ wordings first, after the row’s own constant text', async () => {
    const done = await mend('全网最低价的衬衫。', (request) => {
      const wordings = Object.values(request.schema?.properties ?? {}).map(
        (property) => 'enum' in property && property.enum?.[0],
      );
      return { json: Object.fromEntries(wordings.map((wording, index) => [`p${index + 1}`, wording])) };
    });
    expect(done.looks).toHaveLength(1);
    expect(done.looks[0]?.messages[0]).toEqual({ role: 'system', content: [{ type: 'text', text: '常量' }] });
    expect(checker.check(done.text).findings).toEqual([]);
    expect(done.records[0]).toMatchObject({ before: expect.stringContaining('最低'), how: 'rewritten' });
    expect(done.records[0]?.after).not.toBe('');
  });

  test.each([
    ['is flagged again', '史上最低价'],
    ['brings in a number', '第3代面料'],
    ['brings in a certificate', '获得国家专利'],
    ['is empty', ''],
    ['is punctuation', '，'],
  ])('refuses a rewrite that %s, tries three times, then takes the phrase out', async (_, rewrite) => {
    const done = await mend('面料柔软，全国第一，适合通勤。', () => ({ json: { p1: rewrite, p2: rewrite } }));
    expect(done.looks).toHaveLength(3);
    expect(done.text).not.toContain('第一');
    expect(done.text).toContain('面料柔软');
    expect(checker.check(done.text).findings).toEqual([]);
    expect(done.records.every((record) => record.how === 'removed')).toBe(true);
  });

  test('keeps a title within its limit', async () => {
    const long = '这是一段非常非常长的改写文字';
    const done = await mend('全国第一衬衫', () => ({ json: { p1: long } }), 'title_a');
    expect(Array.from(done.text).length).toBeLessThanOrEqual(12);
    expect(done.text).not.toContain(long);
  });

  test('drops flagged search phrases without asking', async () => {
    const done = await mend('通勤衬衫、全网最低价衬衫、白色衬衫', () => '{}', 'keywords');
    expect(done.looks).toHaveLength(0);
    expect(done.text).toBe('通勤衬衫、白色衬衫');
  });

  test.each<readonly [string, ScriptedReply]>([
    ['is not JSON', '不知道'],
    ['is empty', { error: new RowscribeError('engine-empty', {}) }],
    ['takes too long', { error: new RowscribeError('engine-timeout', { seconds: 1 }) }],
  ])('needs no engine in the end: an answer that %s costs a try', async (_, reply) => {
    const done = await mend('全网最低价的衬衫，日常可穿。', () => reply);
    expect(done.looks).toHaveLength(3);
    expect(checker.check(done.text).findings).toEqual([]);
    expect(done.text).toContain('日常可穿');
  });

  test('passes the death of the engine on', async () => {
    const crashed = new RowscribeError('engine-crashed', { detail: 'signal SIGSEGV' });
    await expect(mend('全网最低价的衬衫。', () => ({ error: crashed }))).rejects.toBe(crashed);
  });

  test('leaves a warning alone about words that the row itself states', async () => {
    const text = '衬衫原价199元，现在上新。';
    expect(checker.check(text).verdict).toBe('warn');
    const stated = { ...task, facts: '原价199元' };
    const engine = createScriptedEngine(() => '{}');
    const mended = await mendTexts(new Map([['description', text]]), stated, engine, never);
    expect(mended.texts.get('description')).toBe(text);
    expect(engine.looks).toHaveLength(0);
  });
});
