// The Workbooks contract on the workbooks in memory, so that what the other tests rest on is true.
import { createMemoryWorkbooks } from '../fakes/memory-workbooks.ts';
import { workbookContract } from './workbook-contract.ts';

workbookContract('the workbooks in memory', () => {
  const workbooks = createMemoryWorkbooks();
  let count = 0;
  const fresh = () => `/memory/${(count += 1)}.xlsx`;
  return {
    workbooks,
    async make(sheets) {
      const path = fresh();
      workbooks.put(path, sheets);
      return path;
    },
    fresh,
    openElsewhere: (path, by) => workbooks.setOpenBy(path, by),
  };
});
