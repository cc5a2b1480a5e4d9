// The size at which a picture is shown to the model: a grid of 28 × 28 pixel tokens near the picture's own shape.

/** Side of the square of pixels that one image token covers. */
export const tokenPx = 28;
/** What a step of one in the logarithm of the shape costs, beside the loss of a token's share of detail. */
const shapeWeight = 4;

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Columns and rows for a picture of `width` × `height` pixels: as many tokens as the picture has detail for, between
 * `tokensMin` and `tokensMax`, in a shape as close to the picture's as that allows.
 */
export function chooseGrid(width: number, height: number, tokensMin: number, tokensMax: number): Grid {
  const most = Math.max(1, Math.min(tokensMax, Math.max(tokensMin, Math.ceil((width * height) / tokenPx ** 2))));
  const least = Math.min(tokensMin, most);
  let best: Grid = { columns: 1, rows: 1 };
  let bestCost = Infinity;
  for (let columns = 1; columns <= most; columns++) {
    for (const rows of rowCandidates(columns, width, height, least, most)) {
      const shape = Math.abs(Math.log((columns * height) / (rows * width)));
      const cost = shapeWeight * shape + Math.log(most / (columns * rows));
      if (cost < bestCost) [best, bestCost] = [{ columns, rows }, cost];
    }
  }
  return best;
}

function rowCandidates(columns: number, width: number, height: number, least: number, most: number): readonly number[] {
  const ideal = (columns * height) / width;
  const [low, high] = [Math.max(1, Math.ceil(least / columns)), Math.floor(most / columns)];
  return [Math.floor(ideal), Math.ceil(ideal)]
    .map((rows) => Math.min(high, Math.max(low, rows)))
    .filter((rows) => rows >= low);
}
