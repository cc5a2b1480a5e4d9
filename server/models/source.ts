// Where model files lie on the network: short names, addresses of a hub, mirrors.
import { both } from '../domain/language.ts';
import type { ModelChoice } from '../domain/model-choice.ts';
import { RowscribeError } from '../errors.ts';
import type { FileSource, PairSource } from '../ports/models.ts';

const hubDefault = 'https://huggingface.co';

/** `words`: one id of the catalogue, or the addresses of model and mmproj. `mirror`: the base of another hub, or ''. */
export function sourceOf(words: readonly string[], mirror: string, catalogue: readonly ModelChoice[]): PairSource {
  const base = (mirror === '' ? hubDefault : mirror).replace(/\/+$/, '');
  const [first = '', second] = words;
  if (second !== undefined) return ownPair(fileOf(first, base), fileOf(second, base));
  const choice = catalogue.find(({ id }) => id === first);
  if (choice !== undefined) return choicePair(choice, base);
  throw new RowscribeError('model-unknown', { name: first, known: catalogue.map(({ id }) => id) });
}

function choicePair(choice: ModelChoice, base: string): PairSource {
  const source = ({ name, sha256 }: ModelChoice['model']): FileSource => ({
    url: hubUrl(base, choice.repository, 'main', name),
    name,
    ...(sha256 !== undefined && { sha256 }),
  });
  return { folder: folderName(choice.repository), model: source(choice.model), mmproj: source(choice.mmproj) };
}

function ownPair(model: FileSource, mmproj: FileSource): PairSource {
  return { folder: model.name.replace(/\.gguf$/i, ''), model, mmproj };
}

/** `https://…/file.gguf`, or `hf:owner/name/path/file.gguf` with an optional `#revision`. Errors: `usage`. */
function fileOf(address: string, base: string): FileSource {
  const hub = /^hf:([\w.-]+\/[\w.-]+)\/([^#]+?)(?:#([\w./-]+))?$/.exec(address);
  const url = hub ? hubUrl(base, hub[1] ?? '', hub[3] ?? 'main', hub[2] ?? '') : address;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const name = decodeURIComponent(parsed?.pathname.split('/').at(-1) ?? '');
  if (parsed && /^https?:$/.test(parsed.protocol) && isFileName(name)) return { url, name };
  const detail = both(
    `${address} 不是 .gguf 文件的地址，应写成 https://…/文件.gguf 或 hf:用户/仓库/文件.gguf。`,
    `${address} is not the address of a .gguf file such as https://…/file.gguf or hf:owner/name/file.gguf.`,
  );
  throw new RowscribeError('usage', { detail });
}

function hubUrl(base: string, repository: string, revision: string, name: string): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `${base}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

const folderName = (repository: string): string => repository.split('/').at(-1) ?? repository;

/** A name that every system can hold, and that leads nowhere else. */
function isFileName(name: string): boolean {
  return /^[^\\/:*?"<>|\p{Cc}]+\.gguf$/iu.test(name) && !name.startsWith('.');
}
