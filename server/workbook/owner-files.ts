// Who has a workbook open: the owner files that Excel, WPS and LibreOffice keep beside it.
import { basename, dirname, join } from 'node:path';
import { failureCode, type Files } from './files.ts';

interface OwnerFile {
  readonly name: (workbook: string) => string;
  readonly program: string;
  readonly user: (content: Buffer) => string | undefined;
}

const OWNER_FILES: readonly OwnerFile[] = [
  { name: (workbook) => `~$${workbook}`, program: 'Excel / WPS', user: excelUser },
  { name: (workbook) => `.~${workbook}`, program: 'WPS', user: excelUser },
  { name: (workbook) => `.~lock.${workbook}#`, program: 'LibreOffice', user: libreOfficeUser },
];

/** The user and the program that have the workbook open, as far as its owner file tells; undefined when none has. */
export async function openedBy(files: Files, path: string): Promise<string | undefined> {
  for (const owner of OWNER_FILES) {
    const content = await contentOf(files, join(dirname(path), owner.name(basename(path))));
    if (content === undefined) continue;
    const user = owner.user(content);
    return user === undefined ? owner.program : `${user}, ${owner.program}`;
  }
  return undefined;
}

/** An owner file that cannot be read is there all the same: Windows may keep it locked. */
async function contentOf(files: Files, path: string): Promise<Buffer | undefined> {
  try {
    return await files.readFile(path);
  } catch (cause) {
    if (failureCode(cause) === 'ENOENT' || failureCode(cause) === 'ENAMETOOLONG') return undefined;
    return Buffer.alloc(0);
  }
}

/**
 * A byte of length and the name in the local code page, padded to 55 bytes (54 in some versions), then the length and
 * the name again in UTF-16.
 */
function excelUser(content: Buffer): string | undefined {
  for (const start of [55, 54]) {
    if (content.length < start + 4) continue;
    const units = content.readUInt16LE(start);
    const end = start + 2 + units * 2;
    if (units === 0 || units > 54 || end > content.length) continue;
    const name = readable(content.toString('utf16le', start + 2, end));
    if (name !== undefined) return name;
  }
  return readable(content.toString('utf8', 1, 1 + (content[0] ?? 0)));
}

/** One line: name, account, machine, time, profile; commas inside are escaped with a backslash. */
function libreOfficeUser(content: Buffer): string | undefined {
  const fields = content.toString('utf8').split(/(?<!\\),/);
  const [name, account, machine] = fields.map((field) => field.replace(/\\(.)/g, '$1').trim());
  if (name !== undefined && name !== '' && fields.length > 1) return readable(name);
  if (account === undefined || account === '') return undefined;
  return readable(machine === undefined || machine === '' ? account : `${account}@${machine}`);
}

function readable(text: string): string | undefined {
  const trimmed = text.trim();
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]{1,80}$/u.test(trimmed) && !trimmed.includes('\ufffd')
    ? trimmed
    : undefined;
}
