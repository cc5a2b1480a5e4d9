// Loading the tables: a team's own beside the shipped ones, faults by line, changes picked up.
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clauseText } from '../../server/domain/compliance/wording.ts';
import { isRowscribeError } from '../../server/errors.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { shippedFolder } from './shipped-pack.ts';

let team = '';
beforeEach(async () => {
  team = await mkdtemp(join(tmpdir(), 'rowscribe-pack-'));
});
afterEach(async () => {
  await rm(team, { recursive: true });
});

describe('the tables of a team', () => {
  it('add words with their own replacements, and names that are never flagged', async () => {
    await writeFile(join(team, 'own.tsv'), 'word\treplacements\tseverity\n宝子\t朋友|你\twarn\n');
    await writeFile(join(team, 'allow.txt'), '第一夫人的店\n最旺角\n');
    const checker = await openCompliancePacks({ folder: shippedFolder, teamFolder: team }).current();
    const { findings } = checker.check('宝子们看过来');
    expect(findings).toMatchObject([{ text: '宝子', severity: 'warn', replacements: ['朋友', '你'], reason: 'own' }]);
    expect(checker.check('最旺角奶茶，微甜').verdict).toBe('pass');
  });

  it('are read again when a file changes, and only then', async () => {
    const path = join(team, 'own.tsv');
    await writeFile(path, 'word\treplacements\tseverity\n甲甲\t\t\n');
    const packs = openCompliancePacks({ folder: shippedFolder, teamFolder: team });
    const first = await packs.current();
    expect(await packs.current()).toBe(first);
    await writeFile(path, 'word\treplacements\tseverity\n乙乙\t\t\n');
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    const second = await packs.current();
    expect(second.check('甲甲').verdict).toBe('pass');
    expect(second.check('乙乙').verdict).toBe('fail');
  });

  it('with faults are refused with every fault and its line', async () => {
    const rows = ['word\treplacements\tseverity', '好\t\tloud', '', '很好\t\tblock', '\t\tblock'];
    await writeFile(join(team, 'own.tsv'), rows.join('\n'));
    const error = await openCompliancePacks({ folder: shippedFolder, teamFolder: team })
      .current()
      .catch((thrown: unknown) => thrown);
    expect(isRowscribeError(error, 'pack-invalid')).toBe(true);
    if (isRowscribeError(error, 'pack-invalid')) {
      expect(error.facts.faults.map((fault) => (typeof fault === 'string' ? fault : fault['en-US']))).toEqual([
        expect.stringMatching(/^line 2: .*loud/u),
        expect.stringMatching(/^line 5: /u),
      ]);
    }
  });

  it('in a folder that is missing are no fault', async () => {
    const checker = await openCompliancePacks({ folder: shippedFolder, teamFolder: join(team, 'none') }).current();
    expect(checker.date).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
  });
});

describe('the provisions of the shipped tables', () => {
  it('are English for English readers, all of them', async () => {
    const clauses: string[] = [];
    for (const name of (await readdir(shippedFolder)).filter((one) => one.endsWith('.tsv'))) {
      const [head = '', ...lines] = (await readFile(join(shippedFolder, name), 'utf8')).split(/\r?\n/u);
      const column = head.split('\t').findIndex((title) => title === 'clause' || title === 'guideline');
      if (column >= 0) clauses.push(...lines.map((line) => line.split('\t')[column] ?? ''));
    }
    expect(clauses.length).toBeGreaterThan(500);
    const english = [...new Set(clauses.map((clause) => clauseText(clause, 'en-US')))];
    expect(english.filter((text) => /\p{Script=Han}|[_（）；]/u.test(text))).toEqual([]);
  });
});
