// The side of the killed process: patches a workbook and kills itself at the n-th call to the file system.
import { createWorkbooks } from '../../server/workbook/file.ts';
import { nodeFiles, type Files, type OpenFile } from '../../server/workbook/files.ts';

const [, , path = '', at = ''] = process.argv;
let calls = 0;

function step(): void {
  calls += 1;
  if (calls === Number(at)) process.kill(process.pid, 'SIGKILL');
}

function counting<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        step();
        const result: unknown = await Reflect.apply(member, object, args);
        return name === 'open' ? counting(result as OpenFile) : result;
      };
    },
  });
}

const files: Files = counting({ ...nodeFiles });
await createWorkbooks({}, files).patch(path, [{ sheet: 'Sheet1', cell: 'B1', value: 'neu' }]);
process.stdout.write(String(calls));
