// Pictures without files: any path gives a tiny valid JPEG of its own, or fails or is flawed as the script says.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { RowscribeError } from '../../server/errors.ts';
import type { Images, PictureFlaw, PictureRequest } from '../../server/ports/images.ts';

export interface ImagesScript {
  /** By path as the cell holds it. */
  readonly failures?: Readonly<Record<string, RowscribeError>>;
  readonly flaws?: Readonly<Record<string, readonly PictureFlaw[]>>;
}

export interface ScriptedImages extends Images {
  /** Every request, in order. */
  readonly requests: readonly PictureRequest[];
}

/** Equal paths give equal bytes, different paths different ones. */
export function createScriptedImages(script: ImagesScript = {}): ScriptedImages {
  const requests: PictureRequest[] = [];
  return {
    requests,
    async prepare(request, signal) {
      signal?.throwIfAborted();
      requests.push(request);
      const failure = script.failures?.[request.path];
      if (failure) throw failure;
      const sourceSha256 = sha256(request.bytes ?? request.path);
      const jpeg = await plainJpeg(`#${sourceSha256.slice(0, 6)}`);
      return {
        image: { jpeg, sha256: sha256(jpeg), widthPx: side, heightPx: side },
        sourceSha256,
        flaws: script.flaws?.[request.path] ?? [],
        measures: {},
      };
    },
  };
}

/** 5 × 5 tokens. */
const side = 140;

async function plainJpeg(background: string): Promise<Buffer> {
  return await sharp({ create: { width: side, height: side, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

function sha256(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex');
}
