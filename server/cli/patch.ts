// rowscribe patch: writes single cells for scripts, and loses nothing else.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import { backUpOnceADay } from '../jobs/backup.ts';
import type { CellEdit } from '../ports/workbook.ts';
import { exitCodes, type App, type Arguments, type CliContext, type Command } from './command.ts';
import { existing, outOption } from './fill-options.ts';

export const patchCommand: Command = {
  name: 'patch',
  usage: 'BOOK EDITS.json [--out FILE]',
  about: {
    'zh-CN': '按 JSON 改写单元格：[{"sheet","cell","value"}]，其余内容逐字节不变；每天第一次改写前备份',
    'en-US':
      'write cells from JSON, [{"sheet","cell","value"}]; everything else stays as it is; a backup is taken first',
  },
  positionalsMin: 2,
  positionalsMax: 2,
  options: [outOption],
  run: runPatch,
};

/** One JSON line on stdout, whatever happens to the file; a file that cannot be patched at all is an error besides. */
async function runPatch(args: Arguments, { app, terminal, signal }: CliContext): Promise<number> {
  const [book = '', editsFile = ''] = args.positionals;
  const out = args.text('out');
  const edits = await readEdits(editsFile);
  try {
    const target = await existing(book);
    const options = { signal, ...(out !== undefined && { out: path.resolve(out) }) };
    if (out === undefined) await backUp(target, edits, app, signal);
    const report = await app.workbooks.patch(target, edits, options);
    const refused = report.refused.map(({ sheet, cell, error }) => ({
      sheet,
      cell,
      code: error.code,
      message: error.message,
    }));
    terminal.json({ written: report.written, refused, sha256: report.sha256 });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof RowscribeError) {
      const { code, message } = error;
      terminal.json({
        written: [],
        refused: edits.map(({ sheet, cell }) => ({ sheet, cell, code, message })),
        error: { code, message },
      });
    }
    throw error;
  }
}

/** A workbook that must not be edited at all is refused before a copy of it is made. */
async function backUp(target: string, edits: readonly CellEdit[], app: App, signal: AbortSignal): Promise<void> {
  if (edits.length === 0) return;
  await app.workbooks.patch(target, [], { signal });
  await backUpOnceADay({ backups: app.backups(), clock: app.clock }, target, signal);
}

async function readEdits(file: string): Promise<readonly CellEdit[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RowscribeError('edits-invalid', { path: file, detail: 'ENOENT' }, { cause });
  });
  const refuse = (detail: string, cause?: unknown): never => {
    throw new RowscribeError('edits-invalid', { path: file, detail }, { cause });
  };
  let value: unknown;
  try {
    // Editors on Windows like to begin a file with a byte-order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    refuse('JSON', cause);
  }
  if (!Array.isArray(value)) return refuse('[…]');
  return value.map((edit, index) => (isEdit(edit) ? edit : refuse(`[${index}]`)));
}

function isEdit(value: unknown): value is CellEdit {
  if (typeof value !== 'object' || value === null) return false;
  const edit = value as Partial<Record<keyof CellEdit, unknown>>;
  const isValue = edit.value === null || ['string', 'number', 'boolean'].includes(typeof edit.value);
  const isExpected = edit.expected === undefined || typeof edit.expected === 'string';
  return typeof edit.sheet === 'string' && typeof edit.cell === 'string' && isValue && isExpected;
}
