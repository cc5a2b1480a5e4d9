// A fill with a writer: one model looks and describes, the other writes titles and leads from the description.
import { describe, expect, test } from 'vitest';
import { fill, type FillOptions } from '../../server/jobs/fill.ts';
import { regenerate } from '../../server/jobs/regenerate.ts';
import type { GenerateRequest } from '../../server/ports/engine.ts';
import { crash, createScriptedEngine, type EngineScript } from '../fakes/scripted-engine.ts';
import { createFillBench, fillOptions, goodAnswer, product, userText } from '../fixtures/fill-bench.ts';
import { smallRecipe } from '../fixtures/recipe.ts';

const never = new AbortController().signal;
const recipe = {
  ...smallRecipe,
  columns: smallRecipe.columns.map((column) =>
    column.key === 'title' ? { ...column, byWriter: true as const } : column,
  ),
};
const withoutDescription = { ...recipe, columns: recipe.columns.filter(({ key }) => key !== 'description') };

const keysOf = (request: GenerateRequest) => request.schema?.required ?? [];
const hasPicture = ({ messages }: GenerateRequest) =>
  messages.some(({ content }) => content.some(({ type }) => type === 'image'));
const writes =
  (title: string): EngineScript =>
  (request) =>
    goodAnswer(request, { title });

function bench(rows: readonly (readonly string[])[], writerScript: EngineScript = writes('写手的标题')) {
  const made = createFillBench({ rows });
  const writer = createScriptedEngine(writerScript, { info: { engine: 'writer', model: 'Pen' } });
  const parts = { ...made.parts, writer };
  return {
    ...{ ...made, writer, parts },
    fillWith: (change: Partial<FillOptions> = {}) =>
      fill(parts, { ...fillOptions, recipe, ...change }, made.noted, never),
    again: (cell: string) => regenerate(parts, { ...fillOptions, recipe, mode: 'all', cell, reason: '短一点' }, never),
  };
}

describe('with a writer', () => {
  test('the model that sees describes, and the writer gets its words and no picture', async () => {
    const { fillWith, engine, writer, cells } = bench([product('A')]);
    await fillWith();
    expect(engine.looks.map(keysOf)).toEqual([['description', 'keywords']]);
    expect(writer.looks.map(keysOf)).toEqual([['title']]);
    expect(writer.looks.map(hasPicture)).toEqual([false]);
    const [asked] = writer.looks.map(userText);
    expect(asked).toContain('A的描述');
    expect(asked).toContain('- 款: A');
    expect(cells()).toMatchObject({ D2: 'A的描述', E2: '写手的标题', F2: 'A词、夏装', G2: '通过', H2: '完成' });
  });

  test('the journal names both models', async () => {
    const { fillWith, noted } = bench([product('A')]);
    await fillWith();
    expect(noted.answers.map(({ model }) => model)).toEqual(['Scripted + Pen']);
  });

  test('a sheet without a description gets none, though the writer does', async () => {
    const { fillWith, engine, writer, cells } = bench([product('A', '自己写的')]);
    await fillWith({ recipe: withoutDescription });
    expect(engine.looks.map(keysOf)).toEqual([['description', 'keywords']]);
    expect(writer.looks.map(userText).join('')).toContain('A的描述');
    expect(cells()).toMatchObject({ D2: '自己写的', E2: '写手的标题' });
  });

  test('columns that need eyes are none of its business', async () => {
    const { fillWith, writer, engine } = bench([product('A', '', '已有标题')]);
    await fillWith();
    expect(engine.looks.map(keysOf)).toEqual([['description', 'keywords']]);
    expect(writer.looks).toEqual([]);
  });

  test('a title is written anew from the description in the row, without another look', async () => {
    const { again, engine, writer, cells } = bench([product('A', '圆领红裙', '旧标题', 'A词、夏装')]);
    await again('E2');
    expect(engine.looks).toEqual([]);
    expect(writer.looks.map(userText).join('')).toMatch(/圆领红裙[^]*旧标题[^]*短一点/);
    expect(cells()['E2']).toBe('写手的标题');
  });

  test('flagged words are mended by the writer, and the check decides as ever', async () => {
    const { fillWith, engine, writer, cells } = bench([product('A')], (request, look) =>
      look === 1 ? goodAnswer(request, { title: '最好的裙' }) : { json: { p1: '耐看' } },
    );
    await fillWith();
    expect([engine.looks.length, writer.looks.length]).toEqual([1, 2]);
    expect(writer.looks.some(hasPicture)).toBe(false);
    expect(cells()['E2']).not.toContain('最好');
    expect(cells()['G2']).toContain('最好');
  });

  test('a title of facts that nobody stated is for a person, also when the description has them', async () => {
    const { fillWith, cells } = bench([product('A')], writes('纯棉100%'));
    await fillWith();
    expect(cells()['H2']).toContain('需人工');
  });

  test('a row during which the writer dies is done again', async () => {
    const { fillWith, writer, cells } = bench([product('A'), product('B')], (request, look) =>
      look === 1 ? crash : goodAnswer(request),
    );
    const { state } = await fillWith();
    expect(state).toBe('finished');
    expect(writer.loads).toBe(2);
    expect(cells()).toMatchObject({ H2: '完成', H3: '完成' });
  });
});
