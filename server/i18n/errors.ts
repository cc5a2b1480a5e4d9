// The closed list of error codes, each with its text in both languages and whether trying again can help.
import type { Entry } from './error-entry.ts';
import { backupErrors } from './errors-backup.ts';
import { chatErrors } from './errors-chat.ts';
import { deskErrors } from './errors-desk.ts';
import { engineErrors } from './errors-engine.ts';
import { modelErrors } from './errors-model.ts';
import { pictureErrors } from './errors-picture.ts';
import { programErrors } from './errors-program.ts';
import { serverErrors } from './errors-server.ts';
import { watchErrors } from './errors-watch.ts';
import { workbookErrors } from './errors-workbook.ts';

export const catalogue = {
  ...programErrors,
  ...workbookErrors,
  ...pictureErrors,
  ...engineErrors,
  ...modelErrors,
  ...backupErrors,
  ...serverErrors,
  ...chatErrors,
  ...deskErrors,
  ...watchErrors,
};

export type ErrorCode = keyof typeof catalogue;

/** The facts that each code's text needs. */
export type ErrorFacts = {
  [C in ErrorCode]: (typeof catalogue)[C] extends Entry<infer F> ? F : never;
};
