// The largest sheet that is promised: patched as a stream, in memory that any machine has.
import { expect, test } from 'vitest';
import { benchPatch } from '../bench/patch.ts';

test('a sheet of 100,000 rows and 20 columns is patched under 150 MB of memory for the whole process', async () => {
  const [measure] = await benchPatch([100_000], false);
  expect(measure?.peakRssMegabytes).toBeLessThan(150);
});
