// The pane inside Excel keeps the contract of linked workbooks, in old and new versions of Excel.
import { contractSheet, linkContract, type LinkedPane } from '../contract/link-contract.ts';
import { openExcelPane } from './excel-pane.ts';

for (const api of ['1.15', '1.9']) {
  linkContract(`the pane in Excel with ExcelApi ${api}`, async (rows): Promise<LinkedPane> => {
    const { excel, host } = await openExcelPane(contractSheet, rows, { api });
    const heard = async (act: () => void) => {
      act();
      await excel.settled();
    };
    return {
      answer: async (request) => {
        const answer = await host.answer(request);
        await excel.settled();
        return answer;
      },
      type: (cell, input) => heard(() => excel.type(contractSheet, cell, input)),
      typeFormula: (cell) => heard(() => excel.type(contractSheet, cell, '=LEN(C2)')),
      insertRow: (number) => heard(() => excel.insertRows(contractSheet, number)),
      deleteRow: (number) => heard(() => excel.deleteRows(contractSheet, number)),
      sortDown: () => heard(() => excel.sortRows(contractSheet, 0, true)),
      protect: () => heard(() => void (excel.sheet(contractSheet).isProtected = true)),
      text: (cell) => String(excel.cell(contractSheet, cell).value),
      isFormula: (cell) => excel.cell(contractSheet, cell).formula !== undefined,
    };
  });
}
