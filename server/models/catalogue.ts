// The models that can be fetched by a short name. Sizes and checksums are those of the files on the hub.
import { both } from '../domain/language.ts';
import type { ModelChoice, OfferedFile } from '../domain/model-choice.ts';

const file = (name: string, sizeBytes: number, sha256?: string): OfferedFile => ({
  name,
  sizeBytes,
  ...(sha256 !== undefined && { sha256 }),
});

const qwen25of7b = {
  repository: 'ggml-org/Qwen2.5-VL-7B-Instruct-GGUF',
  mmproj: file(
    'mmproj-Qwen2.5-VL-7B-Instruct-f16.gguf',
    1_354_162_912,
    'c24a7f5fcfc68286f0a217023b6738e73bea4f11787a43e8238d4bb1b8604cde',
  ),
  kvBytesPerToken: 57_344,
  licence: 'Apache-2.0',
  isForTrade: true,
};

const qwen25of3b = {
  repository: 'ggml-org/Qwen2.5-VL-3B-Instruct-GGUF',
  mmproj: file(
    'mmproj-Qwen2.5-VL-3B-Instruct-f16.gguf',
    1_338_428_128,
    'b9160fe9d814d1fadf68395677468534778b39ac33c2e7561b7b218626e60d5e',
  ),
  kvBytesPerToken: 36_864,
  licence: 'Qwen Research License',
  isForTrade: false,
};

const qwen3of8b = {
  repository: 'Qwen/Qwen3-VL-8B-Instruct-GGUF',
  mmproj: file(
    'mmproj-Qwen3VL-8B-Instruct-F16.gguf',
    1_159_029_824,
    'ca524100ebf825c9a870db1c580d03879e0da0ab2541697e2458e64891cf9d38',
  ),
  kvBytesPerToken: 147_456,
  licence: 'Apache-2.0',
  isForTrade: true,
};

const qwen3of4b = {
  repository: 'Qwen/Qwen3-VL-4B-Instruct-GGUF',
  mmproj: file(
    'mmproj-Qwen3VL-4B-Instruct-F16.gguf',
    836_180_256,
    '256f3a43bd4205ffef48d6b92715e1e70b5b0e9aef06522584967513a9985331',
  ),
  kvBytesPerToken: 147_456,
  licence: 'Apache-2.0',
  isForTrade: true,
};

/** Best first: planning takes the first one that fits the card and may be used for trade. */
export const catalogue: readonly ModelChoice[] = [
  {
    ...qwen25of7b,
    id: 'qwen2.5-vl-7b-q8',
    name: 'Qwen2.5-VL 7B Instruct, Q8_0',
    model: file('Qwen2.5-VL-7B-Instruct-Q8_0.gguf', 8_100_000_000),
    about: both('24 GB 显卡（RTX 4090、3090）首选；16 GB 也可', 'for cards with 24 GB (RTX 4090, 3090); 16 GB will do'),
  },
  {
    ...qwen25of7b,
    id: 'qwen2.5-vl-7b-q4',
    name: 'Qwen2.5-VL 7B Instruct, Q4_K_M',
    model: file(
      'Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf',
      4_683_072_032,
      '9258bf05b12686d097ff3b6b18d968ab393649780aa2b3cd67fec43d50554392',
    ),
    about: both('10～12 GB 显卡，或 16 GB 内存的 Mac', 'for cards with 10 to 12 GB, or a Mac with 16 GB'),
  },
  {
    ...qwen3of4b,
    id: 'qwen3-vl-4b-q4',
    name: 'Qwen3-VL 4B Instruct, Q4_K_M',
    model: file(
      'Qwen3VL-4B-Instruct-Q4_K_M.gguf',
      2_497_281_664,
      '66358cb18bb6b3b1b6675aa412c7a88ef01d228f481184d13668e5201c730a0a',
    ),
    about: both('6～8 GB 显卡，或只有 CPU', 'for cards with 6 to 8 GB, or the CPU alone'),
  },
  {
    ...qwen3of8b,
    id: 'qwen3-vl-8b-q8',
    name: 'Qwen3-VL 8B Instruct, Q8_0',
    model: file(
      'Qwen3VL-8B-Instruct-Q8_0.gguf',
      8_709_519_456,
      '0d264b3941185d00a74f75c4245521dae088ff1efc90ab8d1754e83f5844adb0',
    ),
    about: both('较新的可选模型；每个词元占用的显存更多', 'a newer model to try; takes more memory a token'),
  },
  {
    ...qwen3of8b,
    id: 'qwen3-vl-8b-q4',
    name: 'Qwen3-VL 8B Instruct, Q4_K_M',
    model: file(
      'Qwen3VL-8B-Instruct-Q4_K_M.gguf',
      5_027_784_800,
      '67d1659bfe71b89d50b45a4ad1a9e5b997e5bb16ce5da66a6a6167abd569e9e2',
    ),
    about: both('同上，12 GB 显卡', 'the same, for cards with 12 GB'),
  },
  {
    ...qwen25of3b,
    id: 'qwen2.5-vl-3b-q8',
    name: 'Qwen2.5-VL 3B Instruct, Q8_0',
    model: file(
      'Qwen2.5-VL-3B-Instruct-Q8_0.gguf',
      3_285_474_304,
      'fa8aeb3b6bf6152774e87d13e09892aa065f4e0c4abe90806cd8ab18ff72d9fe',
    ),
    about: both('仅限研究，不得用于商业文案', 'for research only: not for copy that sells'),
  },
  {
    ...qwen25of3b,
    id: 'qwen2.5-vl-3b-q4',
    name: 'Qwen2.5-VL 3B Instruct, Q4_K_M',
    model: file(
      'Qwen2.5-VL-3B-Instruct-Q4_K_M.gguf',
      1_929_901_056,
      'd02fe9b69ad8cadbbd228e387667af66612c44bed29ffc8eb1e7caf9ac486c12',
    ),
    about: both('同上，占用最少', 'the same, the smallest'),
  },
];
