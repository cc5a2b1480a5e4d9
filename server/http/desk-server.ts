// What `serve` runs: the desk and its chats behind the local server, every event of theirs told to the pages.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Router } from 'express';
import type { Target } from '../contract/sheets.ts';
import type { Desk } from '../desk/desk.ts';
import { jobOf } from '../desk/targets.ts';
import type { Language } from '../domain/language.ts';
import { ChatDesk } from '../jobs/chat.ts';
import type { Chats } from '../ports/chats.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';
import { EventHub } from './events.ts';
import { openLocalServer, type LocalServer, type LocalServerDeps } from './local-server.ts';
import { chatEvent, chatRoutes } from './routes/chats.ts';
import { deskRoutes } from './routes/desk.ts';

export interface DeskServerDeps extends Omit<LocalServerDeps, 'routes' | 'hub' | 'state'> {
  readonly desk: Desk;
  readonly chats: Chats;
  readonly images: Images;
  readonly clock: Clock;
  /** For what pages and settings leave open. */
  readonly language: Language;
}

const questionCharactersMax = 2000;

/** Errors: those of `openLocalServer`. The desk and the chats' store are the caller's to close, after the server. */
export async function openDeskServer(deps: DeskServerDeps): Promise<LocalServer> {
  const { desk } = deps;
  const hub = new EventHub({ epoch: randomBytes(6).toString('hex') });
  const leave = desk.onEvent((event) => hub.publish(event));
  const chats = newChats(deps, hub);
  const close = async () => {
    leave();
    await chats.close();
  };
  try {
    const routes = [...deskRoutes(desk), conversations(deps, chats)];
    const server = await openLocalServer({ ...deps, routes, hub, state: () => desk.state() });
    return { address: server.address, close: async () => void (await Promise.all([server.close(), close()])) };
  } catch (error) {
    await close();
    throw error;
  }
}

function newChats({ desk, chats, images, clock }: DeskServerDeps, hub: EventHub): ChatDesk {
  const { seed, chatAnswerTokensMax: outputTokensMax } = desk.settings.now;
  const parts = { chats, images, clock, engine: desk.shared.engine, newId: () => randomUUID() };
  return new ChatDesk(parts, { seed, outputTokensMax, questionCharactersMax }, (event) =>
    hub.publish(chatEvent(event)),
  );
}

function conversations({ desk, language }: DeskServerDeps, chats: ChatDesk): Router {
  return chatRoutes({
    desk: chats,
    about: (target) => rowsOf(desk, target),
    language: () => (desk.settings.now.language === 'auto' ? language : desk.settings.now.language),
    pictureMegabytesMax: desk.settings.now.pictureMegabytesMax,
    imageTokensMax: () => desk.settings.now.imageTokensMax,
  });
}

async function rowsOf(desk: Desk, target: Target) {
  const { entry, parts, options } = await jobOf(desk.targets, target);
  const place = { workbook: entry.id, workbookName: entry.name };
  return { ...options, workbooks: parts.workbooks, place };
}
