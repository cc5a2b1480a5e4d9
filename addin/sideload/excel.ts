// `npm run addin:start` and `npm run addin:stop`: shows the add-in in Excel on this computer, and takes it away again.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The sentence for a computer that has no Excel; undefined where Excel runs. */
export function whyNot(platform: NodeJS.Platform): string | undefined {
  if (platform === 'win32' || platform === 'darwin') return undefined;
  return (
    '这台电脑上没有桌面版 Excel（仅支持 Windows 和 Mac），所以没有加载任何内容。请运行 npm start，在浏览器中使用同样的页面；WPS 用户请使用监视文件夹。\n' +
    'Excel for Windows or Mac is needed to show the add-in, so nothing was done here. Run npm start and use the same page in your browser, or watch a folder.\n'
  );
}

function main(command: string | undefined): void {
  if (command !== 'start' && command !== 'stop') {
    process.stderr.write('npm run addin:start | npm run addin:stop\n');
    process.exitCode = 2;
    return;
  }
  const reason = whyNot(process.platform);
  if (reason !== undefined) {
    process.stdout.write(reason);
    return;
  }
  const require = createRequire(import.meta.url);
  const tool = path.join(path.dirname(require.resolve('office-addin-debugging/package.json')), 'cli.js');
  const rest = command === 'start' ? ['desktop', '--no-debug'] : [];
  const { status } = spawnSync(process.execPath, [tool, command, path.join(folder, 'manifest.xml'), ...rest], {
    cwd: folder,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2]);
