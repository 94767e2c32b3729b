// Photos that arrive at the top must not push away what somebody is looking at: the scroll position follows the photo.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { type JustifiedRows, rowAt, rowOfItem } from "./justify-rows.ts";

export function useScrollAnchor(
  grid: RefObject<HTMLElement | null>,
  rows: JustifiedRows | null,
  photos: readonly Photo[],
  indexOf: ReadonlyMap<string, number>,
): void {
  const anchor = useRef<{ id: string; topPx: number } | null>(null);

  useLayoutEffect(() => {
    const gridTopPx = grid.current?.getBoundingClientRect().top ?? 0;
    const held = anchor.current;
    const item = held ? indexOf.get(held.id) : undefined;
    // At the very top nothing is held: there, new photos are what one waits for.
    if (!rows || !held || item === undefined || gridTopPx >= 0) return;
    const movedPx = gridTopPx + (rows.rowTop[rowOfItem(rows, item)] as number) - held.topPx;
    if (Math.abs(movedPx) >= 1) window.scrollBy({ top: movedPx, behavior: "instant" });
  }, [grid, rows, indexOf]);

  useEffect(() => {
    if (!rows || rows.rowCount === 0) return;
    const note = () => {
      const gridTopPx = grid.current?.getBoundingClientRect().top ?? 0;
      const row = Math.min(rows.rowCount - 1, rowAt(rows, -gridTopPx) + (gridTopPx < 0 ? 1 : 0));
      const photo = photos[rows.rowStart[row] as number];
      anchor.current = photo ? { id: photo.id, topPx: gridTopPx + (rows.rowTop[row] as number) } : null;
    };
    note();
    window.addEventListener("scroll", note, { passive: true });
    return () => window.removeEventListener("scroll", note);
  }, [grid, rows, photos]);
}
