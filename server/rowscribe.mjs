#!/usr/bin/env node
// The command `rowscribe`: lets Node run the TypeScript sources, then hands over to main.ts.
import { setFlagsFromString } from 'node:v8';
import { register } from 'tsx/esm/api';

// The sources are loaded through a thread that stays: a small young generation saves some megabytes there.
setFlagsFromString('--max-semi-space-size=1');
register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
