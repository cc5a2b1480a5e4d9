// Header names of a sheet → the roles of its columns; says what is missing or ambiguous.
import { columnLetters } from './cell-address.ts';
import type { Language } from './language.ts';
import type { Recipe, RecipeColumn } from './recipe.ts';

/** Inputs that have a meaning of their own; every other column is a fact of the product. */
export type InputRole = 'picture' | 'key' | 'prompt' | 'category';

export interface ColumnRef {
  /** 0-based. */
  readonly index: number;
  /** As written in the sheet. */
  readonly header: string;
}

export interface ColumnMap {
  /** 1-based row of the headers. */
  readonly headerRow: number;
  /** In the order of the sheet. */
  readonly pictures: readonly ColumnRef[];
  readonly key?: ColumnRef;
  readonly prompt?: ColumnRef;
  readonly category?: ColumnRef;
  readonly facts: readonly ColumnRef[];
  /** By the recipe's column key. */
  readonly outputs: ReadonlyMap<string, ColumnRef>;
  /** Recipe columns that the sheet does not have: they are not filled. */
  readonly absent: readonly RecipeColumn[];
  /** The language of the headers: what is written into cells is in it. */
  readonly language: Language;
}

export type ColumnFault =
  | { readonly fault: 'missing'; readonly roles: readonly string[]; readonly seen: readonly string[] }
  | { readonly fault: 'ambiguous'; readonly role: string; readonly headers: readonly string[] };

export type ColumnMapping = { readonly map: ColumnMap } | { readonly problem: ColumnFault };

/** One row of texts by 0-based column, with its 1-based number. */
export interface HeaderRow {
  readonly number: number;
  readonly texts: ReadonlyMap<number, string>;
}

const inputHeaders: Readonly<Record<InputRole, readonly string[]>> = {
  picture: [
    ...[
      '图片',
      '图',
      '照片',
      '主图',
      '商品图',
      '商品图片',
      '产品图',
      '产品图片',
      '图片路径',
      '图片地址',
      '图片文件',
      '圖片',
    ],
    ...[
      'image',
      'images',
      'picture',
      'pictures',
      'photo',
      'photos',
      'img',
      'pic',
      'imagepath',
      'imagefile',
      'picturepath',
    ],
    ...['photopath', 'imagename', 'mainimage', 'productimage', 'filename'],
  ],
  key: [
    ...[
      'sku',
      'sku编码',
      'sku编号',
      'skuid',
      '货号',
      '编号',
      '商品编号',
      '商品编码',
      '商品id',
      '款号',
      '产品编号',
      '编码',
      'id',
    ],
    ...['productid', 'itemid', 'itemno', 'productcode', 'articleno', 'key', '貨號', '編號'],
  ],
  prompt: [
    '提示词',
    '提示語',
    '提示',
    '要求',
    '文案要求',
    '指令',
    'prompt',
    'instruction',
    'instructions',
    'request',
    '提示詞',
  ],
  category: ['品类', '类目', '类别', '分类', '商品类目', '商品分类', 'category', 'producttype', '類目', '分類'],
};

/**
 * What a person said about columns, by 0-based index: `picture`, `key`, `prompt`, `category`, `fact`, `ignore`, or
 * `output:KEY` of the recipe. The others are recognised.
 */
export type ColumnChoices = Readonly<Record<string, string>>;

/** How far down the headers are looked for: shops put titles and notes above them. */
export const headerRowsMax = 10;

