// The pages of --help.
import type { Language } from '../domain/language.ts';
import { cliWords } from '../i18n/cli.ts';
import type { Command } from './command.ts';
import { table } from './terminal.ts';

const widthsMax = [60, 100];

/** What `rowscribe --help` prints. */
export function overview(commands: readonly Command[], language: Language): string[] {
  const words = cliWords[language];
  return [
    'rowscribe COMMAND [options]',
    '',
    words.helpCommands,
    ...indented(commands.map((command) => [`${command.name} ${command.usage}`, command.about[language]])),
    '',
    words.helpExitCodes,
    ...words.exitCodes.map((line) => `  ${line}`),
    '',
    words.helpMore,
  ];
}

/** What `rowscribe COMMAND --help` prints. */
export function commandHelp(command: Command, language: Language): string[] {
  const options = command.options.map((option) => [
    `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.about[language],
  ]);
  return [
    `rowscribe ${command.name} ${command.usage}`,
    '',
    command.about[language],
    ...(options.length === 0 ? [] : ['', cliWords[language].helpOptions, ...indented(options)]),
    '',
    cliWords[language].helpExitCodes,
    ...cliWords[language].exitCodes.map((line) => `  ${line}`),
  ];
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return table(rows, widthsMax).map((line) => `  ${line}`);
}
