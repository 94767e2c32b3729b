// A grid of faces or people: one tab stop, arrow keys, selection, only rows near the screen in the document.
import { type KeyboardEvent, type MouseEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useWindowRows } from "../gallery/use-window-rows.ts";
import { isTyping } from "../shell/use-shortcuts.ts";
import styles from "./crop-grid.module.css";
import { moveInGrid, uniformRows } from "./grid-moves.ts";
import type { SelectionControl } from "./use-selection.ts";

const GAP_PX = 8;

interface CropGridProps<Item extends { readonly id: string }> {
  readonly items: readonly Item[];
  readonly label: string;
  /** Smallest width (px) of a cell; cells share what is left. */
  readonly cellPx: number;
  /** Height (px) of a cell; "square" makes it as high as it turns out wide. */
  readonly rowPx: number | "square";
  /** What a cell is called where its own words do not say it. */
  readonly nameOf?: (item: Item) => string;
  readonly render: (item: Item) => ReactNode;
  readonly selection: SelectionControl;
  readonly onOpen: (item: Item) => void;
  /** Further keys of the cell that has the focus. True when it was one. */
  readonly onKey?: (key: string, item: Item) => boolean;
  /** The last rows are on screen: there may be more to read. */
  readonly onEnd?: () => void;
}

export function CropGrid<Item extends { readonly id: string }>({
  items,
  label,
  cellPx,
  rowPx: wantedRowPx,
  nameOf,
  render,
  selection,
  onOpen,
  onKey,
  onEnd,
}: CropGridProps<Item>) {
  const grid = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  const columns = widthPx === 0 ? 0 : Math.max(1, Math.floor((widthPx + GAP_PX) / (cellPx + GAP_PX)));
  const rowPx =
    wantedRowPx === "square"
      ? Math.floor((widthPx - GAP_PX * (columns - 1)) / Math.max(1, columns)) || cellPx
      : wantedRowPx;
  const [activeId, setActiveId] = useState<string | null>(null);
  const lastActive = useRef(0);
  const focusWanted = useRef(false);
  const hadFocus = useRef(false);

  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const measure = () => setWidthPx(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const rows = useMemo(
    () => (columns > 0 ? uniformRows(items.length, columns, rowPx + GAP_PX) : null),
    [items.length, columns, rowPx],
  );
  const { first, end } = useWindowRows(grid, rows);

  const found = activeId === null ? -1 : items.findIndex(({ id }) => id === activeId);
  // Whoever had the focus is gone (merged, hidden, named): their neighbour takes it.
  const active = Math.max(0, Math.min(items.length - 1, found >= 0 ? found : lastActive.current));

  useLayoutEffect(() => {
    const isLost = hadFocus.current && activeId !== null && found < 0 && document.activeElement === document.body;
    if (isLost) setActiveId(items[active]?.id ?? null);
    lastActive.current = active;
    if (!focusWanted.current && !isLost) return;
    const element = grid.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!element) return;
    focusWanted.current = false;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  });

  const isAtEnd = rows !== null && end >= rows.rowCount;
  const end_ = useRef(onEnd);
  end_.current = onEnd;
  useLayoutEffect(() => {
    if (isAtEnd && items.length > 0) end_.current?.();
  }, [isAtEnd, items.length]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !rows) return;
    const item = items[active];
    if (!item) return;
    const target = moveInGrid({ count: items.length, columns, active, key: event.key, pageRows: pageRows(rowPx) });
    const order = () => items.map(({ id }) => id);
    if (target !== null) {
      const next = items[target];
      if (!next) return;
      if (event.shiftKey) {
        if (selection.ids.size === 0) selection.toggle(item.id);
        selection.extend(order(), next.id);
      }
      focusWanted.current = true;
      setActiveId(next.id);
    } else if (event.key === "Enter") onOpen(item);
    else if (event.key === " " || event.key.toLowerCase() === "m") selection.toggle(item.id);
    else if (event.key === "Escape" && selection.ids.size > 0) selection.clear();
    else if (!onKey?.(event.key.toLowerCase(), item)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onClick(event: MouseEvent) {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
    const item = cell ? items[Number(cell.dataset.index)] : undefined;
    if (!cell || !item) return;
    setActiveId(item.id);
    cell.focus({ preventScroll: true });
    const isTick = event.target instanceof Element && event.target.closest("[data-tick]") !== null;
    if (event.shiftKey)
      selection.extend(
        items.map(({ id }) => id),
        item.id,
      );
    else if (isTick || event.ctrlKey || event.metaKey || selection.ids.size > 0) selection.toggle(item.id);
    else onOpen(item);
  }

  const shown = rows ? rowNumbers(first, Math.min(end, rows.rowCount), Math.floor(active / columns)) : [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out in windowed rows of cards
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      className={styles.grid}
      style={{ height: rows?.totalHeightPx ?? rowPx }}
      aria-label={label}
      aria-multiselectable="true"
      aria-rowcount={rows?.rowCount ?? 0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={(event) => {
        hadFocus.current = true;
        const { id } = event.target.dataset;
        if (id !== undefined) setActiveId(id);
      }}
      onBlur={(event) => {
        hadFocus.current = event.relatedTarget === null && hadFocus.current;
      }}
    >
      {shown.map((row) => (
        // biome-ignore lint/a11y/useSemanticElements: see the grid
        // biome-ignore lint/a11y/useFocusableInteractive: focus goes to cells, one at a time
        <div
          key={row}
          role="row"
          aria-rowindex={row + 1}
          className={styles.row}
          style={{
            transform: `translateY(${row * (rowPx + GAP_PX)}px)`,
            height: rowPx,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {items.slice(row * columns, (row + 1) * columns).map((item, column) => {
            const index = row * columns + column;
            const isSelected = selection.ids.has(item.id);
            return (
              // biome-ignore lint/a11y/useSemanticElements: see the grid
              <div
                key={item.id}
                role="gridcell"
                tabIndex={index === active ? 0 : -1}
                aria-colindex={column + 1}
                aria-label={nameOf?.(item)}
                aria-selected={isSelected}
                data-index={index}
                data-id={item.id}
                className={styles.cell}
              >
                {render(item)}
                <span
                  className={styles.tick}
                  data-tick=""
                  aria-hidden="true"
                  title={isSelected ? "Deselect" : "Select"}
                />
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

const pageRows = (rowPx: number) => Math.max(1, Math.floor(window.innerHeight / (rowPx + GAP_PX)) - 1);

/** The rows near the screen, and always the one that holds the tab stop. */
function rowNumbers(first: number, end: number, activeRow: number): number[] {
  const list = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  if (list.includes(activeRow)) return list;
  return activeRow < first ? [activeRow, ...list] : [...list, activeRow];
}
