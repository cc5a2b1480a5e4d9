// How many tokens a Qwen-VL picture takes: the runtime's own sizing rule, so that budgets can be checked beforehand.

export interface ImageGrid {
  readonly columns: number;
  readonly rows: number;
}

export interface ImageBudget {
  /** Side in pixels of the square that one token covers: 28 for Qwen2.5-VL (14-pixel patches, merged 2 × 2). */
  readonly tokenSidePx: number;
  readonly imageTokensMin: number;
  readonly imageTokensMax: number;
}

/**
 * The grid of tokens that a picture of this size in pixels becomes: sides rounded to whole tokens, then shrunk (rounding
 * down) above the maximum or enlarged (rounding up) below the minimum, the shape kept. A very long and thin picture may
 * exceed the maximum, because no side falls below one token. Source: llama.cpp, `calc_size_preserved_ratio` in clip.cpp.
 */
export function imageGrid(widthPx: number, heightPx: number, budget: ImageBudget): ImageGrid {
  const side = budget.tokenSidePx;
  const columns = Math.max(1, Math.round(widthPx / side));
  const rows = Math.max(1, Math.round(heightPx / side));
  const areaPx = widthPx * heightPx;
  if (columns * rows > budget.imageTokensMax) {
    const factor = Math.sqrt(areaPx / (budget.imageTokensMax * side * side));
    return {
      columns: Math.max(1, Math.floor(widthPx / factor / side)),
      rows: Math.max(1, Math.floor(heightPx / factor / side)),
    };
  }
  if (columns * rows < budget.imageTokensMin) {
    const factor = Math.sqrt((budget.imageTokensMin * side * side) / areaPx);
    return { columns: Math.ceil((widthPx * factor) / side), rows: Math.ceil((heightPx * factor) / side) };
  }
  return { columns, rows };
}
