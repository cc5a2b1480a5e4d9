// The manifest and what belongs to it: sound, complete, and the same commands everywhere.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { whyNot } from '../../addin/sideload/excel.ts';
import { withPort } from '../../addin/sideload/manifest-port.ts';
import { below, manifestFaults, parse } from './manifest-rules.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string) => readFileSync(file(name), 'utf8');
const manifest = text('manifest.xml');
const elements = below(parse(manifest));

/** Swaps what comes first with what follows it. */
const swapped = (xml: string, first: RegExp, second: RegExp) => {
  const [a, b] = [first.exec(xml)?.[0] ?? '', second.exec(xml)?.[0] ?? ''];
  return xml.replace(a, '\u0000').replace(b, a).replace('\u0000', b);
};

const whole = (name: string) => new RegExp(`<${name}[ >][\\s\\S]*?</${name}>`);

const broken: readonly (readonly [fault: string, xml: (sound: string) => string, told: string])[] = [
  ['Permissions before DefaultSettings', (x) => swapped(x, whole('DefaultSettings'), whole('Permissions')), 'too late'],
  ['Hosts after Requirements', (x) => swapped(x, whole('Hosts'), whole('Requirements')), 'Hosts comes too late'],
  [
    'Runtimes after AllFormFactors',
    (x) => swapped(x, whole('Runtimes'), whole('AllFormFactors')),
    'Runtimes comes too late',
  ],
  [
    'the tab’s label first',
    (x) =>
      x
        .replace(/(<CustomTab id="[^"]*">)/, '$1<Label resid="Product.Label"/>')
        .replace(/<Label resid="Product.Label"\/>\s*<\/CustomTab>/, '</CustomTab>'),
    'Group comes too late',
  ],
  [
    'ExtendedOverrides inside VersionOverrides',
    (x) =>
      x
        .replace(/(<ExtendedOverrides[^>]*\/>)/, '')
        .replace(
          '</VersionOverrides>',
          '<ExtendedOverrides Url="https://localhost:8417/shortcuts.json"/></VersionOverrides>',
        ),
    'does not belong',
  ],
  [
    'a string without its prefix',
    (x) =>
      x.replace(
        '<bt:String id="Functions.Namespace" DefaultValue="COPY"/>',
        '<String id="Functions.Namespace" DefaultValue="COPY"/>',
      ),
    'String does not belong',
  ],
  ['a resource id of 33 letters', (x) => x.replaceAll('"Pane.Url"', `"${'P'.repeat(33)}"`), 'is too long'],
  [
    'a short string of 126 letters',
    (x) => x.replace('DefaultValue="Product copy"', `DefaultValue="${'x'.repeat(126)}"`),
    'too long a text',
  ],
  ['a GUID that is none', (x) => x.replace(/<Id>..../, '<Id>'), 'Id is no GUID'],
  ['a version of three parts', (x) => x.replace('<Version>1.0.0.0<', '<Version>1.0.0<'), 'four parts'],
  ['a resource that stands twice', (x) => x.replace(/(<bt:Url id="Pane.Url"[^>]*\/>)/, '$1$1'), 'stands twice'],
  [
    'a resource that is not there',
    (x) => x.replace(/<bt:Url id="Functions.Script"[^>]*\/>/, ''),
    'there is no resource Functions.Script',
  ],
  [
    'an address without encryption',
    (x) => x.replace('https://localhost:8417/functions.json', 'http://localhost:8417/functions.json'),
    'is not https',
  ],
  [
    'an address of another server',
    (x) => x.replace('https://localhost:8417/functions.json', 'https://example.com/functions.json'),
    'of no AppDomain',
  ],
  [
    'an icon that lacks a size',
    (x) => x.replace('<bt:Image size="80" resid="StopRun.Icon80"/>', ''),
    'lacks the size 80',
  ],
  [
    'a pane of its own',
    (x) =>
      x.replace(
        '<SourceLocation resid="Pane.Url"/>\n                  </Action>',
        '<TaskpaneId>Own</TaskpaneId><SourceLocation resid="Pane.Url"/></Action>',
      ),
    'TaskpaneId',
  ],
  ['a runtime that ends with the pane', (x) => x.replace(' lifetime="long"', ''), 'does not live on'],
  [
    'functions in another page',
    (x) => x.replace('<FunctionFile resid="Pane.Url"/>', '<FunctionFile resid="Support.Url"/>'),
    'another page',
  ],
  [
    'a control that stands twice',
    (x) => x.replace('id="Cell.RegenerateCell"', 'id="Tab.RegenerateCell"'),
    'the control Tab.RegenerateCell stands twice',
  ],
  [
    'a text without Chinese',
    (x) => x.replace('<bt:Override Locale="zh-CN" Value="停止"/>', ''),
    'StopRun.Label has no Chinese',
  ],
  ['no address for support', (x) => x.replace(/<SupportUrl[^>]*\/>/, ''), 'SupportUrl is missing'],
];

describe('the rules', () => {
  test.each(broken)('find %s', (_, damage, told) => {
    const damaged = damage(manifest);
    expect(damaged).not.toBe(manifest);
    expect(manifestFaults(damaged).join('\n')).toContain(told);
  });
});

describe('the manifest', () => {
  test('keeps all rules', () => {
    expect(manifestFaults(manifest)).toEqual([]);
  });

  test('names only files that are there', () => {
    const paths = [
      ...new Set([...manifest.matchAll(/https:\/\/localhost:8417(\/[^"<]*)/g)].map(([, path = '']) => path)),
    ];
    const statics = paths.filter((path) => /^\/(?:icons\/|\w+(?:\.\w+)*\.json$)/.test(path));
    expect(statics.length).toBeGreaterThan(20);
    expect(statics.filter((path) => !existsSync(file(`addin/static${path}`)))).toEqual([]);
    const others = ['/', '/assets/functions.js', '/pane.html?host=excel'];
    expect(paths.filter((path) => !statics.includes(path)).toSorted()).toEqual(others);
  });

  test('calls commands that exist, and shows each on the ribbon', () => {
    const called = elements.filter(({ name }) => name === 'FunctionName').map((element) => element.text.trim());
    expect([...new Set(called), 'openPane'].toSorted()).toEqual(commandNames());
  });

  test('has the port in its addresses only', () => {
    expect(manifest.replaceAll('https://localhost:8417', '')).not.toContain('8417');
  });

  test('can be written for another port and back', () => {
    const other = withPort(manifest, 9000);
    expect(other).not.toContain('8417');
    expect(manifestFaults(other)).toEqual([]);
    expect(withPort(other, 8417)).toBe(manifest);
  });
});

/** The names that addin/commands.ts makes known to Excel. */
function commandNames(): string[] {
  const list = /const commands[^{]*= \{([\s\S]*?)\n\};/.exec(text('addin/commands.ts'))?.[1] ?? '';
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name).toSorted();
}

interface Shortcuts {
  readonly actions: readonly { readonly id: string; readonly name: string }[];
  readonly shortcuts: readonly { readonly action: string; readonly key: Readonly<Record<string, string>> }[];
  readonly resources: { readonly default: Readonly<Record<string, { readonly value: string }>> };
}

describe('the shortcuts', () => {
  const { actions, shortcuts, resources } = JSON.parse(text('addin/static/shortcuts.json')) as Shortcuts;
  const strings = JSON.parse(text('addin/static/shortcuts.strings.json')) as Record<string, Record<string, unknown>>;

  test('call the same commands as the ribbon, one each', () => {
    expect(actions.map(({ id }) => id).toSorted()).toEqual(commandNames());
    expect(shortcuts.map(({ action }) => action).toSorted()).toEqual(commandNames());
  });

  test('are names that Office understands, none of them twice', () => {
    const keys = shortcuts.flatMap(({ key }) => Object.values(key));
    for (const key of keys) expect(key).toMatch(/^(?:(?:Ctrl|Alt|Shift|Command)\+){1,3}[A-Z0-9]$/);
    expect(keys.filter((key) => /^Shift\+.$/.test(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('have names in both languages', () => {
    const names = actions.map(({ name }) => /^\$\{resource\.(\w+)\}$/.exec(name)?.[1] ?? name).toSorted();
    expect(Object.keys(resources.default).toSorted()).toEqual(names);
    expect(Object.keys(strings).toSorted()).toEqual(['en-us', 'zh-cn']);
    for (const list of Object.values(strings)) expect(Object.keys(list).toSorted()).toEqual(names);
  });
});

describe('the icons', () => {
  test.each(['icon-16', 'icon-32', 'icon-64', 'icon-80', 'icon-128', 'stop-16', 'stop-80'])(
    '%s is as large as it says',
    (name) => {
      const png = readFileSync(file(`addin/static/icons/${name}.png`));
      const size = Number(name.split('-').at(-1));
      expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', size, size]);
    },
  );
});

test('where there is no Excel the start of the add-in says what to do instead, in both languages', () => {
  expect([whyNot('win32'), whyNot('darwin')]).toEqual([undefined, undefined]);
  expect(whyNot('linux')).toMatch(/没有桌面版 Excel[^]*npm start[^]*Excel for Windows or Mac[^]*npm start/);
});
