// The pane in memory, which the suites of the server use, keeps the contract of linked workbooks.
import { formatAddress } from '../../server/domain/cell-address.ts';
import { createMemoryPane } from '../fakes/memory-pane.ts';
import { contractSheet, linkContract, type LinkedPane } from './link-contract.ts';

linkContract('the pane in memory', async (rows): Promise<LinkedPane> => {
  const cells = rows.flatMap((row, r) =>
    row.flatMap((value, c) => (value === null ? [] : [[formatAddress({ row: r + 1, column: c }), value] as const])),
  );
  const pane = createMemoryPane([{ name: contractSheet, cells: Object.fromEntries(cells) }]);
  const formulas = new Set<string>();
  return {
    answer: async (request) => pane.answer(request),
    type: async (cell, input) => pane.type(contractSheet, cell, input),
    typeFormula: async (cell) => {
      formulas.add(cell);
      pane.type(contractSheet, cell, { formula: 'LEN(C2)', result: '3' });
    },
    insertRow: async (number) => pane.insertRow(contractSheet, number),
    deleteRow: async (number) => pane.deleteRow(contractSheet, number),
    sortDown: async () => pane.sortDown(contractSheet, 0),
    protect: async () => pane.protect(contractSheet),
    text: (cell) => pane.texts()[`${contractSheet}!${cell}`] ?? '',
    isFormula: (cell) => formulas.has(cell),
  };
});
