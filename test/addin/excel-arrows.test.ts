// Which files of the add-in touch Excel, what they import, and that nothing newer than Excel 2021 is called unasked.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../addin', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('sideload/'));
const texts = new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));

/** What manifest.xml asks of every Excel. */
const minorOfAll = 9;

test('only the host in Excel, the commands and the custom functions touch Office', () => {
  const touching = names.filter((name) =>
    /\b(?:Office|Excel|CustomFunctions|OfficeExtension)\.\w/.test(texts.get(name) ?? ''),
  );
  const allowed = /^(?:host\/excel[\w-]*\.ts|commands\.ts|functions\/functions\.ts|pane\/main\.tsx)$/;
  expect(touching.filter((name) => !allowed.test(name))).toEqual([]);
  expect(touching).toContain('host/excel-write.ts');
});

test('of the server the add-in imports the contract and pure functions of the domain', () => {
  const imported = names.flatMap((name) =>
    [...(texts.get(name) ?? '').matchAll(/from '((?:\.\.\/)+server\/[^']+)'/g)].map(([, target = '']) => target),
  );
  expect(imported.filter((target) => !/\/server\/(?:contract|domain)\/[\w-]+\.ts$/.test(target))).toEqual([]);
});

test('calls that not every Excel knows are made only where it was asked whether it does', () => {
  const files = names.filter((name) => /^(?:host\/excel|commands)/.test(name)).map((name) => path.join(folder, name));
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(folder, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  );
  const program = ts.createProgram(files, config?.options ?? {});
  const checker = program.getTypeChecker();
  const faults: string[] = [];
  const seen = new Set<number>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(file);
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node)) {
        const minor = minorOf(checker.getSymbolAtLocation(node.name), checker);
        seen.add(minor);
        if (minor > minorOfAll && !isAskedFor(node, minor)) faults.push(`${node.getText()} needs 1.${minor}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(faults).toEqual([]);
  // The sets are really read from the types: calls of old and of newer ones are among them.
  expect([...seen]).toEqual(expect.arrayContaining([1, 7, 9, 12]));
  expect(Math.max(...seen)).toBeLessThanOrEqual(15);
});

/** The set that a member came with, as its documentation says; 0 for what is not Excel's. */
function minorOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): number {
  const declared = (symbol?.declarations ?? []).map((one) => one.getSourceFile().fileName);
  if (!declared.some((name) => name.includes('office-js'))) return 0;
  const text =
    ts.displayPartsToString(symbol?.getDocumentationComment(checker)) + JSON.stringify(symbol?.getJsDocTags());
  return Number(/Api set: ExcelApi 1\.(\d+)/.exec(text)?.[1] ?? 0);
}

/** Whether the statement or expression around the call, or one before it in the chain, asks for a set that is new enough. */
function isAskedFor(node: ts.Node, minor: number): boolean {
  for (let around = node.parent; !ts.isSourceFile(around); around = around.parent) {
    const condition = ts.isIfStatement(around)
      ? around.expression
      : ts.isConditionalExpression(around)
        ? around.condition
        : ts.isBinaryExpression(around)
          ? around.left
          : undefined;
    const asked = /supports\('1\.(\d+)'\)/.exec(condition?.getText() ?? '')?.[1];
    if (asked !== undefined && Number(asked) >= minor) return true;
  }
  return false;
}
