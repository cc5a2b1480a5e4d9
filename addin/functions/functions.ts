// The custom functions of the workbook, made known to Excel; their description is in static/functions.json.
import { createClient } from '../client.ts';
import { createCopyCheck } from './copy-check.ts';

/** What Excel gives to scripts of custom functions. */
declare const CustomFunctions: {
  associate(id: string, work: (...parameters: unknown[]) => unknown): void;
  readonly Error: new (code: string, message: string) => Error;
  readonly ErrorCode: { readonly notAvailable: string };
};

// Excel's own script comes after office.js by itself, and only inside Excel.
void Office.onReady(({ host }) => {
  if (host !== Office.HostType.Excel) return;
  const client = createClient();
  const checkCopy = createCopyCheck({
    check: (request) => client.check(request),
    language: () => (Office.context.displayLanguage.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US'),
    notAvailable: (message) => new CustomFunctions.Error(CustomFunctions.ErrorCode.notAvailable, message),
  });
  CustomFunctions.associate('CHECK', (text) => checkCopy(text));
});
