// Starts Rowscribe for people who use no command line: checks Node, installs the packages if need be, opens the page.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const nodeMin = [20, 19];
const root = fileURLToPath(new URL('..', import.meta.url));
const environment = process.env;
const set = environment.ROWSCRIBE_LANGUAGE || environment.LC_ALL || environment.LANG;
const isChinese = /^zh/i.test(set || Intl.DateTimeFormat().resolvedOptions().locale);
const say = (chinese, english) => process.stderr.write(`${isChinese ? chinese : english}\n`);

function isNodeNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
}

/** The packages of a lock file, by their places. */
function packagesOf(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Compared by what is in it, not by its time: a copied folder is as good as an installed one. */
function isInstalled() {
  const wanted = packagesOf(`${root}package-lock.json`);
  const found = packagesOf(`${root}node_modules/.package-lock.json`);
  if (found === undefined) return false;
  const isOptional = (one) => Boolean(one.dev || one.optional || one.devOptional);
  const needed = Object.entries(wanted).filter(([place, one]) => place !== '' && !isOptional(one));
  return needed.every(([place, one]) => found[place] !== undefined && found[place].version === one.version);
}

function install() {
  say('正在安装所需的软件包（只需一次，请稍候）……', 'Installing the packages that are needed (once only)…');
  // Who has a folder of packages already may develop, and keeps the tools for that.
  const words = existsSync(`${root}node_modules`) ? ['ci'] : ['ci', '--omit=dev'];
  const { status } = spawnSync('npm', words, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0;
}

async function start() {
  if (!isNodeNewEnough()) {
    const { node } = process.versions;
    say(
      `Node.js ${node} 太旧。请安装 20.19 或更新版本（https://nodejs.org/zh-cn/download），然后重新启动。`,
      `Node.js ${node} is too old. Install 20.19 or newer (https://nodejs.org/en/download), then start again.`,
    );
    return 1;
  }
  if (!isInstalled() && !install()) {
    say(
      '软件包没有装好。第一次启动需要联网；请检查网络，或从另一台装好的电脑复制整个文件夹，然后重新启动。',
      'The packages could not be installed. The first start needs the internet: see that you are online, or copy the whole folder from a computer that has them, then start again.',
    );
    return 1;
  }
  process.argv = [process.argv[0], process.argv[1], 'serve', '--open', ...process.argv.slice(2)];
  await import('./rowscribe.mjs');
  return process.exitCode;
}

process.exitCode = await start();
