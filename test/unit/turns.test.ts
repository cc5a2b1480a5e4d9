// One slot and those who wait for it.
import { describe, expect, test } from 'vitest';
import { createTurns } from '../../server/engines/turns.ts';
import type { Priority } from '../../server/ports/engine.ts';

/** Lets several wait for one slot; gives the order in which they got it. */
async function order(waiting: readonly (readonly [name: string, priority?: Priority])[]): Promise<string> {
  const turns = createTurns(9);
  const first = await turns.take();
  const got: string[] = [];
  const all = waiting.map(async ([name, priority]) => {
    const release = await turns.take(undefined, priority);
    got.push(name);
    release();
  });
  first();
  await Promise.all(all);
  return got.join('');
}

describe('those who wait', () => {
  test('get their turn in the order of asking', async () => {
    expect(await order([['a'], ['b', 'bulk'], ['c']])).toBe('abc');
  });

  test('for whom a person waits come before the others, in their own order', async () => {
    expect(await order([['a'], ['b', 'interactive'], ['c', 'bulk'], ['d', 'interactive']])).toBe('bdac');
  });

  test('are passed over when they gave up', async () => {
    const turns = createTurns(9);
    const first = await turns.take();
    const stop = new AbortController();
    const gone = turns.take(stop.signal, 'interactive');
    const next = turns.take();
    stop.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    first();
    expect(typeof (await next)).toBe('function');
  });

  test('are at most so many', async () => {
    const turns = createTurns(1);
    await turns.take();
    void turns.take().catch(() => {});
    await expect(turns.take(undefined, 'interactive')).rejects.toMatchObject({ code: 'engine-rejected' });
  });
});
