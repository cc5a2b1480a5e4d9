// Changes settings in the person's own file: its comments and order stay, and it is whole at every moment.
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { RowscribeError } from './errors.ts';
import type { Settings } from './settings.ts';

/**
 * Writes `changes` into `file`, which is made when it is not there. Everything is done in one go, so that two changes in one
 * process never mix. Errors: `settings-invalid` when the file is not a list of settings or cannot be written: it is left as
 * it is.
 */
export function changeSettings(file: string, changes: Partial<Settings>): void {
  try {
    const isThere = existsSync(file);
    const place = isThere ? realpathSync(file) : file;
    const text = changedText(isThere ? readFileSync(place, 'utf8') : '', changes);
    mkdirSync(path.dirname(place), { recursive: true });
    const temporary = `${place}.${process.pid}.tmp`;
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, place);
  } catch (cause) {
    const detail = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    throw new RowscribeError('settings-invalid', { path: file, faults: [detail] }, { cause });
  }
}

function changedText(before: string, changes: Partial<Settings>): string {
  const document = parseDocument(before);
  if (document.errors[0]) throw document.errors[0];
  for (const [name, value] of Object.entries(changes)) document.set(name, value);
  const text = document.toString({ lineWidth: 0 });
  return before.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}
