// People at work on workbooks in a shared folder: chance decides what they edit and how they save; all of it is noted.
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { demoPhotos } from '../fixtures/product-book.ts';
import { columns, copyCount, copyOf, saves, toBytes, toGrid, type Grid } from './grid.ts';

/** Photos that the demo model is sure of, with the word that a description of each holds. */
export const kinds: Readonly<Record<string, string>> = {
  ...{ 'hat-1': '帽子', 'hat-4': '帽子', 'shoes-2': '鞋子', 'shorts-2': '短裤', 'skirt-2': '半身裙' },
  ...{ 'outwear-4': '外套', 'pants-3': '长裤' },
};

/** Cells that people wrote begin with this. */
export const personMark = '人工';

const limits = { books: 7, rows: 10, ownPhotos: 6 } as const;

export interface Shop {
  readonly folder: string;
  /** What a person last saved, by file. */
  readonly saved: Map<string, Grid>;
  /** How many sets of inputs a row has had, by file and SKU: no row is written more often. */
  readonly versions: Map<string, number>;
  /** The photo that lies at a path of a picture, by the path as rows name it. */
  readonly photos: Map<string, string>;
  /** Copies that somebody still has open, by file. */
  readonly older: Map<string, Grid>;
  edits: number;
  saveCount: number;
}

export const rowId = (file: string, sku: string) => `${file}|${sku}`;

export class People {
  readonly shop: Shop;
  readonly #random: () => number;
  #next = 1;

  constructor(folder: string, random: () => number) {
    this.#random = random;
    const common = { saved: new Map(), versions: new Map(), older: new Map() };
    this.shop = { folder, photos: new Map(), edits: 0, saveCount: 0, ...common };
  }

  async begin(count: number): Promise<void> {
    for (const name of Object.keys(kinds)) this.shop.photos.set(`photos/${name}.jpg`, name);
    for (let index = 0; index < limits.ownPhotos; index += 1) await this.replacePhoto(index);
    for (let index = 0; index < count; index += 1) {
      await this.#save(this.#newFile(), [this.#newRow(), this.#newRow(), this.#newRow()], 'inPlace');
    }
  }

  /** One thing that a person does. */
  async act(): Promise<string> {
    const dice = this.#random();
    const file = this.#pick([...this.shop.saved.keys()]);
    if (dice < 0.06) return this.replacePhoto(Math.floor(this.#random() * limits.ownPhotos));
    if (dice < 0.09) return this.#move(file);
    if (dice < 0.12) return this.#copy(file);
    if (dice < 0.2) return this.#saveOlder(file);
    return this.#edit(file);
  }

  async replacePhoto(index: number): Promise<string> {
    const name = this.#pick(Object.keys(kinds));
    const named = `photos/own-${index}.jpg`;
    const file = path.join(this.shop.folder, named);
    await copyFile(path.join(demoPhotos, `${name}.jpg`), `${file}.part`);
    await rename(`${file}.part`, file);
    if (this.shop.photos.get(named) !== name) {
      for (const [book, grid] of this.shop.saved) {
        for (const row of grid) if (row[columns.picture] === named) this.#countVersion(book, row);
      }
    }
    this.shop.photos.set(named, name);
    return `another picture at ${named}: ${name}`;
  }

  async #move(file: string): Promise<string> {
    const to = this.#newFile();
    await rename(file, to);
    this.#carry(file, to);
    this.shop.saved.delete(file);
    this.shop.older.delete(file);
    return `${path.basename(file)} renamed ${path.basename(to)}`;
  }

  async #copy(file: string): Promise<string> {
    if (this.shop.saved.size >= limits.books) {
      await rm(file);
      this.shop.saved.delete(file);
      this.shop.older.delete(file);
      return `${path.basename(file)} deleted`;
    }
    const to = this.#newFile();
    const bytes = await readFile(file);
    this.#carry(file, to);
    this.shop.saved.set(to, await toGrid(bytes));
    await writeFile(to, bytes);
    return `${path.basename(file)} copied to ${path.basename(to)}`;
  }

