// `npm run manifest -- --port N`: writes the port of the local server into every address of manifest.xml.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const portMin = 1024;
const portMax = 65_535;

/** The manifest for a server at another port of this computer. */
export function withPort(manifest: string, port: number): string {
  return manifest.replaceAll(/https:\/\/localhost:\d+/g, `https://localhost:${port}`);
}

function main(): void {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < portMin || port > portMax) {
    process.stderr.write(`用法 / Usage: npm run manifest -- --port N    (${portMin}–${portMax})\n`);
    process.exitCode = 2;
    return;
  }
  const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'manifest.xml');
  writeFileSync(file, withPort(readFileSync(file, 'utf8'), port));
  process.stdout.write(
    `manifest.xml 已改用端口 ${port}，请以相同端口启动：rowscribe serve --port ${port}，然后在 Excel 中重新加载加载项。\n` +
      `manifest.xml now uses port ${port}. Start the server with the same port: rowscribe serve --port ${port}, then load the add-in again.\n`,
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
