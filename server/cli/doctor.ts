// rowscribe doctor: looks at everything a fill needs and says what to do about what is missing.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError, asRowscribeError } from '../errors.ts';
import { cliWords } from '../i18n/cli.ts';
import { lookAt, requestOf } from '../jobs/look.ts';
import type { EngineInfo } from '../ports/engine.ts';
import { settingsPath, usesServer } from '../settings.ts';
import { exitCodes, type CliContext, type Command } from './command.ts';
import { checkPlan, type Finding } from './doctor-plan.ts';
import { checkWriter } from './doctor-writer.ts';
import { jsonOption } from './fill-options.ts';

const nodeMin = [20, 19] as const;

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '[--json]',
  about: {
    'zh-CN': '检查 Node、模型、引擎、图片文件夹和端口，并说明怎么解决',
    'en-US': 'check Node, model, engine, picture folders and port, and say what to do',
  },
  positionalsMin: 0,
  positionalsMax: 0,
  options: [jsonOption],
  async run(args, context): Promise<number> {
    const { terminal, language, app } = context;
    const findings: Finding[] = [];
    for (const check of checks) {
      const found = await check(context);
      for (const finding of found) {
        findings.push(finding);
        if (args.has('json')) terminal.json({ ...finding, text: finding.text[language] });
        else if (finding.ok) terminal.line(`${finding.isDetail ? ' ' : '✓'} ${finding.text[language]}`);
        else terminal.alarm(`✗ ${finding.text[language]}`);
      }
    }
    if (app.modelFiles.isDemo && !args.has('json')) terminal.line(`  ${cliWords[language].howToGetRealModel()}`);
    return findings.every((finding) => finding.ok) ? exitCodes.done : exitCodes.input;
  },
};

type Check = (context: CliContext) => Promise<readonly Finding[]>;

const found = (check: string, ok: boolean, zh: string, en: string): Finding => ({
  check,
  ok,
  text: { 'zh-CN': zh, 'en-US': en },
});

/** A check that fails by throwing: the error's sentence says what to do. */
async function attempt(check: string, work: () => Promise<Finding>): Promise<readonly Finding[]> {
  try {
    return [await work()];
  } catch (error) {
    const known = asRowscribeError(error);
    return [found(check, false, known.text('zh-CN'), known.text('en-US'))];
  }
}

const checkNode: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  const version = process.versions.node;
  const zh = ok ? `Node ${version}` : `Node ${version} 太旧，请安装 20.19 或更新版本`;
  const en = ok ? `Node ${version}` : `Node ${version} is too old; install 20.19 or newer`;
  return [found('node', ok, zh, en)];
};

const checkSettings: Check = async () => {
  const file = settingsPath(process.env);
  return [found('settings', true, `设置文件：${file}`, `Settings file: ${file}`)];
};

const checkModel: Check = async ({ app }) => {
  const servers = app.settings.serverUrl.join(', ');
  if (usesServer(app.settings)) return [found('model', true, `模型服务：${servers}`, `Model server: ${servers}`)];
  const { model, mmproj } = app.modelFiles;
  const files = [model, mmproj].map((file) =>
    attempt('model', async () => {
      const size = await stat(file).catch((cause: unknown) => {
        throw new RowscribeError('model-missing', { path: file }, { cause });
      });
      const megabytes = Math.round(size.size / 1024 / 1024);
      return found('model', true, `模型文件 ${file}（${megabytes} MB）`, `Model file ${file} (${megabytes} MB)`);
    }),
  );
  return (await Promise.all(files)).flat();
};

const checkTemplates: Check = async ({ app }) => [
  ...(await attempt('recipes', async () => {
    const ids = [...(await app.recipes()).keys()];
    return found('recipes', true, `配方：${ids.join('、')}`, `Recipes: ${ids.join(', ')}`);
  })),
  ...(await attempt('compliance', async () => {
    const { date } = await app.checker();
    return found('compliance', true, `合规词表：${date}`, `Compliance lists of ${date}`);
  })),
];

const checkRoots: Check = async ({ app }) => {
  const roots = app.settings.pictureRoots.map(async (root) => {
    const ok = await stat(root).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    const zh = ok ? `图片文件夹 ${root}` : `图片文件夹 ${root} 不存在，请在设置的 pictureRoots 中更正`;
    const en = ok
      ? `Picture folder ${root}`
      : `There is no picture folder ${root}; correct pictureRoots in the settings`;
    return found('roots', ok, zh, en);
  });
  const own = found('roots', true, '图片文件夹：工作簿所在的文件夹', 'Picture folder: the one the workbook is in');
  return [own, ...(await Promise.all(roots))];
};

const checkJournal: Check = ({ app }) =>
  attempt('journal', async () => {
    app.journal();
    const folder = app.settings.dataFolder;
    return found('journal', true, `运行日志库：${folder}`, `Journal: ${folder}`);
  });

const checkPort: Check = async ({ app }) => {
  const { port } = app.settings;
  const ok = await app.isPortFree(port);
  const zh = ok
    ? `端口 ${port} 可用`
    : `端口 ${port} 已被占用：若 Rowscribe 正在另一个窗口中运行，则一切正常；否则请关闭占用它的程序，或在设置中更换 port`;
  const en = ok
    ? `Port ${port} is free`
    : `Port ${port} is taken: fine if Rowscribe runs in another window; else end the program that has it, or set another port in the settings`;
  return [found('port', ok, zh, en)];
};

/** Loads the model and looks at one photo for real: a driver that draws nonsense is found here, not in row 400. */
const checkEngine: Check = async (context) => {
  let problem: EngineInfo['problem'];
  const looked = await attempt('engine', async () => {
    const { app, signal, language } = context;
    const { images, clock } = app;
    const engine = app.engine();
    const startedAtMs = clock.now();
    const info = await engine.start(signal);
    problem = info.problem;
    const loadedS = ((clock.now() - startedAtMs) / 1000).toFixed(1);
    const rules = { baseDir: path.join(app.demoFolder, 'photos'), roots: [], picturesPerRowMax: 1 };
    const look = await lookAt([{ path: 'dress-1.jpg' }], images, rules, info, signal);
    const result = await engine.generate(requestOf(selfTest, look, 0, 1), signal);
    const seen = result.text.replace(/\s+/g, ' ').trim();
    const seconds = ((result.promptMs + result.outputMs) / 1000).toFixed(1);
    const model = cliWords[language].model(info);
    return found(
      'engine',
      true,
      `${model}；加载 ${loadedS} 秒，看一张图 ${seconds} 秒，回答：${seen}`,
      `${model}; loaded in ${loadedS} s, one look took ${seconds} s and says: ${seen}`,
    );
  });
  // An old driver was told with the machine already.
  const own =
    problem?.code === 'memory-too-small' ? [found('engine', false, problem.text('zh-CN'), problem.text('en-US'))] : [];
  return [...looked, ...own];
};

const selfTest = {
  system: '用一句话回答。',
  user: '这件商品是什么颜色、什么品类？',
  outputTokensMax: 60,
};

const checks: readonly Check[] = [
  ...[
    checkNode,
    checkSettings,
    checkPlan,
    checkModel,
    checkTemplates,
    checkRoots,
    checkJournal,
    checkPort,
    checkEngine,
    checkWriter,
  ],
];
