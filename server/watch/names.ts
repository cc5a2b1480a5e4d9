// Which files of a watched folder matter, by their names alone.
import path from 'node:path';

/** Whether a file may be a workbook of products; owner files, temporary files and hidden ones are none. */
export function isWorkbookName(name: string): boolean {
  return /^[^.~].*\.xls[xm]$/iu.test(name) || /^~(?!\$).*\.xls[xm]$/iu.test(name);
}

export function isPictureName(name: string): boolean {
  return /^[^.~].*\.(?:jpe?g|png|webp)$/iu.test(name);
}

/** Folders that hold nothing of a person: hidden ones, recycle bins, the thumbnails and snapshots of file servers. */
export function isIgnoredFolder(name: string): boolean {
  return /^[.$@#]|^(?:node_modules|System Volume Information)$/iu.test(name);
}

/** The workbook that an owner file says to be open: Excel and WPS, WPS on other systems, LibreOffice. */
export function workbookOfOwnerFile(file: string): string | undefined {
  const name = /^(?:~\$|\.~(?!lock\.))(.+\.xls[xm])$|^\.~lock\.(.+\.xls[xm])#$/iu.exec(path.basename(file));
  const workbook = name?.[1] ?? name?.[2];
  return workbook === undefined ? undefined : path.join(path.dirname(file), workbook);
}
