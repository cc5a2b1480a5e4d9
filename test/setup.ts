// In the gate the properties are tried on the same cases each time, so that a commit's result is its own; elsewhere on new ones.
import fc from 'fast-check';

const gateSeed = 20_261_123;

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: gateSeed });
