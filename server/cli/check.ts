// rowscribe check: the advertising check of a text, a file, JSON lines or a workbook's columns; no model is needed.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Checker } from '../domain/compliance/checker.ts';
import { markets, type CheckOptions, type Market, type Verdict } from '../domain/compliance/types.ts';
import { exemptedText, reasonText, verdictText } from '../domain/compliance/wording.ts';
import { both, type Language } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { cliWords } from '../i18n/cli.ts';
import { checkBook } from '../jobs/check-book.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, sheetOption } from './fill-options.ts';

export const checkCommand: Command = {
  name: 'check',
  usage: 'TEXT | BOOK --columns A,B | --file FILE | --jsonl FILE',
  about: both(
    '按广告法和平台规则检查文案，给出理由、条款和改法；不需要模型',
    'check copy against advertising law and platform rules, with reasons, clauses and wordings; needs no model',
  ),
  positionalsMin: 0,
  positionalsMax: 1,
  options: [
    { name: 'file', value: 'FILE', about: both('检查文本文件', 'check a text file') },
    {
      name: 'jsonl',
      value: 'FILE',
      about: both(
        '每行一个 {"id","text"[,"category","platform"]}，每行输出一个结果；- 表示标准输入',
        'one {"id","text"[,"category","platform"]} a line in, one result a line out; - is standard input',
      ),
    },
    { name: 'columns', value: 'A,B', about: both('检查工作簿的这些列', 'check these columns of a workbook') },
    sheetOption,
    {
      name: 'category',
      value: 'WORDS',
      about: both('商品类目，如 女装、面霜、普通食品', 'what is sold, e.g. dress, face cream'),
    },
    {
      name: 'platform',
      value: 'NAME',
      about: both('平台：taobao tmall jd pdd douyin xhs own', 'taobao tmall jd pdd douyin xhs own'),
    },
    { name: 'market', value: 'NAME', about: both('市场：cn eu us uk', 'cn eu us uk') },
    { name: 'json', about: both('输出 JSON', 'print JSON') },
  ],
  run: runCheck,
};

async function runCheck(args: Arguments, context: CliContext): Promise<number> {
  const options = checkOptions(args);
  const checker = await context.app.checker();
  const jsonl = args.text('jsonl');
  if (jsonl !== undefined) return checkLines(jsonl, checker, options, context);
  const columns = args.text('columns');
  const subject = args.positionals[0];
  if (columns !== undefined && subject !== undefined)
    return checkColumns(subject, columns, args, checker, options, context);
  const file = args.text('file');
  const text = file === undefined ? subject : await readText(file);
  if (text === undefined) {
    const form = `rowscribe check ${checkCommand.usage}`;
    throw new RowscribeError('usage', { detail: both(`应为：${form}。`, `Write: ${form}.`) });
  }
  return checkText(text, args, checker, options, context);
}

function checkOptions(args: Arguments): CheckOptions {
  const [category, platform, market] = [args.text('category'), args.text('platform'), args.text('market')];
  if (market !== undefined && !isMarket(market)) {
    const list = markets.join(', ');
    throw new RowscribeError('usage', {
      detail: both(`--market 应为 ${list} 之一。`, `--market must be one of ${list}.`),
    });
  }
  return {
    ...(category !== undefined && { category }),
    ...(platform !== undefined && { platform }),
    ...(market !== undefined && { market }),
  };
}

const isMarket = (name: string): name is Market => markets.some((market) => market === name);

const codeFor = (verdict: Verdict['verdict']) => (verdict === 'fail' ? exitCodes.rowsLeft : exitCodes.done);

/** A verdict for programs, its reasons in words. */
function verdictJson({ verdict, findings, exempted }: Verdict, language: Language) {
  return {
    verdict,
    findings: findings.map((finding) => ({ ...finding, reason: reasonText(finding, language) })),
    exempted: exempted.map((hit) => ({ ...hit, reason: hit.reason[language] })),
  };
}

function checkText(
  text: string,
  args: Arguments,
  checker: Checker,
  options: CheckOptions,
  context: CliContext,
): number {
  const { terminal, language } = context;
  const verdict = checker.check(text, options);
  if (args.has('json')) terminal.json({ ...verdictJson(verdict, language), date: checker.date });
  else {
    terminal.line(verdictText(verdict, language, checker.date));
    for (const hit of verdict.exempted) terminal.line(exemptedText(hit, language));
  }
  return codeFor(verdict.verdict);
}

async function checkColumns(
  path: string,
  columns: string,
  args: Arguments,
  checker: Checker,
  options: CheckOptions,
  { app, terminal, language, signal }: CliContext,
): Promise<number> {
  const sheet = args.text('sheet');
  const names = columns
    .split(/[,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const counts = { pass: 0, warn: 0, fail: 0 };
  const book = { path: await existing(path), columns: names, check: options, ...(sheet !== undefined && { sheet }) };
  for await (const checked of checkBook(app.workbooks, checker, book, signal)) {
    const { verdict, cell, header, text } = checked;
    counts[verdict.verdict] += 1;
    if (args.has('json'))
      terminal.json({ sheet: checked.sheet, cell, header, text, ...verdictJson(verdict, language) });
    else if (verdict.verdict !== 'pass')
      terminal.line(`${checked.sheet}!${cell} ${verdictText(verdict, language, checker.date)}`);
  }
  terminal.note(cliWords[language].checked(counts.pass, counts.warn, counts.fail));
  return counts.fail > 0 ? exitCodes.rowsLeft : exitCodes.done;
}

interface Line {
  readonly id?: unknown;
  readonly text: string;
  readonly category?: string;
  readonly platform?: string;
  readonly market?: Market;
}

/** A line that is not as it should be gets a line that says so; the others go on. */
async function checkLines(
  file: string,
  checker: Checker,
  defaults: CheckOptions,
  { terminal, language }: CliContext,
): Promise<number> {
  const input = file === '-' ? process.stdin : createReadStream(await existing(file));
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (parsed === undefined) {
      terminal.json({ line: number, error: { code: 'line-invalid', message: 'not a {"id","text"} object' } });
      continue;
    }
    const { id, text, ...own } = parsed;
    terminal.json({ id, ...verdictJson(checker.check(text, { ...defaults, ...own }), language) });
  }
  return exitCodes.done;
}

function parseLine(line: string): Line | undefined {
  try {
    const value = JSON.parse(line) as Partial<Record<keyof Line, unknown>> | null;
    if (typeof value?.text !== 'string') return undefined;
    const word = (name: 'category' | 'platform') => {
      const text = value[name];
      return typeof text === 'string' && text !== '' ? { [name]: text } : {};
    };
    const market = typeof value.market === 'string' && isMarket(value.market) ? { market: value.market } : {};
    return { id: value.id, text: value.text, ...word('category'), ...word('platform'), ...market };
  } catch {
    return undefined;
  }
}

async function readText(file: string): Promise<string> {
  const text = await readFile(await existing(file), 'utf8');
  return text.replace(/^\uFEFF/, '');
}
