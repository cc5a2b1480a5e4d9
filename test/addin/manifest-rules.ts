// What a manifest must keep so that Excel takes it: the order of its elements, and what no schema says.
import { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Children in the order in which they must come; "*" says that one may come several times. */
const order: Readonly<Record<string, string>> = {
  OfficeApp:
    'Id AlternateId Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl SupportUrl AppDomains Hosts Requirements DefaultSettings Permissions Dictionary VersionOverrides ExtendedOverrides',
  VersionOverrides: 'Description Requirements Hosts Resources WebApplicationInfo EquivalentAddins',
  Host: 'Runtimes AllFormFactors DesktopFormFactor',
  Runtimes: 'Runtime*',
  AllFormFactors: 'ExtensionPoint*',
  'ExtensionPoint/CustomFunctions': 'Script Page Metadata Namespace',
  'ExtensionPoint/PrimaryCommandSurface': 'CustomTab* OfficeTab*',
  'ExtensionPoint/ContextMenu': 'OfficeMenu*',
  DesktopFormFactor: 'GetStarted FunctionFile ExtensionPoint*',
  GetStarted: 'Title Description LearnMoreUrl',
  CustomTab: 'Group* Label',
  Group: 'Label Icon Control*',
  OfficeMenu: 'Control*',
  Control: 'Label Supertip Icon Action Enabled',
  Supertip: 'Title Description',
  Icon: 'bt:Image*',
  'Action/ShowTaskpane': 'TaskpaneId SourceLocation Title',
  'Action/ExecuteFunction': 'FunctionName',
  Resources: 'bt:Images bt:Urls bt:ShortStrings bt:LongStrings',
  'bt:Images': 'bt:Image*',
  'bt:Urls': 'bt:Url*',
  'bt:ShortStrings': 'bt:String*',
  'bt:LongStrings': 'bt:String*',
  'bt:String': 'bt:Override*',
  DisplayName: 'Override*',
  Description: 'Override*',
};

const urlCharactersMax = 2048;
const idCharactersMax = 32;
const textCharactersMax: Readonly<Record<string, number>> = { 'bt:ShortStrings': 125, 'bt:LongStrings': 250 };

/** Everything that is wrong with a manifest, in words; none when it is sound. */
export function manifestFaults(xml: string): string[] {
  const root = parse(xml);
  const all = below(root);
  return [
    ...all.flatMap(orderFaults),
    ...identityFaults(root),
    ...resourceFaults(all),
    ...runtimeFaults(all),
    ...controlFaults(all),
    ...addressFaults(all),
    ...languageFaults(all),
  ];
}

export function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0] ?? root;
}

export function below(element: Element): Element[] {
  return [element, ...element.children.flatMap(below)];
}

const named = (elements: readonly Element[], name: string) => elements.filter((element) => element.name === name);
const typeOf = ({ attributes }: Element) => attributes['xsi:type'];
const textOf = (elements: readonly Element[], name: string) => named(elements, name)[0]?.text.trim() ?? '';

function orderFaults(element: Element): string[] {
  const rule = order[`${element.name}/${typeOf(element) ?? ''}`] ?? order[element.name];
  // An override, in the resources or of a name, holds nothing further.
  if (rule === undefined) return [];
  const names = rule.split(' ');
  const places = names.map((name) => name.replace('*', ''));
  const faults: string[] = [];
  let last = 0;
  for (const child of element.children) {
    const place = places.indexOf(child.name);
    if (place < 0) faults.push(`${child.name} does not belong into ${element.name}`);
    else if (place < last) faults.push(`${child.name} comes too late in ${element.name}`);
    last = Math.max(last, place);
  }
  for (const [index, name] of places.entries()) {
    const isMany = names[index]?.endsWith('*') === true;
    if (!isMany && named(element.children, name).length > 1) faults.push(`${name} stands twice in ${element.name}`);
  }
  return faults;
}

function identityFaults({ children }: Element): string[] {
  const faults: string[] = [];
  const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  if (!guid.test(textOf(children, 'Id'))) faults.push('Id is no GUID');
  if (!/^\d+(?:\.\d+){3}$/.test(textOf(children, 'Version'))) faults.push('Version does not have four parts');
  for (const name of ['SupportUrl', 'IconUrl', 'HighResolutionIconUrl']) {
    if (named(children, name).length === 0) faults.push(`${name} is missing`);
  }
  return faults;
}

