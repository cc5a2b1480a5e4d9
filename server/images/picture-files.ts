// Picture files by their bytes, without decoding them.
import { createHash } from 'node:crypto';
import type { PictureFiles } from '../ports/picture-files.ts';
import { readPicture, statPicture } from './open.ts';

/** Picture files on this machine, up to `megabytesMax` MB of 1024 × 1024 bytes. */
export function createPictureFiles(megabytesMax: number): PictureFiles {
  return {
    async find(place, signal) {
      const sha256 = async () => {
        const bytes = await readPicture(place, megabytesMax * 1024 * 1024, signal);
        return createHash('sha256').update(bytes).digest('hex');
      };
      return { ...(await statPicture(place, signal)), sha256 };
    },
  };
}
