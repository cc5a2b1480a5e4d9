// Makes the starter workbooks from the recipes, and the demo workbook: `npm run templates`.
import { fileURLToPath } from 'node:url';
import ExcelJS from 'exceljs';
import type { Language } from '../server/domain/language.ts';
import { headerOf, type Recipe } from '../server/domain/recipe.ts';
import { loadRecipes } from '../server/packs/recipes.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Words {
  readonly key: string;
  readonly picture: string;
  readonly prompt: string;
  readonly brand: string;
  readonly guide: string;
  readonly guideLines: readonly string[];
}

const words: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    key: 'SKU',
    picture: '图片',
    prompt: '提示词',
    brand: '品牌',
    guide: '使用说明',
    guideLines: [
      '1. 每行一件商品。“图片”列填写图片文件名，图片放在工作簿所在的文件夹里；一行可写多张，用分号隔开。',
      '2. “提示词”可以留空，也可以写这一行的特别要求；{{列名}} 会换成该列的内容。',
      '3. 其余没有颜色的列都当作已知资料提供给模型，可自行增加，如尺码、成分、价格。',
      '4. 绿色表头的列由 Rowscribe 填写，只填空单元格；人改过的文字不会被覆盖。',
      '5. 每张工作表对应一个配方：',
    ],
  },
  'en-US': {
    key: 'SKU',
    picture: 'Image',
    prompt: 'Prompt',
    brand: 'Brand',
    guide: 'Read me',
    guideLines: [
      '1. One product a row. “Image” holds the picture’s file name; the picture lies in the workbook’s folder; several are separated by semicolons.',
      '2. “Prompt” may stay empty or say what this row needs; {{column}} is replaced by that column’s text.',
      '3. All other columns without colour are given to the model as known facts; add your own, such as size, fibre, price.',
      '4. Columns with a green header are filled by Rowscribe, empty cells only; what a person changed is never overwritten.',
      '5. Each sheet belongs to one recipe:',
    ],
  },
};

/** The recipe that is used without --recipe comes first. */
function ordered(recipes: ReadonlyMap<string, Recipe>): readonly Recipe[] {
  return [...recipes.values()].toSorted((a, b) => Number(b.id === 'default') - Number(a.id === 'default'));
}

function addSheet(book: ExcelJS.Workbook, name: string, recipe: Recipe, inputs: readonly string[], language: Language) {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1, xSplit: 1 }] });
  const outputs = recipe.columns.map((column) => headerOf(column, language));
  sheet.columns = [...inputs, ...outputs].map((header, index) => {
    const column = recipe.columns[index - inputs.length];
    const width = column === undefined ? 16 : Math.min(48, Math.max(14, column.charactersMax[language] / 2 + 8));
    const isWide = column?.kind === 'compliance' || column?.kind === 'status';
    return { header, width: isWide ? 28 : width, style: { alignment: { vertical: 'top', wrapText: true } } };
  });
  const row = sheet.getRow(1);
  row.height = 24;
  row.font = { bold: true, color: { argb: 'FFFFFFFF' } };
  row.alignment = { vertical: 'middle', wrapText: false };
  for (let index = 1; index <= inputs.length + outputs.length; index += 1) {
    const argb = index <= inputs.length ? 'FF44546A' : 'FF1E7B4F';
    row.getCell(index).fill = { type: 'pattern', pattern: 'solid', fgColor: { argb } };
  }
  return sheet;
}

/** Sheet names hold at most 31 characters and none of these. */
const sheetName = (text: string) =>
  (text.split(/[:：,]/)[0] ?? text)
    .replace(/[\\/?*[\]]/g, ' ')
    .trim()
    .slice(0, 31);

function newBook(): ExcelJS.Workbook {
  const book = new ExcelJS.Workbook();
  book.creator = 'Rowscribe';
  book.created = book.modified = new Date(Date.UTC(2026, 0, 1));
  return book;
}

async function makeStarter(recipes: readonly Recipe[], language: Language, file: string): Promise<void> {
  const say = words[language];
  const book = newBook();
  for (const recipe of recipes) {
    addSheet(book, sheetName(recipe.name[language]), recipe, [say.key, say.picture, say.brand, say.prompt], language);
  }
  const guide = book.addWorksheet(say.guide);
  guide.getColumn(1).width = 110;
  const lines = [
    ...say.guideLines,
    ...recipes.map((one) => `${sheetName(one.name[language])} — ${one.about[language]} (--recipe ${one.id})`),
  ];
  for (const line of lines) guide.addRow([line]).getCell(1).alignment = { wrapText: true, vertical: 'top' };
  await book.xlsx.writeFile(file);
}

/** Photos of the demo: one of each kind of garment, and two pictures of one product in the last row. */
const demoPhotos = [
  ...['dress-1', 'hat-4', 'longsleeve-4', 'outwear-4', 'pants-3', 'shirt-4'],
  ...['shoes-2', 'shorts-2', 'skirt-2', 't-shirt-3', 'hat-1'],
  'pants-2; pants-4',
];
const demoWearers = ['通勤女性', '', '学生', ''];

const demoPath = (name: string) => `photos/${name}.jpg`;

async function makeDemo(recipe: Recipe, file: string): Promise<void> {
  const say = words['zh-CN'];
  const book = newBook();
  const sheet = addSheet(book, '商品', recipe, [say.key, say.picture, '适用人群'], 'zh-CN');
  demoPhotos.forEach((photo, index) => {
    const pictures = photo.split('; ').map(demoPath).join('; ');
    sheet.addRow([
      `RS-${String(index + 1).padStart(3, '0')}`,
      pictures,
      demoWearers[index % demoWearers.length] || null,
    ]);
  });
  await book.xlsx.writeFile(file);
}

const recipes = await loadRecipes(here('recipes'), '');
await makeStarter(ordered(recipes), 'zh-CN', here('starter.xlsx'));
await makeStarter(ordered(recipes), 'en-US', here('starter.en-US.xlsx'));
const main = recipes.get('default');
if (main !== undefined) await makeDemo(main, here('demo/demo.xlsx'));
