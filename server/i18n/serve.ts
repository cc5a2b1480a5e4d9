// The sentences of the local server and its certificate on the command line, in both languages.
import type { Language } from '../domain/language.ts';

interface ServeWords {
  trustAsks(store: string): string;
  trusted(store: string): string;
  untrusted(store: string): string;
  trustIs(store: string, isTrusted: boolean | undefined): string;
  certificate(file: string, until: Date): string;
  readonly notTrusted: string;
  readonly trustQuestion: string;
  readonly yes: RegExp;
  address(address: string): string;
  readonly opened: string;
  readonly cannotOpen: string;
  readonly loading: string;
  reading(percent: number): string;
  ready(seconds: number): string;
  engineFailed(why: string): string;
  readonly howToEnd: string;
  readonly ended: string;
  watching(folders: readonly string[]): string;
}

const day = (date: Date, language: Language): string => date.toLocaleDateString(language, { dateStyle: 'long' });

export const serveWords: Readonly<Record<Language, ServeWords>> = {
  'zh-CN': {
    trustAsks: (store) => `正在把证书加入${store}；系统询问时请选择“是”。`,
    trusted: (store) => `完成：${store}现在信任本机页面。请重新打开浏览器和 Excel。`,
    untrusted: (store) => `完成：已从${store}中移除 Rowscribe 的证书。`,
    trustIs: (store, isTrusted) => {
      if (isTrusted === undefined) return `无法查看${store}：缺少工具。`;
      return isTrusted ? `${store}信任这张证书。` : `${store}还不信任这张证书。请运行 rowscribe cert install。`;
    },
    certificate: (file, until) => `证书：${file}，有效期至 ${day(until, 'zh-CN')}`,
    notTrusted:
      '浏览器和 Excel 还不信任本机页面，打开时会出现警告。运行一次 rowscribe cert install 即可（只对本机有效，签发密钥已销毁）。',
    trustQuestion:
      'Excel 和浏览器需要信任本机页面的证书（只对 localhost 有效，一年后到期，签发密钥已销毁）。现在安装吗？[Y/n] ',
    yes: /^(?:|y|yes|是|好|对)$/i,
    address: (address) => `页面地址：${address}`,
    opened: '已在浏览器中打开。',
    cannotOpen: '这里无法打开浏览器，请自己打开上面的地址。',
    loading: '正在加载模型……（第一次可能需要几分钟，以后只要几秒）',
    reading: (percent) => `正在读取模型文件：${percent}%`,
    ready: (seconds) => `模型已就绪（${seconds.toFixed(1)} 秒）。`,
    engineFailed: (why) => `模型无法加载，页面可以打开，但不能填写：${why}`,
    howToEnd: '请不要关闭这个窗口；按 Ctrl-C 结束。',
    ended: '已结束。已完成的内容都已保留。',
    watching: (folders) => `正在监视文件夹：${folders.join('、')}`,
  },
  'en-US': {
    trustAsks: (store) => `Adding the certificate to ${store}; answer Yes when the system asks.`,
    trusted: (store) => `Done: ${store} trust the local page now. Open browser and Excel anew.`,
    untrusted: (store) => `Done: Rowscribe’s certificate is gone from ${store}.`,
    trustIs: (store, isTrusted) => {
      if (isTrusted === undefined) return `Cannot look into ${store}: the tool for it is missing.`;
      return isTrusted
        ? `This certificate is trusted: ${store}.`
        : `This certificate is not trusted yet: ${store}. Run rowscribe cert install.`;
    },
    certificate: (file, until) => `Certificate: ${file}, valid until ${day(until, 'en-US')}`,
    notTrusted:
      'Browsers and Excel do not trust the local page yet and will warn. Run rowscribe cert install once (good for this computer alone; the key that signed it was thrown away).',
    trustQuestion:
      'Excel and browsers must trust the local page’s certificate (good for localhost alone, for one year; the key that signed it was thrown away). Install it now? [Y/n] ',
    yes: /^(?:|y|yes)$/i,
    address: (address) => `The page: ${address}`,
    opened: 'It was opened in your browser.',
    cannotOpen: 'No browser can be opened from here; open that address yourself.',
    loading: 'Loading the model… (minutes the first time, seconds later)',
    reading: (percent) => `Reading the model’s files: ${percent}%`,
    ready: (seconds) => `The model is ready (${seconds.toFixed(1)} s).`,
    engineFailed: (why) => `The model cannot be loaded; the page opens, but nothing can be filled: ${why}`,
    howToEnd: 'Leave this window open; Ctrl-C ends Rowscribe.',
    ended: 'Ended. Everything that was finished is kept.',
    watching: (folders) => `Watching ${folders.join(', ')}`,
  },
};
