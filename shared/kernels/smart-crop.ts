// Chooses which part of a picture to show where a side must be cut off. Looks at no pixel: only at where there is something to see.
import type { ShareRect } from "./fit-box.ts";
import type { SaliencyMap } from "./saliency.ts";

/** What touches a window's edge is as good as cut off: the inner part of a window, so much smaller on each side, counts more. */
const EDGE_SHARE = 0.12;
const INNER_WEIGHT = 1;

const WHOLE: ShareRect = { x: 0, y: 0, width: 1, height: 1 };

/**
 * The window of a given size that shows the most; of equals the one nearest to the middle.
 *
 * @param window its sides as shares (0–1] of the picture; no larger than `part`
 * @param part where it must lie, as shares of the picture
 * @returns shares of the picture, to the precision of the map
 */
export function chooseWindow(
  map: SaliencyMap,
  window: { readonly width: number; readonly height: number },
  part: ShareRect = WHOLE,
): ShareRect {
  const sums = summedAreas(map);
  const width = Math.min(window.width, part.width);
  const height = Math.min(window.height, part.height);
  const free = { x: part.width - width, y: part.height - height };
  // One step a pixel of the map, and the ends exactly.
  const columns = Math.max(1, Math.ceil(free.x * map.widthPx));
  const rows = Math.max(1, Math.ceil(free.y * map.heightPx));
  let best: ShareRect = { x: part.x + free.x / 2, y: part.y + free.y / 2, width, height };
  let most = scoreOf(sums, best);
  let nearest = 0;
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const x = part.x + (free.x * column) / columns;
      const y = part.y + (free.y * row) / rows;
      const candidate = { x, y, width, height };
      const score = scoreOf(sums, candidate);
      const distance = Math.hypot(column / columns - 0.5, row / rows - 0.5);
      const isEqual = Math.abs(score - most) <= most * 1e-6;
      if (isEqual ? distance >= nearest : score < most) continue;
      [best, most, nearest] = [candidate, score, distance];
    }
  }
  return best;
}

interface SummedAreas {
  readonly widthPx: number;
  readonly heightPx: number;
  /** One row and one column more than the map: the sum of all that lies above and to the left. */
  readonly sums: Float64Array;
}

function summedAreas({ widthPx, heightPx, weights }: SaliencyMap): SummedAreas {
  const stride = widthPx + 1;
  const sums = new Float64Array(stride * (heightPx + 1));
  for (let y = 0; y < heightPx; y++) {
    let row = 0;
    for (let x = 0; x < widthPx; x++) {
      row += weights[y * widthPx + x];
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  return { widthPx, heightPx, sums };
}

function scoreOf(areas: SummedAreas, { x, y, width, height }: ShareRect): number {
  const insetX = width * EDGE_SHARE;
  const insetY = height * EDGE_SHARE;
  const inner = areaOf(areas, x + insetX, y + insetY, x + width - insetX, y + height - insetY);
  return areaOf(areas, x, y, x + width, y + height) + INNER_WEIGHT * inner;
}

function areaOf(areas: SummedAreas, left: number, top: number, right: number, bottom: number): number {
  const above = sumTo(areas, right, top) - sumTo(areas, left, top);
  return sumTo(areas, right, bottom) - sumTo(areas, left, bottom) - above;
}

/** The sum of all above and to the left of a point (shares), part of a pixel counting as much of it. */
function sumTo({ widthPx, heightPx, sums }: SummedAreas, x: number, y: number): number {
  const across = Math.min(widthPx, Math.max(0, x * widthPx));
  const down = Math.min(heightPx, Math.max(0, y * heightPx));
  const column = Math.min(widthPx - 1, Math.floor(across));
  const row = Math.min(heightPx - 1, Math.floor(down));
  const [right, below] = [across - column, down - row];
  const at = row * (widthPx + 1) + column;
  const upper = sums[at] * (1 - right) + sums[at + 1] * right;
  const next = at + widthPx + 1;
  const lower = sums[next] * (1 - right) + sums[next + 1] * right;
  return upper * (1 - below) + lower * below;
}
