// Errors about the local server, and about what pages and other programs ask of it.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry } from './error-entry.ts';

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
};
