// An answer to the server is not lost with a request that failed, and nothing is done twice in Excel for it.
import { expect, test } from 'vitest';
import { LinkAnswers } from '../../addin/pane/link-answers.ts';
import type { Pane } from '../../addin/pane/pane.ts';
import type { LinkRequest } from '../../server/contract/links.ts';

const request: LinkRequest = { id: 'r-1', ask: 'sheets' };
const event = { type: 'link', workbook: 'w', request } as const;

/** A pane whose server fails so many times. */
function paneFailing(times: number) {
  let left = times;
  const seen = { done: 0, sent: [] as string[], problems: 0 };
  const pane = {
    host: {
      document: { path: '', name: 'b.xlsx', instance: 'i' },
      answer: async () => {
        seen.done += 1;
        return { answer: 'unchanged' } as const;
      },
    },
    client: {
      answerLink: async (_: string, id: string) => {
        if ((left -= 1) >= 0) throw new Error('gone');
        seen.sent.push(id);
      },
    },
    state: { peek: () => ({ work: { workbook: 'w' } }) },
    attempt: async (work: () => Promise<void>) => {
      try {
        await work();
        return true;
      } catch {
        seen.problems += 1;
        return false;
      }
    },
  };
  return { pane: pane as unknown as Pane, seen };
}

test('an answer that does not arrive is sent again, and what was asked is done once', async () => {
  const { pane, seen } = paneFailing(2);
  const answers = new LinkAnswers(pane, [0, 0, 0]);
  await answers.answer(event);
  await answers.answer(event);
  expect(seen).toEqual({ done: 1, sent: ['r-1'], problems: 0 });
});

test('a server that stays away is said once, and asking again brings the same answer', async () => {
  const { pane, seen } = paneFailing(4);
  const answers = new LinkAnswers(pane, [0, 0, 0]);
  await answers.answer(event);
  expect(seen).toEqual({ done: 1, sent: [], problems: 1 });
  await answers.answer(event);
  expect(seen).toEqual({ done: 1, sent: ['r-1'], problems: 1 });
});
