// What a run of the tests leaves out on this machine, told before its totals.
import { llamaServer } from './fixtures/llama-server.ts';

export function teardown(): void {
  if (llamaServer !== undefined) return;
  process.stderr.write(
    '\nThere is no llama-server here: the tests with a real one were SKIPPED. To run them: npx rowscribe engine build\n',
  );
}
