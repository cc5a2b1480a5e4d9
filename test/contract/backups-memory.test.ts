// The Backups contract on the backups in memory, so that what the other tests rest on is true.
import { createMemoryBackups } from '../fakes/memory-backups.ts';
import { createMemoryWorkbooks } from '../fakes/memory-workbooks.ts';
import { backupsContract } from './backups-contract.ts';

backupsContract('in memory', () => {
  const workbooks = createMemoryWorkbooks();
  return {
    backups: createMemoryBackups(workbooks, 2),
    async write(name, text) {
      const path = `/shop/${name}.xlsx`;
      workbooks.put(path, [{ name: 'S', cells: { A1: text } }]);
      return path;
    },
    read: async (path) => workbooks.texts(path)['S!A1'] ?? '',
  };
});
