// A chat as a Markdown file: what people and the model wrote stays text, whatever it looks like.
import type { ChatMessage } from './chat.ts';
import type { Language } from './language.ts';

export interface ChatDocument {
  readonly title: string;
  /** What the chat is about, for people: "A-1 (products.xlsx, Sheet1)"; '' for a picture of no row. */
  readonly product: string;
  readonly pictures: readonly string[];
  /** Local date and time at which it began. */
  readonly startedAt: string;
  readonly messages: readonly ChatMessage[];
}

interface Words {
  readonly colon: string;
  readonly listed: string;
  readonly product: string;
  readonly pictures: string;
  readonly startedAt: string;
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly empty: string;
  readonly states: Readonly<Partial<Record<ChatMessage['state'], string>>>;
  readonly cut: string;
  unsupported(facts: string): string;
}

const words: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    ...{ colon: '：', listed: '、', product: '商品', pictures: '图片', startedAt: '日期', model: '模型' },
    ...{ question: '提问', answer: '回答', empty: '（没有内容）', cut: '写到长度上限为止' },
    states: { stopped: '已停止，以下内容不完整', failed: '没有写完', writing: '还在写' },
    unsupported: (facts) => `请对照图片核实：${facts}`,
  },
  'en-US': {
    ...{ colon: ': ', listed: ', ', product: 'Product', pictures: 'Picture', startedAt: 'Date', model: 'Model' },
    ...{ question: 'Question', answer: 'Answer', empty: '(nothing)', cut: 'ends where its room ended' },
    states: { stopped: 'stopped, incomplete', failed: 'not finished', writing: 'still being written' },
    unsupported: (facts) => `compare with the picture: ${facts}`,
  },
};

/** The whole document. */
export function chatMarkdown(chat: ChatDocument, language: Language): string {
  const said = words[language];
  const models = [...new Set(chat.messages.flatMap((message) => message.model ?? []))];
  const entry = (name: string, values: readonly string[]) =>
    values.join('') === '' ? [] : [`- ${name}${said.colon}${values.map(plainLine).join(said.listed)}`];
  const head = [
    ...entry(said.product, [chat.product]),
    ...entry(said.pictures, chat.pictures),
    ...entry(said.startedAt, [chat.startedAt]),
    ...entry(said.model, models),
  ];
  const body = chat.messages.map((message) => section(message, language));
  return `${[`# ${plainLine(chat.title)}`, head.join('\n'), ...body].join('\n\n')}\n`;
}

function section(message: ChatMessage, language: Language): string {
  const said = words[language];
  const isModel = message.role === 'model';
  const state = isModel ? said.states[message.state] : undefined;
  const notes = [
    ...(state === undefined ? [] : [state]),
    ...(message.problem === undefined ? [] : [message.problem.message[language]]),
    ...(message.isCut === true ? [said.cut] : []),
    ...(message.unsupported === undefined ? [] : [said.unsupported(message.unsupported.join(said.listed))]),
  ];
  const text = isModel ? formatted(message.text) : plain(message.text);
  return [
    `## ${isModel ? said.answer : said.question}`,
    ...notes.map((note) => `> ${plainLine(note)}`),
    text.trim() === '' ? said.empty : text,
  ].join('\n\n');
}

/** Characters that Markdown would take for its own, wherever they stand. */
const special = /[\\`*_{}[\]<>#|~&$!@]|(?<=https?):|(?<=ftp):|(?<=www)\./gi;
/** And those that count at the beginning of a line only. */
const lineStart = /^(\s*)(?:([-+=])|(\d{1,9})([.)]))/;

/** Text of any content as one paragraph: line ends stay, nothing becomes a heading, a link, a picture or HTML. */
function plain(text: string): string {
  return lines(text)
    .map(plainStart)
    .join('  \n')
    .replaceAll(/^ {2}$/gm, '');
}

function plainLine(text: string): string {
  return plainStart(text.replace(/\s+/g, ' ').trim());
}

function plainStart(line: string): string {
  const safe = line.trimStart().replace(special, String.raw`\$&`);
  return safe.replace(lineStart, (_, indent: string, sign = '', digits = '', point = '') =>
    sign === '' ? `${indent}${String(digits)}\\${String(point)}` : `${indent}\\${String(sign)}`,
  );
}

/** The model's text: its list marks and bold words stay what they are, everything else is plain. */
function formatted(text: string): string {
  return lines(text)
    .map((line) => {
      const [, mark = '', rest = line] = /^\s*(?:([-*•]|\d{1,3}[.)])\s+)(.*)$/su.exec(line) ?? [];
      const sign = mark === '' ? '' : `${/\d/.test(mark) ? mark : '-'} `;
      return sign + boldAgain(plainStart(rest));
    })
    .join('  \n')
    .replaceAll(/^ {2}$/gm, '');
}

/** What was bold before it was made plain. */
function boldAgain(line: string): string {
  return line.replaceAll(/\\\*\\\*(?=\S)((?:(?!\\\*).)+?)(?<=\S)\\\*\\\*/gu, '**$1**');
}

function lines(text: string): readonly string[] {
  return text
    .replaceAll('\0', '')
    .trim()
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/u);
}
