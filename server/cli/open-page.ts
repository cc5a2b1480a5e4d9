// Opens an address in the person's browser, where there is one.
import { spawn } from 'node:child_process';

/** False when there is no display, or no program that opens addresses. */
export async function openPage(address: string): Promise<boolean> {
  const { DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '' } = process.env;
  const [program, ...words] = openerOf(process.platform);
  if (process.platform === 'linux' && x11 === '' && wayland === '') return false;
  return new Promise((resolve) => {
    const child = spawn(program, [...words, address], { detached: true, stdio: 'ignore', windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  // No shell in between: what the address holds stays an address.
  if (platform === 'win32') return ['rundll32.exe', 'url.dll,FileProtocolHandler'];
  return platform === 'darwin' ? ['/usr/bin/open'] : ['xdg-open'];
}
