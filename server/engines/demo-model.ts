// Where the demo model lies in this project.
import { fileURLToPath } from 'node:url';

/** Absolute paths of the demo model's two files. */
export function demoModel(): { readonly model: string; readonly mmproj: string } {
  const inModelFolder = (name: string): string =>
    fileURLToPath(new URL(`../../templates/demo/model/${name}`, import.meta.url));
  return {
    model: inModelFolder('demo-qwen2.5-vl.gguf'),
    mmproj: inModelFolder('mmproj-demo-qwen2.5-vl.gguf'),
  };
}
