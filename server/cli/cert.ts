// rowscribe cert: makes this computer's browsers and Excel trust the local page, undoes it, or says how things are.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { serveWords } from '../i18n/serve.ts';
import { exitCodes, type Arguments, type CliContext, type Command } from './command.ts';

export const certCommand: Command = {
  name: 'cert',
  usage: 'install | uninstall | status',
  about: both(
    '让浏览器和 Excel 信任本机页面的证书，或撤销、查看',
    'make browsers and Excel trust the local page’s certificate, undo it, or see how it is',
  ),
  positionalsMin: 1,
  positionalsMax: 1,
  options: [],
  run: runCert,
};

async function runCert(args: Arguments, { app, terminal, language, signal }: CliContext): Promise<number> {
  const words = serveWords[language];
  const [act = ''] = args.positionals;
  const { trust } = app;
  const { authorityFile, validUntilMs } = await app.certificate();
  if (act === 'install') {
    terminal.note(words.trustAsks(trust.name[language]));
    await trust.install(authorityFile, signal);
    terminal.line(words.trusted(trust.name[language]));
  } else if (act === 'uninstall') {
    await trust.uninstall(authorityFile, signal);
    terminal.line(words.untrusted(trust.name[language]));
  } else if (act === 'status') {
    const isTrusted = await trust.isTrusted(authorityFile, signal);
    terminal.line(words.certificate(authorityFile, new Date(validUntilMs)));
    terminal.line(words.trustIs(trust.name[language], isTrusted));
    return isTrusted === true ? exitCodes.done : exitCodes.input;
  } else {
    const detail = both(`没有 cert ${act}。`, `There is no cert ${act}.`);
    throw new RowscribeError('usage', { detail });
  }
  return exitCodes.done;
}
