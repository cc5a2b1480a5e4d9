// Changes settings in the person's own file: its comments and order stay, and it is whole at every moment.
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { both } from './domain/language.ts';
import { RowscribeError } from './errors.ts';
import type { Settings } from './settings.ts';

/** New values by name; `null` takes a setting out, so that its default counts. */
export type SettingsChanges = {
  readonly [N in keyof Settings]?: string | number | boolean | readonly string[] | null;
};

/**
 * Writes `changes` into `file`, which is made when it is not there. Everything is done in one go, so that two changes in one
 * process never mix. Errors: `settings-invalid` when the file is not a list of settings: it is left as it is.
 */
export function changeSettings(file: string, changes: SettingsChanges): void {
  const isThere = existsSync(file);
  const place = isThere ? realpathSync(file) : file;
  const before = isThere ? readFileSync(place, 'utf8') : '';
  const text = changedText(before, changes, file);
  mkdirSync(path.dirname(place), { recursive: true });
  const temporary = `${place}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { flush: true });
  renameSync(temporary, place);
}

function changedText(before: string, changes: SettingsChanges, file: string): string {
  const document = parseDocument(before);
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) {
    const detail = document.errors[0]?.message.split('\n', 1)[0];
    const fault = detail === undefined ? both('不是设置列表', 'it is not a list of settings') : both(detail, detail);
    throw new RowscribeError('settings-invalid', { path: file, faults: [fault] });
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) document.delete(name);
    else document.set(name, value);
  }
  // Comments may stand in a file that holds no setting (any more).
  const isEmpty = isMap(document.contents) && document.contents.items.length === 0;
  if (isEmpty) document.contents = null;
  const text = document.toString({ lineWidth: 0, nullStr: '' }).replace(/^\n+$/, '');
  return before.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}
