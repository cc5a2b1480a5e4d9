// Batches against the open workbook, one after the other: the only door to `Excel.run`.

/** Excel has not taken up a batch in time: nearly always because a person is typing in a cell, or a dialog is open. */
export class ExcelWaits extends Error {
  override readonly name = 'ExcelWaits';
}

/** What a batch is given beside its context. */
export interface Batch {
  readonly context: Excel.RequestContext;
  /** Sends what is queued. Throws `ExcelWaits` after the first time when nobody waits for the batch any more. */
  readonly sync: () => Promise<void>;
}

export interface ExcelSession {
  /**
   * Runs a batch after all earlier ones. While a person types in a cell Excel holds it back; when that takes longer than
   * `patienceMs` it fails with `ExcelWaits`, and the batch ends before its second step, so that it never writes late.
   */
  run<T>(work: (batch: Batch) => Promise<T>): Promise<T>;
}

export function createSession(patienceMs: number): ExcelSession {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const patience = startPatience(patienceMs);
      const result = last.then(() =>
        Excel.run({ delayForCellEdit: true }, (context) => work(batchOf(context, patience))),
      );
      last = result.catch(() => undefined);
      return Promise.race([result, patience.over]).finally(() => patience.end());
    },
  };
}

interface Patience {
  /** Rejects when the time is over. */
  readonly over: Promise<never>;
  readonly isOver: () => boolean;
  end(): void;
}

function startPatience(patienceMs: number): Patience {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(new ExcelWaits(`Excel did not take up the batch within ${patienceMs} ms`));
    }, patienceMs);
  });
  over.catch(() => undefined);
  return { over, isOver: () => isOver, end: () => clearTimeout(timer) };
}

function batchOf(context: Excel.RequestContext, patience: Patience): Batch {
  return {
    context,
    sync: async () => {
      if (patience.isOver()) throw new ExcelWaits('Nobody waits for this batch any more');
      await context.sync();
      if (patience.isOver()) throw new ExcelWaits('Nobody waits for this batch any more');
      patience.end();
    },
  };
}

/** Whether this Excel has a set of functions, e.g. "1.12" of ExcelApi. */
export function supports(version: string): boolean {
  return Office.context.requirements.isSetSupported('ExcelApi', version);
}

/** The code of an error of Office; '' for another error. */
export function officeCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
