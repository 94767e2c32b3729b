// Every file of a batch in one virtual list: only what is on screen exists, also at 100,000 rows.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { sayNumber } from "../../say.ts";
import { type BatchSummary, FILTERS, type Filter, matches } from "./batch-summary.ts";
import styles from "./file-list.module.css";
import { FileRow } from "./file-row.tsx";
import type { ServerWord, UploadBatchView } from "./upload-client.ts";

const ROW_HEIGHT_PX = 56;

const FILTER_WORDS = {
  all: "All",
  active: "Active",
  done: "Done",
  here: "Already here",
  attention: "Needs attention",
} as const satisfies Record<Filter, string>;

interface FileListProps {
  readonly batch: UploadBatchView;
  readonly summary: BatchSummary;
  readonly server: ReadonlyMap<string, ServerWord>;
}

export function FileList({ batch, summary, server }: FileListProps) {
  const [filter, setFilter] = useState<Filter>("all");
  const scroller = useRef<HTMLDivElement>(null);
  const { shown, counts } = useMemo(() => sift(summary, filter), [summary, filter]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 6,
  });

  return (
    <section aria-label="Files">
      <fieldset className={styles.filters}>
        <legend className="visually-hidden">Show</legend>
        {FILTERS.map((name) => (
          <label key={name} className={styles.filter}>
            <input
              type="radio"
              className="visually-hidden"
              name={`filter-${batch.meta.id}`}
              checked={filter === name}
              onChange={() => setFilter(name)}
            />
            <span>
              {FILTER_WORDS[name]} <b>{sayNumber(counts[name])}</b>
            </span>
          </label>
        ))}
      </fieldset>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled by keys */}
      <section ref={scroller} className={styles.scroller} tabIndex={0} aria-label={`Files: ${FILTER_WORDS[filter]}`}>
        {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
        {shown.length === 0 ? <p className={styles.none}>None</p> : null}
        <ul className={styles.list} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const index = shown[item.index] as number;
            const row = batch.rows[index];
            if (!row) return null;
            return (
              <FileRow
                key={index}
                row={row}
                state={summary.states[index] ?? "waiting"}
                photo={row.photoId === null ? null : (server.get(row.photoId)?.photo ?? null)}
                status={row.photoId === null ? null : (server.get(row.photoId)?.status ?? null)}
                topPx={item.start}
                position={item.index + 1}
                total={shown.length}
              />
            );
          })}
        </ul>
      </section>
    </section>
  );
}

function sift(summary: BatchSummary, filter: Filter) {
  const shown: number[] = [];
  const counts: Record<Filter, number> = { all: 0, active: 0, done: 0, here: 0, attention: 0 };
  summary.states.forEach((state, index) => {
    if (matches(state, filter)) shown.push(index);
    for (const name of FILTERS) if (matches(state, name)) counts[name] += 1;
  });
  return { shown, counts };
}
