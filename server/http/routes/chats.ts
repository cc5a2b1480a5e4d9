// The routes of conversations: begin one about a row or a picture, ask, stop, list, delete, export.
import type { Router } from 'express';
import type { ChatMessageRequest, ChatMessageView, ChatRequest, ChatView } from '../../contract/chats.ts';
import type { Target } from '../../contract/sheets.ts';
import type { ServerEvent } from '../../contract/state.ts';
import type { ChatMessage } from '../../domain/chat.ts';
import { both, inBoth, type Language } from '../../domain/language.ts';
import { RowscribeError } from '../../errors.ts';
import { remarkText } from '../../i18n/status.ts';
import type { ChatDesk, ChatEvent, ChatRecord } from '../../jobs/chat.ts';
import type { RowAbout } from '../../jobs/chat-subject.ts';
import type { ChatHead } from '../../ports/chats.ts';
import { anyText, integer, object, oneOf, refuse, text, variant, type Parse } from '../parse.ts';
import { get, newRoutes, post, remove, Reply } from '../route.ts';
import { target } from './parse-work.ts';

export interface ChatRouteDeps {
  readonly desk: ChatDesk;
  /** What a page's target means. Errors: those of the shelf and the recipes. */
  readonly about: (target: Target) => Promise<Omit<RowAbout, 'number'>>;
  /** The server's language, for what a page leaves open. */
  readonly language: () => Language;
  /** Largest picture file, in MB of 1024 × 1024 bytes. */
  readonly pictureMegabytesMax: number;
  /** As in `PictureRules`. */
  readonly imageTokensMax: () => number;
}

const nameCharactersMax = 255;
const rowsMax = 1_048_576;
/** Whether a question is too long is for the desk to say; this only bounds what is read. */
const questionUnitsMax = 16_000;
const megabyte = 1024 * 1024;
const language = oneOf('zh-CN', 'en-US');

export function chatRoutes(deps: ChatRouteDeps): Router {
  const { desk } = deps;
  const routes = newRoutes();
  const bytesMax = deps.pictureMegabytesMax * megabyte;
  // Base64 takes four letters for three bytes; the rest is the name and the frame.
  const bodyBytesMax = Math.ceil(bytesMax / 3) * 4 + 8 * 1024;
  get(routes, '/api/chats', () => ({ chats: desk.list().map((head) => viewOf(head, [])) }));
  post(routes, '/api/chats', parseRequest(bodyBytesMax), ({ body, signal }) => begin(deps, body, signal), {
    bodyBytesMax,
  });
  remove(routes, '/api/chats', async ({ query }) => {
    const [workbook, sheet, key] = [query('workbook'), query('sheet'), query('key')];
    if (workbook === undefined || sheet === undefined || key === undefined)
      return refuse('query', '应有 workbook、sheet 和 key', 'must hold workbook, sheet and key');
    return { count: await desk.removeOfRow({ workbook, sheet, key }) };
  });
  get(routes, '/api/chats/:id', ({ param }) => chatView(desk.get(param('id'))));
  remove(routes, '/api/chats/:id', ({ param }) => desk.remove(param('id')));
  post(routes, '/api/chats/:id/messages', parseQuestion, ({ param, body }) =>
    Reply.json(202, chatView(desk.ask(param('id'), body.text))),
  );
  post(routes, '/api/chats/:id/stop', object({}), async ({ param }) => chatView(await desk.stop(param('id'))));
  get(routes, '/api/chats/:id/markdown', ({ param, query }) => {
    const asked = query('language');
    const chosen = asked === undefined ? deps.language() : language(asked, 'language');
    return new Reply(200, 'text/markdown; charset=utf-8', desk.markdown(param('id'), chosen));
  });
  get(routes, '/api/chats/:id/pictures/:number', ({ param }) => {
    const image = desk.images(param('id'))[Number(param('number'))];
    if (image === undefined) throw new RowscribeError('not-found', { what: both('这张图片', 'this picture') });
    return new Reply(200, 'image/jpeg', image.jpeg);
  });
  return routes;
}

/** What pages are told of a chat while it goes on. */
export function chatEvent(event: ChatEvent): ServerEvent {
  if (event.type === 'message') return { type: 'chat', chat: event.chat, message: messageView(event.message) };
  return { ...event, type: 'chat-text' };
}

async function begin(deps: ChatRouteDeps, request: ChatRequest, signal: AbortSignal): Promise<ChatView> {
  if (request.about === 'row') {
    const about = await deps.about(request.target);
    return chatView(await deps.desk.aboutRow({ ...about, number: request.number }, signal));
  }
  const file = {
    name: request.name,
    bytes: Buffer.from(request.base64, 'base64'),
    language: request.language ?? deps.language(),
    imageTokensMax: deps.imageTokensMax(),
  };
  return chatView(await deps.desk.aboutPicture(file, signal));
}

function parseRequest(base64CharactersMax: number): Parse<ChatRequest> {
  return variant('about', {
    row: object({ about: oneOf('row'), target, number: integer(1, rowsMax) }),
    picture: object(
      { about: oneOf('picture'), name: text(nameCharactersMax), base64: base64(base64CharactersMax) },
      { language },
    ),
  });
}

const parseQuestion: Parse<ChatMessageRequest> = object({ text: anyText(questionUnitsMax) });

function base64(charactersMax: number): Parse<string> {
  const any = text(charactersMax);
  return (value, at) => {
    const given = any(value, at);
    return /^[A-Za-z0-9+/]+={0,2}$/.test(given) ? given : refuse(at, '应为 base64', 'must be base64');
  };
}

const chatView = (record: ChatRecord): ChatView => viewOf(record, record.messages);

function viewOf(head: ChatHead, messages: readonly ChatMessage[]): ChatView {
  const { id, title, row, startedAtMs } = head;
  const pictures = head.pictures.map(({ name }, index) => ({ name, thumbnail: `/api/chats/${id}/pictures/${index}` }));
  const flaws = head.pictures.flatMap(({ name, flaws: found }) => found.map((flaw) => ({ flaw, picture: name })));
  return {
    ...{ id, title, startedAtMs, pictures },
    ...(row && { row }),
    thumbnail: pictures[0]?.thumbnail ?? '',
    notes: flaws.map((flaw) =>
      inBoth((spoken) => remarkText({ remark: 'picture-flaw', ...flaw }, (key) => key, spoken)),
    ),
    messages: messages.map(messageView),
  };
}

function messageView(message: ChatMessage): ChatMessageView {
  const { problem, model: _, ...view } = message;
  return problem === undefined
    ? view
    : { ...view, problem: { type: 'about:blank', title: '', status: 422, ...problem } };
}
