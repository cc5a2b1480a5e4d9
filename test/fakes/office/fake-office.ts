// The globals of Office.js over an Excel in memory, in Node and in a browser.
import type { FakeExcel } from './fake-excel.ts';
import { addressOf, type FakeSheet } from './fake-grid.ts';
import { fakeRange } from './fake-ranges.ts';
import { FakeContext, OfficeError, remote } from './fake-requests.ts';

export interface FakeOffice {
  /** Presses a button of the ribbon; resolves when the command has said that it is done. */
  press(command: string): Promise<void>;
  /** Calls a custom function as a cell does. */
  call(id: string, ...parameters: unknown[]): Promise<unknown>;
  /** Ids of the custom functions that were made known. */
  functionIds(): string[];
  readonly shownCount: () => number;
}

type Command = (event: { completed(): void }) => void;
type CustomFunction = (...parameters: unknown[]) => unknown;

/** Puts Office, Excel, OfficeExtension and CustomFunctions where scripts look for them. */
export function installFakeOffice(excel: FakeExcel, scope: object = globalThis): FakeOffice {
  const commands = new Map<string, Command>();
  const functions = new Map<string, CustomFunction>();
  let shown = 0;
  const show = async () => {
    shown += 1;
  };
  Object.assign(scope, {
    Excel: { run: (...parameters: unknown[]) => run(excel, parameters) },
    Office: officeOf(excel, commands, show),
    OfficeExtension: { Error: OfficeError },
    CustomFunctions: customFunctions(functions),
  });
  return {
    press: (name) => pressed(commands, name),
    call: async (id, ...parameters) => functions.get(id)?.(...parameters, { setResult: () => undefined }),
    functionIds: () => [...functions.keys()],
    shownCount: () => shown,
  };
}

function officeOf(excel: FakeExcel, commands: Map<string, Command>, show: () => Promise<void>): object {
  const { url, language, background } = excel.options;
  const info = { host: 'Excel', platform: 'PC' };
  return {
    onReady: async (ready?: (information: typeof info) => void) => {
      ready?.(info);
      return info;
    },
    HostType: { Excel: 'Excel' },
    actions: { associate: (name: string, command: Command) => commands.set(name, command) },
    addin: { showAsTaskpane: show, hide: async () => undefined },
    context: {
      document: { url },
      displayLanguage: language,
      officeTheme: { bodyBackgroundColor: background },
      requirements: { isSetSupported: (set: string, version = '1.1') => excel.supports(set, version) },
    },
  };
}

function pressed(commands: ReadonlyMap<string, Command>, name: string): Promise<void> {
  const command = commands.get(name);
  if (command === undefined) return Promise.reject(new Error(`Nothing is associated with ${name}`));
  return new Promise((resolve) => command({ completed: resolve }));
}

function customFunctions(functions: Map<string, CustomFunction>): object {
  class FunctionError extends Error {
    readonly code: string;

    constructor(code: string, message = '') {
      super(message);
      this.code = code;
    }
  }
  return {
    associate: (id: string, work: CustomFunction) => functions.set(id, work),
    Error: FunctionError,
    ErrorCode: { notAvailable: '#N/A', invalidValue: '#VALUE!' },
  };
}

async function run(excel: FakeExcel, parameters: readonly unknown[]): Promise<unknown> {
  const [options, work] = parameters.length > 1 ? parameters : [{}, parameters[0]];
  const isDelayed = (options as { delayForCellEdit?: boolean }).delayForCellEdit === true;
  return excel.run(async () => {
    const context = new FakeContext(excel, isDelayed);
    const batch = { sync: () => context.sync(), workbook: workbookOf(context) };
    const result = await (work as (batch: object) => Promise<unknown>)(batch);
    await context.sync();
    return result;
  });
}

function workbookOf(context: FakeContext): object {
  const { excel } = context;
  const activePlace = () => {
    const selected = excel.sheet(excel.active).place(excel.selection[0] ?? 'A1');
    return selected && { ...selected, rows: 1, columns: 1 };
  };
  return remote(context, {
    read: { name: () => excel.options.name },
    members: {
      worksheets: sheetsOf(context),
      onSelectionChanged: eventOf(context, 'onSelectionChanged', '1.2'),
      getSelectedRanges: () =>
        remote(context, {
          read: { address: () => excel.selection.map((part) => `${excel.active}!${part}`).join(',') },
        }),
      getActiveCell: () => fakeRange(context, activePlace),
    },
  });
}

function sheetsOf(context: FakeContext): object {
  const { excel } = context;
  let items: object[] = [];
  const collection = {
    get items() {
      return items;
    },
    load: (_names: string) =>
      context.queue(() => {
        const found = excel.sheets.map(({ name, visibility }) => ({ name, visibility }));
        context.receive(found, () => {
          items = found;
        });
      }),
    getItem: (name: string) => sheetOf(context, () => excel.sheet(name), false),
    getItemOrNullObject: (name: string) =>
      sheetOf(context, () => excel.sheets.find((sheet) => sheet.name === name), true),
    getActiveWorksheet: () => sheetOf(context, () => excel.sheet(excel.active), false),
    onChanged: eventOf(context, 'onChanged', '1.9'),
    onCalculated: eventOf(context, 'onCalculated', '1.8'),
    onRowSorted: eventOf(context, 'onRowSorted', '1.10'),
    onColumnSorted: eventOf(context, 'onColumnSorted', '1.10'),
    onRowHiddenChanged: eventOf(context, 'onRowHiddenChanged', '1.11'),
  };
  return collection;
}

function sheetOf(context: FakeContext, resolve: () => FakeSheet | undefined, isNullable: boolean): object {
  let sheet: FakeSheet | undefined;
  context.queue(() => {
    sheet = resolve();
  });
  const at = (): FakeSheet => {
    if (sheet === undefined) throw new OfficeError('ItemNotFound', 'There is no such sheet');
    return sheet;
  };
  const isMissing = () => sheet === undefined;
  return remote(context, {
    read: { id: () => at().id, name: () => at().name },
    ...(isNullable ? { isMissing } : {}),
    members: {
      protection: remote(context, {
        read: { protected: () => at().isProtected },
        ...(isNullable ? { isMissing } : {}),
      }),
      activate: () => context.queue(() => excelSelect(context, at())),
      getRange: (address: string) => fakeRange(context, () => sheet?.place(address), isNullable),
      getRangeByIndexes: (row: number, column: number, rows: number, columns: number) => {
        const size = { row, column, rows, columns };
        const place = () => (sheet === undefined ? undefined : sheet.place(addressOf(size)));
        return fakeRange(context, place, isNullable);
      },
      getUsedRangeOrNullObject: () => fakeRange(context, () => sheet?.usedPlace(), true),
    },
  });
}

const excelSelect = ({ excel }: FakeContext, sheet: FakeSheet) => {
  excel.active = sheet.name;
};

function eventOf(context: FakeContext, name: string, since: string): object {
  return {
    add: (handler: () => Promise<void>) => {
      context.queue(() => {
        context.need(since, name);
        context.excel.handlers(name).add(handler);
      });
      const remove = () => context.queue(() => context.excel.handlers(name).delete(handler));
      return { remove, context: { sync: () => context.sync() } };
    },
  };
}
