// The workbooks of a soak as tables of texts, and the ways in which programs save them.
import { open, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ExcelJS from 'exceljs';
import { outputHeaders } from '../fixtures/product-book.ts';

/** Rows below the headers: SKU, picture, style, prompt, then the outputs. */
export type Grid = string[][];

export const inputHeaders = ['SKU', '图片', '款式', '提示词'] as const;
export const columns = { sku: 0, picture: 1, fact: 2, prompt: 3, copy: inputHeaders.length } as const;
/** Outputs that a person may edit: all but the check and the status. */
export const copyCount = outputHeaders.length - 2;
export const sheetName = '商品';

export const copyOf = (grid: Grid): Grid => grid.map((row) => [...row]);

export async function toBytes(grid: Grid): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(sheetName);
  sheet.addRow([...inputHeaders, ...outputHeaders]);
  for (const row of grid) sheet.addRow(row.map((text) => (text === '' ? null : text)));
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Rejects when the file is no whole workbook. */
export async function readGrid(file: string): Promise<Grid> {
  return toGrid(await readFile(file));
}

export async function toGrid(bytes: Buffer): Promise<Grid> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  const sheet = workbook.getWorksheet(sheetName);
  if (sheet === undefined) throw new Error('the sheet is gone');
  const width = inputHeaders.length + outputHeaders.length;
  const rows: Grid = [];
  for (let number = 2; number <= sheet.rowCount; number += 1) {
    const row = sheet.getRow(number);
    rows.push(Array.from({ length: width }, (_, index) => row.getCell(index + 1).text));
  }
  return rows;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Save = (file: string, bytes: Buffer) => Promise<void>;

const temp = (file: string) => path.join(path.dirname(file), '5E6F7A8B');

async function slowly(file: string, bytes: Buffer, chunks: number, pauseMs: number): Promise<void> {
  const handle = await open(file, 'w');
  try {
    const size = Math.ceil(bytes.length / chunks);
    for (let at = 0; at < bytes.length; at += size) {
      if (at > 0) await pause(pauseMs);
      await handle.write(bytes.subarray(at, at + size));
    }
  } finally {
    await handle.close();
  }
}

/** As the programs do that people have. */
export const saves: Readonly<Record<string, Save>> = {
  /** LibreOffice and most sync clients: a whole new file in one step. */
  async replaced(file, bytes) {
    await writeFile(temp(file), bytes);
    await rename(temp(file), file);
  },
  /** Excel: the old file is moved aside first. */
  async aside(file, bytes) {
    const aside = path.join(path.dirname(file), '9C0D1E2F.tmp');
    await writeFile(temp(file), bytes);
    await rename(file, aside);
    await rename(temp(file), file);
    await unlink(aside);
  },
  /** Older Excel, a slow share: the file is gone for a while. */
  async gone(file, bytes) {
    await writeFile(temp(file), bytes);
    await rm(file, { force: true });
    await pause(700);
    await rename(temp(file), file);
  },
  /** WPS, scripts. */
  inPlace: (file, bytes) => writeFile(file, bytes),
  /** A copy over the network, a sync client without a temporary file. */
  slowInPlace: (file, bytes) => slowly(file, bytes, 6, 250),
};
