// Giving memory back while nothing happens.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { releaseMemory } from '../../server/watch/release-memory.ts';

test('what nobody holds any more is given back, and the program goes on', async () => {
  const left = new WeakRef({ cells: Array.from({ length: 10_000 }, (_, index) => `cell ${index}`) });
  // A reference that was looked at lives to the end of its turn.
  await turn();
  releaseMemory();
  while (left.deref() !== undefined) await turn();
  expect(left.deref()).toBeUndefined();
});
