// Ready-made questions: the shipped ones, a team's own, and faults told by file and line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePresets } from '../../server/domain/preset.ts';
import { loadPresets } from '../../server/packs/presets.ts';

const shipped = fileURLToPath(new URL('../../templates/presets.yaml', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'rowscribe-presets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the shipped presets', () => {
  test('cover the team’s daily questions, in both languages, short enough for a button', async () => {
    const presets = await loadPresets({ file: shipped, teamFolder: '' });
    const ids = presets.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['taobao', 'readtext', 'apparel', 'differentiation', 'three_points', 'fab']),
    );
    for (const { name, text } of presets) {
      expect(name['zh-CN'].length).toBeLessThanOrEqual(8);
      expect(name['en-US'].length).toBeLessThanOrEqual(22);
      expect(text['zh-CN']).toMatch(/\p{Script=Han}{5}/u);
      expect(text['en-US']).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('a team’s own presets', () => {
  test('come first, in one language or two, and replace shipped ones of the same id', async () => {
    const own =
      '- id: ours\n  name: 季节\n  text: 适合什么季节？\n- id: fab\n  name: {zh-CN: 我们的, en-US: Ours}\n  text: 3\n';
    writeFileSync(path.join(folder, 'presets.yaml'), own);
    const presets = await loadPresets({ file: shipped, teamFolder: folder });
    expect(presets.slice(0, 2)).toEqual([
      {
        id: 'ours',
        name: { 'zh-CN': '季节', 'en-US': '季节' },
        text: { 'zh-CN': '适合什么季节？', 'en-US': '适合什么季节？' },
      },
      { id: 'fab', name: { 'zh-CN': '我们的', 'en-US': 'Ours' }, text: { 'zh-CN': '3', 'en-US': '3' } },
    ]);
    expect(presets.filter(({ id }) => id === 'fab')).toHaveLength(1);
  });

  test('may be missing or empty', async () => {
    const teamFolder = path.join(folder, 'nowhere');
    expect(await loadPresets({ file: shipped, teamFolder })).toEqual(
      await loadPresets({ file: shipped, teamFolder: '' }),
    );
    expect(parsePresets('')).toEqual({ presets: [], faults: [] });
    expect(parsePresets('# nothing yet\n')).toEqual({ presets: [], faults: [] });
  });

  test('are refused with the file and every faulty line', async () => {
    const faulty =
      '- id: ok\n  name: x\n  text: y\n- id: NOT OK\n  name: x\n- 7\n- id: ok\n  name: x\n  text: y\n  more: z\n';
    writeFileSync(path.join(folder, 'presets.yaml'), faulty);
    const refusal = await loadPresets({ file: shipped, teamFolder: folder }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'presets-invalid', facts: { path: path.join(folder, 'presets.yaml') } });
    const text = (refusal as Error).message;
    for (const line of ['line 4', 'line 6', 'line 7', 'line 10']) expect(text).toContain(line);
  });

  test('that are no YAML, or far too long, are faults and never exceptions', () => {
    expect(parsePresets('- id: [').faults).toHaveLength(1);
    expect(parsePresets('a: b').faults).toHaveLength(1);
    expect(parsePresets(`- id: a\n  name: x\n  text: ${'长'.repeat(2001)}`).faults).toHaveLength(1);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('- :\n{}[]&*!|>\'"abid nametext')), maxLength: 80 }),
        (text) => {
          const { presets, faults } = parsePresets(text);
          expect(Array.isArray(presets) && Array.isArray(faults)).toBe(true);
        },
      ),
    );
  });
});
