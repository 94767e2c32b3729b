// Justified rows in one greedy pass over typed arrays: 100,000 photos in a few milliseconds, exact, nothing estimated.
export interface JustifyOptions {
  readonly widthPx: number;
  readonly targetHeightPx: number;
  readonly gapPx: number;
}

export interface JustifiedRows {
  readonly rowCount: number;
  /** First item of each row, and the item count at the end. */
  readonly rowStart: Uint32Array;
  /** Top (px) of each row, and the end of the last. */
  readonly rowTop: Float64Array;
  readonly rowHeight: Float32Array;
  /** Left edge and width (px) of each item. */
  readonly left: Float32Array;
  readonly width: Float32Array;
  readonly totalHeightPx: number;
}

/** Ratios × 1000 beyond these are cropped by the tile: a panorama must not make its row a line. */
export const RATIO_MIN = 400;
export const RATIO_MAX = 3200;
/** What a photo takes up before its size is known. */
export const RATIO_UNKNOWN = 1333;

function clampRatio(ratio: number): number {
  return ratio === 0 ? RATIO_UNKNOWN : Math.max(RATIO_MIN, Math.min(RATIO_MAX, ratio));
}

export function justifyRows(ratios: Uint16Array, { widthPx, targetHeightPx, gapPx }: JustifyOptions): JustifiedRows {
  if (!(widthPx > 0 && targetHeightPx > 0)) {
    throw new RangeError(`Rows need a width and a height above 0. Got ${widthPx} × ${targetHeightPx}`);
  }
  const count = ratios.length;
  const rowStart = new Uint32Array(count + 1);
  const rowTop = new Float64Array(count + 1);
  const rowHeight = new Float32Array(count);
  const left = new Float32Array(count);
  const width = new Float32Array(count);
  let row = 0;
  let top = 0;
  let start = 0;

  const closeRow = (end: number, ratioSum: number, isLast: boolean): void => {
    const freePx = widthPx - gapPx * (end - start - 1);
    const exactPx = (freePx * 1000) / ratioSum;
    // The last row is not stretched to a wall of one photo.
    const heightPx = Math.round(isLast ? Math.min(exactPx, targetHeightPx) : exactPx);
    const isFull = !isLast || exactPx <= targetHeightPx;
    rowStart[row] = start;
    rowTop[row] = top;
    rowHeight[row] = heightPx;
    let ratioSoFar = 0;
    for (let item = start; item < end; item += 1) {
      const ratio = clampRatio(ratios[item] as number);
      const gaps = gapPx * (item - start);
      const from = isFull ? Math.round((freePx * ratioSoFar) / ratioSum) : Math.round((heightPx * ratioSoFar) / 1000);
      ratioSoFar += ratio;
      const to = isFull ? Math.round((freePx * ratioSoFar) / ratioSum) : Math.round((heightPx * ratioSoFar) / 1000);
      left[item] = from + gaps;
      width[item] = Math.max(1, to - from);
    }
    top += heightPx + gapPx;
    row += 1;
    start = end;
  };

  let sum = 0;
  for (let item = 0; item < count; item += 1) {
    const ratio = clampRatio(ratios[item] as number);
    const heightWithPx = ((widthPx - gapPx * (item - start)) * 1000) / (sum + ratio);
    if (heightWithPx > targetHeightPx) {
      sum += ratio;
      continue;
    }
    const heightWithoutPx =
      item === start ? Number.POSITIVE_INFINITY : ((widthPx - gapPx * (item - start - 1)) * 1000) / sum;
    // The row is full. Take the item in, or leave it to the next row: whichever is nearer to the wanted height.
    const isBetterWithout = heightWithoutPx - targetHeightPx < targetHeightPx - heightWithPx;
    if (isBetterWithout) {
      closeRow(item, sum, false);
      sum = ratio;
      if ((widthPx * 1000) / sum <= targetHeightPx) {
        closeRow(item + 1, sum, false);
        sum = 0;
      }
    } else {
      closeRow(item + 1, sum + ratio, false);
      sum = 0;
    }
  }
  if (start < count) closeRow(count, sum, true);
  rowStart[row] = count;
  rowTop[row] = top;
  return { rowCount: row, rowStart, rowTop, rowHeight, left, width, totalHeightPx: Math.max(0, top - gapPx) };
}

/** The row at a height (px), by binary search. */
export function rowAt(rows: Pick<JustifiedRows, "rowCount" | "rowTop">, topPx: number): number {
  return lastNotAbove(rows.rowTop, rows.rowCount, topPx);
}

export function rowOfItem(rows: JustifiedRows, item: number): number {
  return lastNotAbove(rows.rowStart, rows.rowCount, item);
}

function lastNotAbove(sorted: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The item of another row that lies under the middle of this one. */
export function itemInRow(rows: JustifiedRows, row: number, centrePx: number): number {
  const start = rows.rowStart[row] as number;
  const end = rows.rowStart[row + 1] as number;
  for (let item = start; item < end; item += 1) {
    if ((rows.left[item] as number) + (rows.width[item] as number) >= centrePx) return item;
  }
  return end - 1;
}
