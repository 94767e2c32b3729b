// Where an arrow key leads in a grid of equal cells, and where its rows lie. Pure.
export interface UniformRows {
  readonly rowCount: number;
  /** Top (px) of each row, and the end of the last. */
  readonly rowTop: Float64Array;
  readonly totalHeightPx: number;
}

export function uniformRows(count: number, columns: number, stepPx: number): UniformRows {
  const rowCount = Math.ceil(count / columns);
  const rowTop = Float64Array.from({ length: rowCount + 1 }, (_, row) => row * stepPx);
  return { rowCount, rowTop, totalHeightPx: rowCount * stepPx };
}

/** The index a key leads to, or null when it is no key of movement. Never outside the grid. */
export function moveInGrid(at: {
  readonly count: number;
  readonly columns: number;
  readonly active: number;
  readonly key: string;
  readonly pageRows: number;
}): number | null {
  const { count, columns, active, key, pageRows } = at;
  const last = count - 1;
  const within = (index: number) => Math.max(0, Math.min(last, index));
  /** Up and down keep the column; below the last full row stands its last cell. */
  const byRows = (rows: number) => {
    const target = active + rows * columns;
    if (target < 0) return active % columns;
    if (target <= last) return target;
    const isInLastRow = Math.floor(active / columns) === Math.floor(last / columns);
    return isInLastRow ? active : last;
  };
  switch (key) {
    case "ArrowLeft":
      return within(active - 1);
    case "ArrowRight":
      return within(active + 1);
    case "ArrowUp":
      return byRows(-1);
    case "ArrowDown":
      return byRows(1);
    case "PageUp":
      return byRows(-pageRows);
    case "PageDown":
      return byRows(pageRows);
    case "Home":
      return 0;
    case "End":
      return Math.max(0, last);
    default:
      return null;
  }
}