/** The form in which headers are compared: no case, width, spaces, punctuation or remark in brackets. */
export function normaliseHeader(header: string): string {
  const plain = header.normalize('NFKC').toLowerCase();
  const withoutRemark = plain.replace(/[（(【[].*$/su, '');
  const core = withoutRemark.replace(/[\s\p{P}\p{S}]/gu, '');
  return core === '' ? plain.replace(/[\s\p{P}\p{S}]/gu, '') : core;
}

/**
 * Finds the header row among the first rows of a sheet and gives every column its role. The row with the most
 * recognised headers wins, whatever was said about columns; the uppermost of equals. A sheet with pictures of its own needs
 * no column that names them.
 */
export function mapColumns(
  rows: readonly HeaderRow[],
  recipe: Recipe,
  needsPictureColumn: boolean = true,
  choices: ColumnChoices = {},
): ColumnMapping {
  const candidates = rows.slice(0, headerRowsMax).map((row) => ({ row, roles: rolesOf(row, recipe, choices) }));
  const best = candidates.toSorted((a, b) => b.roles.recognised - a.roles.recognised)[0];
  if (best === undefined) return { problem: { fault: 'missing', roles: wanted(), seen: [] } };
  return checkRoles(best.row, best.roles, recipe, needsPictureColumn);
}

interface Roles {
  readonly recognised: number;
  readonly byRole: ReadonlyMap<string, readonly ColumnRef[]>;
  readonly others: readonly ColumnRef[];
  readonly ambiguous?: { readonly role: string; readonly headers: readonly string[] };
}

interface Claim {
  readonly role: string;
  readonly ref: ColumnRef;
  /** Place of the matched name in the list of names: of two columns for one role the better name wins. */
  readonly rank: number;
}

function rolesOf(row: HeaderRow, recipe: Recipe, choices: ColumnChoices): Roles {
  const claims: Claim[] = [];
  const others: ColumnRef[] = [];
  for (const [index, text] of row.texts) {
    const ref = { index, header: text.trim() };
    const claim = ref.header === '' ? undefined : claimOf(ref, recipe);
    if (claim !== undefined) claims.push(claim);
    else if (ref.header !== '') others.push(ref);
  }
  return { ...settle(...chosen(claims, others, row, choices)), recognised: claims.length };
}

/** The claims as a person wants them: theirs come before every recognised one. */
function chosen(
  claims: readonly Claim[],
  others: readonly ColumnRef[],
  row: HeaderRow,
  choices: ColumnChoices,
): [Claim[], ColumnRef[]] {
  const isFree = ({ index }: ColumnRef) => !Object.hasOwn(choices, String(index));
  const kept = claims.filter(({ ref }) => isFree(ref));
  const rest = others.filter(isFree);
  for (const [key, role] of Object.entries(choices)) {
    const index = Number(key);
    const header = row.texts.get(index)?.trim() ?? '';
    const ref = { index, header: header === '' ? columnLetters(index) : header };
    if (role === 'fact') rest.push(ref);
    else if (role !== 'ignore') kept.push({ role, ref, rank: -1 });
  }
  return [kept, rest];
}

/** Names of a recipe's columns in the form that is compared, made once: every cell of the first rows asks for them. */
const comparedNames = new WeakMap<RecipeColumn, readonly string[]>();

function namesOf(column: RecipeColumn): readonly string[] {
  const names = comparedNames.get(column) ?? column.headers.map(normaliseHeader);
  comparedNames.set(column, names);
  return names;
}

function claimOf(ref: ColumnRef, recipe: Recipe): Claim | undefined {
  const name = normaliseHeader(ref.header);
  for (const column of recipe.columns) {
    const rank = namesOf(column).indexOf(name);
    if (rank >= 0) return { role: outputRole(column.key), ref, rank };
  }
  const unnumbered = name.replace(/[0-9]{1,2}$/, '');
  if (inputHeaders.picture.some((alias) => alias === name || alias === unnumbered))
    return { role: 'picture', ref, rank: 0 };
  for (const role of ['key', 'prompt', 'category'] as const) {
    const rank = inputHeaders[role].indexOf(name);
    if (rank >= 0) return { role, ref, rank };
  }
  return undefined;
}

/** One column a role, pictures excepted; the losers are facts like any other column. */
function settle(claims: readonly Claim[], others: readonly ColumnRef[]): Omit<Roles, 'recognised'> {
  const byRole = new Map<string, readonly ColumnRef[]>();
  const rest = [...others];
  let ambiguous: Roles['ambiguous'];
  for (const role of new Set(claims.map((claim) => claim.role))) {
    const rivals = claims.filter((claim) => claim.role === role);
    const ordered =
      role === 'picture' ? rivals.toSorted(byIndex) : rivals.toSorted((a, b) => a.rank - b.rank || byIndex(a, b));
    const winners = role === 'picture' ? ordered : ordered.slice(0, 1);
    const equals = ordered.filter((claim) => claim.rank === ordered[0]?.rank);
    if (role !== 'picture' && equals.length > 1)
      ambiguous ??= { role: roleName(role), headers: equals.map((claim) => claim.ref.header) };
    byRole.set(
      role,
      winners.map((claim) => claim.ref),
    );
    rest.push(...ordered.filter((claim) => !winners.includes(claim)).map((claim) => claim.ref));
  }
  return { byRole, others: rest, ...(ambiguous && { ambiguous }) };
}

const byIndex = (a: Claim, b: Claim) => a.ref.index - b.ref.index;

function checkRoles(row: HeaderRow, roles: Roles, recipe: Recipe, needsPictureColumn: boolean): ColumnMapping {
  const pictures = roles.byRole.get('picture') ?? [];
  const found = recipe.columns.filter((column) => roles.byRole.has(outputRole(column.key)));
  const lacking = [
    ...(pictures.length === 0 && needsPictureColumn ? ['图片 / Image'] : []),
    ...(found.length === 0 ? [outputs(recipe)] : []),
  ];
  if (lacking.length > 0) {
    return {
      problem: { fault: 'missing', roles: lacking, seen: [...row.texts.values()].filter((text) => text !== '') },
    };
  }
  if (roles.ambiguous !== undefined) return { problem: { fault: 'ambiguous', ...roles.ambiguous } };
  return { map: toMap(row, roles, recipe, pictures) };
}

function toMap(row: HeaderRow, roles: Roles, recipe: Recipe, pictures: readonly ColumnRef[]): ColumnMap {
  const single = (role: string) => roles.byRole.get(role)?.[0];
  const outputRefs = recipe.columns.flatMap((column) => {
    const ref = single(outputRole(column.key));
    return ref === undefined ? [] : [[column.key, ref] as const];
  });
  const key = single('key');
  const prompt = single('prompt');
  const category = single('category');
  return {
    headerRow: row.number,
    pictures,
    ...(key && { key }),
    ...(prompt && { prompt }),
    ...(category && { category }),
    facts: [...(category ? [category] : []), ...roles.others].toSorted((a, b) => a.index - b.index),
    outputs: new Map(outputRefs),
    absent: recipe.columns.filter((column) => single(outputRole(column.key)) === undefined),
    language: languageOf(outputRefs.map(([, ref]) => ref.header).concat(pictures.map((ref) => ref.header))),
  };
}

/** Headers with more Han than Latin names are Chinese; a sheet with neither is Chinese too. */
function languageOf(headers: readonly string[]): Language {
  const han = headers.filter((header) => /\p{Script=Han}/u.test(header)).length;
  return han * 2 >= headers.length ? 'zh-CN' : 'en-US';
}

// Outputs and inputs share one map of roles; the prefix keeps a recipe's column called "key" apart from the input.
const outputRole = (key: string) => `output:${key}`;
const roleName = (role: string) => role.replace(/^output:/, '');
const outputs = (recipe: Recipe) => recipe.columns.map((column) => column.headers[0] ?? column.key).join(' / ');
const wanted = () => ['图片 / Image', '描述 / Description'];
