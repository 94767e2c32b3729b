// The grid: justified rows, only those near the screen in the document, one tab stop, arrow keys, Space to select.
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { SelectionControl } from "../people/use-selection.ts";
import styles from "./gallery.module.css";
import { type GalleryModel, type GalleryView, ratiosOf } from "./gallery-model.ts";
import { itemInRow, type JustifiedRows, justifyRows, rowOfItem } from "./justify-rows.ts";
import { PhotoTile } from "./photo-tile.tsx";
import { useScrollAnchor } from "./use-scroll-anchor.ts";
import { useWindowRows } from "./use-window-rows.ts";

const GAP_PX = 4;
/** Rows grow with the window, so that a large screen shows larger photos rather than more of them. */
const targetHeightPx = (widthPx: number) => Math.round(Math.max(120, Math.min(260, widthPx / 5.2)));
const LOAD_AHEAD_ITEMS = 100;

interface PhotoGridProps {
  readonly model: GalleryModel;
  readonly view: GalleryView;
  readonly selection: SelectionControl;
  readonly onOpen: (id: string) => void;
}

export function PhotoGrid({ model, view, selection, onOpen }: PhotoGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  const [activeId, setActiveId] = useState<string | null>(null);
  const focusWanted = useRef(false);

  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidthPx(Math.floor(element.clientWidth)));
    observer.observe(element);
    setWidthPx(Math.floor(element.clientWidth));
    return () => observer.disconnect();
  }, []);

  const rows = useMemo(
    () =>
      widthPx > 0
        ? justifyRows(ratiosOf(view), { widthPx, targetHeightPx: targetHeightPx(widthPx), gapPx: GAP_PX })
        : null,
    [view, widthPx],
  );
  const { first, end } = useWindowRows(grid, rows);
  const indexOf = useMemo(() => new Map(view.photos.map((photo, index) => [photo.id as string, index])), [view.photos]);
  useScrollAnchor(grid, rows, view.photos, indexOf);
  const active = (activeId === null ? undefined : indexOf.get(activeId)) ?? 0;

  const lastItem = rows ? (rows.rowStart[Math.min(end, rows.rowCount)] ?? 0) : 0;
  useEffect(() => {
    if (model.hasMore && lastItem + LOAD_AHEAD_ITEMS > view.photos.length)
      void model.loadUpTo(lastItem + LOAD_AHEAD_ITEMS);
  }, [model, lastItem, view.photos.length]);

  const focusItem = useCallback(
    (index: number) => {
      const photo = view.photos[Math.max(0, Math.min(view.photos.length - 1, index))];
      if (!photo) return;
      focusWanted.current = true;
      setActiveId(photo.id);
    },
    [view.photos],
  );

  useEffect(() => {
    if (!focusWanted.current || !rows) return;
    const element = grid.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!element) return;
    focusWanted.current = false;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  });

  const order = () => view.photos.map(({ id }) => id);

  function onKeyDown(event: KeyboardEvent) {
    if (!rows || event.ctrlKey || event.metaKey || event.altKey) return;
    const photo = view.photos[active];
    const target = move(rows, active, event.key, window.innerHeight);
    if (target !== null) {
      const next = view.photos[Math.max(0, Math.min(view.photos.length - 1, target))];
      if (event.shiftKey && photo && next) {
        if (selection.ids.size === 0) selection.toggle(photo.id);
        selection.extend(order(), next.id);
      }
      focusItem(target);
    } else if (event.key === "Enter") {
      if (photo) onOpen(photo.id);
    } else if (event.key === " ") {
      if (photo) selection.toggle(photo.id);
    } else if (event.key === "Escape" && selection.ids.size > 0) selection.clear();
    else return;
    event.preventDefault();
  }

  function onClick(event: MouseEvent) {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
    const photo = cell ? view.photos[Number(cell.dataset.index)] : undefined;
    if (!photo) return;
    setActiveId(photo.id);
    cell?.focus({ preventScroll: true });
    const isTick = event.target instanceof Element && event.target.closest("[data-tick]") !== null;
    if (event.shiftKey) selection.extend(order(), photo.id);
    else if (isTick || event.ctrlKey || event.metaKey || selection.ids.size > 0) selection.toggle(photo.id);
    else onOpen(photo.id);
  }

  const activeRow = rows && rows.rowCount > 0 ? rowOfItem(rows, active) : -1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out in justified, windowed rows
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      className={styles.grid}
      style={{ height: rows?.totalHeightPx ?? 400 }}
      aria-label="Photos, newest first"
      aria-multiselectable="true"
      aria-rowcount={rows?.rowCount ?? 0}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {rows
        ? visibleRows(rows, first, end, activeRow).map((row) => (
            <Row key={row} row={row} rows={rows} view={view} active={active} selected={selection.ids} />
          ))
        : null}
    </div>
  );
}

/** The rows near the screen, and always the one that holds the focus: it must not vanish under a reader. */
function visibleRows(rows: JustifiedRows, first: number, end: number, activeRow: number): number[] {
  const list = Array.from({ length: Math.max(0, Math.min(end, rows.rowCount) - first) }, (_, at) => first + at);
  if (activeRow < 0 || activeRow >= rows.rowCount || list.includes(activeRow)) return list;
  return activeRow < first ? [activeRow, ...list] : [...list, activeRow];
}

interface RowProps {
  readonly row: number;
  readonly rows: JustifiedRows;
  readonly view: GalleryView;
  readonly active: number;
  readonly selected: ReadonlySet<string>;
}

function Row({ row, rows, view, active, selected }: RowProps) {
  const start = rows.rowStart[row] as number;
  const end = rows.rowStart[row + 1] as number;
  const heightPx = rows.rowHeight[row] as number;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useFocusableInteractive: focus goes to cells, one at a time
    <div
      role="row"
      className={styles.row}
      aria-rowindex={row + 1}
      style={{ transform: `translateY(${rows.rowTop[row]}px)`, height: heightPx }}
    >
      {Array.from({ length: end - start }, (_, at) => start + at).map((item) => (
        <PhotoTile
          key={view.photos[item]?.id ?? item}
          photo={view.photos[item] ?? null}
          index={item}
          leftPx={rows.left[item] as number}
          widthPx={rows.width[item] as number}
          heightPx={heightPx}
          column={item - start + 1}
          isTabStop={item === active}
          isSelected={selected.has(view.photos[item]?.id ?? "")}
        />
      ))}
    </div>
  );
}

function move(rows: JustifiedRows, active: number, key: string, screenPx: number): number | null {
  const row = rowOfItem(rows, active);
  const centrePx = (rows.left[active] as number) + (rows.width[active] as number) / 2;
  const toRow = (wanted: number) => itemInRow(rows, Math.max(0, Math.min(rows.rowCount - 1, wanted)), centrePx);
  const screenRows = Math.max(1, Math.floor(screenPx / ((rows.rowHeight[row] as number) + GAP_PX)) - 1);
  switch (key) {
    case "ArrowLeft":
      return active - 1;
    case "ArrowRight":
      return active + 1;
    case "ArrowUp":
      return row === 0 ? active : toRow(row - 1);
    case "ArrowDown":
      return row === rows.rowCount - 1 ? active : toRow(row + 1);
    case "PageUp":
      return toRow(row - screenRows);
    case "PageDown":
      return toRow(row + screenRows);
    case "Home":
      return 0;
    case "End":
      return rows.left.length - 1;
    default:
      return null;
  }
}
