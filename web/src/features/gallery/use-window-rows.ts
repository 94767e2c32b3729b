// Which rows are on screen (and a little beyond), from the window's scroll position.
import { type RefObject, useEffect, useState } from "react";
import { type JustifiedRows, rowAt } from "./justify-rows.ts";

const OVERSCAN_ROWS = 2;

export interface RowRange {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

export function useWindowRows(
  grid: RefObject<HTMLElement | null>,
  rows: Pick<JustifiedRows, "rowCount" | "rowTop"> | null,
): RowRange {
  const [range, setRange] = useState<RowRange>({ first: 0, end: 0 });
  useEffect(() => {
    if (!rows) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const topPx = grid.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, rowAt(rows, -topPx) - OVERSCAN_ROWS);
      const end = Math.min(rows.rowCount, rowAt(rows, window.innerHeight - topPx) + 1 + OVERSCAN_ROWS);
      setRange((old) => (old.first === first && old.end === end ? old : { first, end }));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    // What stands above may grow or go: the grid moves without a scroll.
    const moved = new ResizeObserver(soon);
    moved.observe(document.body);
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      moved.disconnect();
      window.removeEventListener("scroll", soon);
      window.removeEventListener("resize", soon);
    };
  }, [grid, rows]);
  return range;
}