function resourceFaults(all: readonly Element[]): string[] {
  const faults: string[] = [];
  const lists = named(all, 'Resources').flatMap(({ children }) => children);
  const resources = lists.flatMap((list) => list.children.map((child) => ({ list: list.name, child })));
  const ids = resources.map(({ child }) => child.attributes['id'] ?? '');
  const used = new Set(all.flatMap(({ attributes }) => attributes['resid'] ?? []));
  faults.push(...twice(ids).map((id) => `the resource ${id} stands twice`));
  faults.push(...[...used].filter((id) => !ids.includes(id)).map((id) => `there is no resource ${id}`));
  faults.push(...ids.filter((id) => !used.has(id)).map((id) => `nothing uses the resource ${id}`));
  faults.push(...ids.filter((id) => id.length > idCharactersMax).map((id) => `the id ${id} is too long`));
  for (const { list, child } of resources) {
    const max = textCharactersMax[list] ?? urlCharactersMax;
    const texts = [child.attributes['DefaultValue'], ...child.children.map(({ attributes }) => attributes['Value'])];
    if (texts.some((text) => (text ?? '').length > max)) faults.push(`${child.attributes['id']} is too long a text`);
  }
  return faults;
}

const twice = (values: readonly string[]) => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

/** One page for everything: the shared runtime is not loaded otherwise. */
function runtimeFaults(all: readonly Element[]): string[] {
  const runtimes = named(all, 'Runtime');
  const [runtime] = runtimes;
  if (runtime === undefined || runtimes.length > 1) return ['there is not exactly one Runtime'];
  const page = runtime.attributes['resid'];
  const faults: string[] = [];
  if (runtime.attributes['lifetime'] !== 'long') faults.push('the runtime does not live on when the pane is closed');
  if (named(all, 'TaskpaneId').length > 0) faults.push('a TaskpaneId in a shared runtime');
  const places = [
    ...named(all, 'FunctionFile'),
    ...named(all, 'Page').flatMap(({ children }) => children),
    ...named(all, 'Action')
      .filter((action) => typeOf(action) === 'ShowTaskpane')
      .flatMap(({ children }) => named(children, 'SourceLocation')),
  ];
  const isOther = places.some(({ attributes }) => attributes['resid'] !== page);
  return isOther ? [...faults, 'a part runs in another page than the runtime'] : faults;
}

function controlFaults(all: readonly Element[]): string[] {
  const ids = all.filter(({ name }) => /^(?:Control|Group|CustomTab)$/.test(name));
  const faults = twice(ids.map(({ attributes }) => attributes['id'] ?? '')).map(
    (id) => `the control ${id} stands twice`,
  );
  for (const icon of named(all, 'Icon')) {
    const sizes = icon.children.map(({ attributes }) => attributes['size']);
    const missing = ['16', '32', '80'].filter((size) => !sizes.includes(size));
    faults.push(...missing.map((size) => `an icon lacks the size ${size}`));
  }
  return faults;
}

/** Every address is of this computer's server, over https. */
function addressFaults(all: readonly Element[]): string[] {
  const domains = named(all, 'AppDomain').map(({ text }) => text.trim());
  const urls = all.flatMap(({ attributes, name }) => {
    const values = [attributes['Url'], attributes['ResourcesUrl'], attributes['DefaultValue']];
    const isUrl = /Url$|SourceLocation|Image|ExtendedOverrides/.test(name);
    return isUrl ? values.filter((value) => value !== undefined) : [];
  });
  const faults = domains.length === 0 ? ['there is no AppDomain'] : [];
  for (const url of [...urls, ...domains]) {
    if (!url.startsWith('https://')) faults.push(`${url} is not https`);
    else if (!domains.includes(new URL(url).origin)) faults.push(`${url} is of no AppDomain`);
  }
  return faults;
}

/** What a person reads exists in Chinese too; the name in formulas is the same for all. */
function languageFaults(all: readonly Element[]): string[] {
  const namespace = named(all, 'Namespace')[0]?.attributes['resid'];
  const texts = all.filter(({ name, attributes }) => {
    if (name === 'bt:String') return attributes['id'] !== namespace;
    return (name === 'DisplayName' || name === 'Description') && attributes['DefaultValue'] !== undefined;
  });
  const isChinese = ({ attributes }: Element) => attributes['Locale'] === 'zh-CN' && attributes['Value'] !== '';
  return texts
    .filter(({ children }) => !children.some(isChinese))
    .map(({ name, attributes }) => `${attributes['id'] ?? name} has no Chinese text`);
}