  #carry(from: string, to: string): void {
    const grid = copyOf(this.shop.saved.get(from) ?? []);
    this.shop.saved.set(to, grid);
    for (const row of grid) {
      const sku = row[columns.sku] ?? '';
      this.shop.versions.set(rowId(to, sku), (this.shop.versions.get(rowId(from, sku)) ?? 0) + 1);
    }
  }

  async #saveOlder(file: string): Promise<string> {
    const older = this.shop.older.get(file);
    this.shop.older.set(file, await toGrid(await readFile(file)));
    if (older === undefined) return `${path.basename(file)} opened and kept open`;
    this.#writeCopy(older);
    return this.#save(file, older, this.#pick(Object.keys(saves)), 'an older copy');
  }

  /** Opens the workbook, works on it for a while, saves it; some people's programs leave an owner file meanwhile. */
  async #edit(file: string): Promise<string> {
    const owner = path.join(this.shop.folder, `~$${path.basename(file)}`);
    const isPolite = this.#random() < 0.5;
    if (isPolite) await writeFile(owner, Buffer.from([4, 65, 110, 110, 97]));
    const grid = await toGrid(await readFile(file));
    const did: string[] = [];
    for (let count = 1 + Math.floor(this.#random() * 3); count > 0; count -= 1) did.push(this.#change(grid));
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 3000));
    const said = await this.#save(file, grid, this.#pick(Object.keys(saves)), did.join(', '));
    if (isPolite) await rm(owner);
    return said;
  }

  #change(grid: Grid): string {
    const dice = this.#random();
    const row = this.#pick(grid);
    if (dice < 0.25 || row === undefined) {
      if (grid.length >= limits.rows) grid.splice(Math.floor(this.#random() * grid.length), 2);
      grid.splice(Math.floor(this.#random() * (grid.length + 1)), 0, this.#newRow());
      return 'a row inserted';
    }
    if (dice < 0.35 && grid.length > 2) {
      grid.splice(grid.indexOf(row), 1);
      return 'a row deleted';
    }
    if (dice < 0.45) {
      grid.sort(() => this.#random() - 0.5);
      return 'sorted';
    }
    if (dice < 0.6) return this.#input(row, columns.fact, `款${this.#next++}`);
    if (dice < 0.65) return this.#input(row, columns.prompt, `突出第${this.#next++}个细节`);
    if (dice < 0.75) return this.#input(row, columns.picture, this.#pick([...this.shop.photos.keys()]));
    return this.#writeCopy(grid);
  }

  #input(row: string[], column: number, text: string): string {
    row[column] = text;
    return `another input of ${row[columns.sku]}`;
  }

  #writeCopy(grid: Grid): string {
    const row = this.#pick(grid);
    row[columns.copy + Math.floor(this.#random() * copyCount)] = `${personMark}写的${this.#next++}`;
    this.shop.edits += 1;
    return `copy of ${row[columns.sku]} edited`;
  }

  async #save(file: string, grid: Grid, style: string, what = 'new'): Promise<string> {
    const before = new Map((this.shop.saved.get(file) ?? []).map((row) => [row[columns.sku], inputsOf(row)]));
    for (const row of grid) if (before.get(row[columns.sku]) !== inputsOf(row)) this.#countVersion(file, row);
    const bytes = await toBytes(grid);
    await saves[style]?.(file, bytes);
    this.shop.saved.set(file, copyOf(grid));
    this.shop.saveCount += 1;
    return `${path.basename(file)} saved (${style}): ${what}`;
  }

  #countVersion(file: string, row: string[]): void {
    const id = rowId(file, row[columns.sku] ?? '');
    this.shop.versions.set(id, (this.shop.versions.get(id) ?? 0) + 1);
  }

  #newRow(): string[] {
    const texts = [`S-${this.#next++}`, this.#pick([...this.shop.photos.keys()]), `款${this.#next++}`, ''];
    return [...texts, ...Array.from({ length: copyCount + 2 }, () => '')];
  }

  #newFile = (): string => path.join(this.shop.folder, `book-${this.#next++}.xlsx`);

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }
}

const inputsOf = (row: readonly string[]) => JSON.stringify(row.slice(0, columns.copy));
