// The side of the killed process: fills a workbook and kills itself at the n-th step to the disk.
import { runSession } from './delivery-session.ts';

const [, , book = '', data = '', at = ''] = process.argv;
const { error } = await runSession({ book, data }, { kind: 'kill', at: Number(at), lasts: 1 });
if (error !== undefined) process.stderr.write(error instanceof Error ? error.message : 'failed');
