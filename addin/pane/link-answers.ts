// What the server asks of the open document, done once and answered until the answer has arrived.
import type { LinkAnswer } from '../../server/contract/links.ts';
import type { ServerEvent } from '../../server/contract/state.ts';
import { problemIn } from '../client.ts';
import type { Pane } from './pane.ts';

type LinkEvent = Extract<ServerEvent, { type: 'link' }>;

/** Requests that are remembered; one that comes again after a reconnect is not done twice. */
const rememberedMax = 1000;
/** After each try to bring an answer to a server that could not be reached. */
const defaultPausesMs: readonly number[] = [50, 250, 500, 1000, 2000, 4000];

export class LinkAnswers {
  readonly #pane: Pane;
  readonly #pausesMs: readonly number[];
  readonly #done = new Set<string>();
  /** Answers that did not arrive: sent again when they are asked for again. */
  readonly #unsent = new Map<string, LinkAnswer>();

  constructor(pane: Pane, pausesMs: readonly number[] = defaultPausesMs) {
    this.#pane = pane;
    this.#pausesMs = pausesMs;
  }

  async answer({ workbook, request }: LinkEvent): Promise<void> {
    const { host, state } = this.#pane;
    if (host.document === undefined || workbook !== state.peek().work.workbook) return;
    const unsent = this.#unsent.get(request.id);
    if (unsent === undefined && this.#done.has(request.id)) return;
    this.#unsent.delete(request.id);
    this.#remember(request.id);
    await this.#send(workbook, request.id, unsent ?? (await host.answer(request)));
  }

  /** At once, then with growing pauses; only a server that cannot be reached is worth another try. */
  async #send(workbook: string, id: string, answer: LinkAnswer): Promise<void> {
    for (const pauseMs of this.#pausesMs) {
      try {
        return await this.#pane.client.answerLink(workbook, id, answer);
      } catch (error) {
        if (!problemIn(error).retryable) break;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    this.#unsent.set(id, answer);
    const isSent = await this.#pane.attempt(() => this.#pane.client.answerLink(workbook, id, answer));
    if (isSent) this.#unsent.delete(id);
  }

  #remember(id: string): void {
    this.#done.add(id);
    const [oldest] = this.#done;
    if (this.#done.size <= rememberedMax || oldest === undefined) return;
    this.#done.delete(oldest);
    this.#unsent.delete(oldest);
  }
}
