// The pane's words by language.
import type { Language } from '../../server/domain/language.ts';
import { enUS } from './en-US.ts';
import { zhCN, type Words } from './zh-CN.ts';

export type { Words } from './zh-CN.ts';

export const words: Readonly<Record<Language, Words>> = { 'zh-CN': zhCN, 'en-US': enUS };
