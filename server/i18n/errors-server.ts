// Errors about the local server, and about what pages and other programs ask of it.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry, type Path, type PathDetail } from './error-entry.ts';

export const serverErrors = {
  'request-invalid': entry<{ detail: Detail }>(
    false,
    (f) => `The request is not understood (${inLanguage(f.detail, 'en-US')}). Reload the page and try again.`,
    (f) => `无法理解这个请求（${inLanguage(f.detail, 'zh-CN')}）。请刷新页面后再试。`,
  ),
  'request-too-large': entry<{ bytesMax: number }>(
    false,
    (f) =>
      `That is more than can be sent at once (at most ${Math.floor(f.bytesMax / 1024)} kB). Choose fewer rows or a smaller picture.`,
    (f) => `一次发送的内容太多（上限 ${Math.floor(f.bytesMax / 1024)} kB）。请减少行数或换一张更小的图片。`,
  ),
  'request-not-json': entry<object>(
    false,
    () => 'Only Rowscribe’s own page may ask for this, as application/json. Open the page anew.',
    () => '只有 Rowscribe 自己的页面才能提出这个请求（application/json）。请重新打开页面。',
  ),
  'request-host': entry<{ address: string }>(
    false,
    (f) => `Rowscribe answers at ${f.address} only. Open that address.`,
    (f) => `Rowscribe 只在 ${f.address} 提供服务，请打开这个地址。`,
  ),
  'request-origin': entry<{ address: string }>(
    false,
    (f) => `Another website asked for this, so it was refused. Open ${f.address} itself.`,
    (f) => `请求来自其他网页，已拒绝。请直接打开 ${f.address}。`,
  ),
  'session-missing': entry<object>(
    true,
    () => 'Rowscribe was started anew since this page was opened. Reload the page.',
    () => '打开这个页面之后 Rowscribe 重新启动过。请刷新页面。',
  ),
  'not-found': entry<{ what: Detail }>(
    false,
    (f) => `There is no such thing (any more): ${inLanguage(f.what, 'en-US')}. Reload the page.`,
    (f) => `找不到（或已不存在）：${inLanguage(f.what, 'zh-CN')}。请刷新页面。`,
  ),
  'server-busy': entry<object>(
    true,
    () => 'Too much is being asked at once. Wait a moment and try again.',
    () => '同时进行的请求太多。请稍等片刻再试。',
  ),
  'port-taken': entry<{ port: number }>(
    false,
    (f) =>
      `Another program uses port ${f.port}, so Rowscribe cannot start there. End that program, or set another port (1024 to 65535) in the settings and install the add-in anew, whose address changes with it.`,
    (f) =>
      `端口 ${f.port} 被另一个程序占用，Rowscribe 无法启动。请关闭那个程序，或在设置中把 port 改为另一个端口（1024 到 65535），并重新安装加载项（它的地址会随之改变）。`,
  ),
  'server-running': entry<{ address: string }>(
    false,
    (f) => `Rowscribe is running already, in another window: ${f.address}`,
    (f) => `Rowscribe 已经在另一个窗口中运行：${f.address}`,
  ),
  'certificate-failed': entry<PathDetail>(
    false,
    (f) =>
      `The certificate of the local page cannot be kept in ${f.path} (${inLanguage(f.detail, 'en-US')}). See that the folder can be written, or choose another one: certificateFolder in the settings.`,
    (f) =>
      `无法在 ${f.path} 中保存本机页面的证书（${inLanguage(f.detail, 'zh-CN')}）。请确认该文件夹可以写入，或在设置的 certificateFolder 中换一个文件夹。`,
  ),
  'trust-tool-missing': entry<Path>(
    false,
    (f) =>
      `The tool that makes browsers trust a certificate is missing. Install it (on Debian and Ubuntu: sudo apt install libnss3-tools) and run rowscribe cert install again, or import ${f.path} in your browser under Settings, Certificates, Authorities.`,
    (f) =>
      `缺少让浏览器信任证书的工具。请先安装（Debian、Ubuntu：sudo apt install libnss3-tools），再运行 rowscribe cert install；或在浏览器的“设置 → 证书 → 授权机构”中导入 ${f.path}。`,
  ),
  'trust-refused': entry<{ program: string; detail: string }>(
    true,
    (f) =>
      `The certificate was not changed (${f.program}: ${f.detail}). Run rowscribe cert install again, and answer Yes when the system asks.`,
    (f) => `证书没有改动（${f.program}：${f.detail}）。请再次运行 rowscribe cert install，系统询问时选择“是”。`,
  ),
};
