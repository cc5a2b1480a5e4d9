// The child's side of the engine's protocol: hears orders, reports, and ends with its parent.
import type { Bilingual } from '../domain/language.ts';
import type { Order, Report } from './protocol.ts';

/** Native messages may quote whole prompts. */
const messageCharsMax = 200;

/** A failure that this side found, and not the runtime. */
export class Refusal extends Error {
  readonly detail: Bilingual;

  constructor(detail: Bilingual) {
    super(detail['en-US']);
    this.detail = detail;
  }
}

/** Called once, when the child begins. */
export function hearOrders(onOrder: (order: Order) => void): void {
  process.on('message', onOrder);
  process.on('disconnect', leave);
  // Ctrl-C in a terminal reaches the whole group; the parent decides what is given up.
  process.on('SIGINT', () => undefined);
}

export function report(message: Report): void {
  process.send?.(message, undefined, undefined, (error) => {
    if (error) leave();
  });
}

export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(0, messageCharsMax);
}

/** Without a server there is nobody to work for. SIGKILL, because an orderly exit would wait for native threads. */
function leave(): void {
  process.kill(process.pid, 'SIGKILL');
}
