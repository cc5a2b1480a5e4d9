// What a picture cell says: one path, or several in one cell.

const pictureName = /\.(?:jpe?g|png|webp)$/i;
const alwaysBetween = /[\r\n;；|]+/u;
/** Copied from a properties dialog, a path may carry unseen marks of direction and a byte-order mark around it. */
const unseenAround = /^[\s\u200b-\u200f\u202a-\u202e\ufeff]+|[\s\u200b-\u200f\u202a-\u202e\ufeff]+$/gu;
const quoted = /^(?:"([^"]*)"|“([^”]*)”|'([^']*)')$/u;

/**
 * The picture paths that a cell names, in order, without repeats. Line breaks, `;`, `；` and `|` always separate; commas
 * (`,`, `，`, `、`) only when every piece looks like a picture file, because file names contain commas. Spaces and one
 * pair of quotation marks around a path are dropped.
 */
export function splitPicturePaths(text: string): readonly string[] {
  const pieces = text.split(alwaysBetween).flatMap(splitAtCommas).map(unwrap);
  return [...new Set(pieces.filter((piece) => piece !== ''))];
}

function splitAtCommas(text: string): readonly string[] {
  const pieces = text.split(/[,，、]/u);
  return pieces.every((piece) => pictureName.test(unwrap(piece))) ? pieces : [text];
}

function unwrap(text: string): string {
  const bare = text.replace(unseenAround, '');
  const inside = quoted.exec(bare);
  return inside ? (inside[1] ?? inside[2] ?? inside[3] ?? '').replace(unseenAround, '') : bare;
}
