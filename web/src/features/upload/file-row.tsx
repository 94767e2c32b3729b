// One file: its picture once there is one, its name, its size, and its state in a word with an icon.
import { memo } from "react";
import type { Photo, PhotoStatus } from "../../../../shared/contracts/photos.ts";
import { mediaAddress } from "../../media-address.ts";
import { sayBytes, sayPercent } from "../../say.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { ROW_WORDS, type RowState } from "./batch-summary.ts";
import type { RowUpdate } from "./engine/engine-protocol.ts";
import styles from "./file-list.module.css";

const ICON_OF = {
  waiting: "clock",
  checking: "search",
  duplicate: "same",
  uploading: "upload",
  stored: "check",
  processing: "gallery",
  indexing: "face",
  done: "check",
  paused: "pause",
  attention: "alert",
  missing: "folder",
  cancelled: "close",
} as const satisfies Record<RowState, IconName>;

interface FileRowProps {
  readonly row: RowUpdate;
  readonly state: RowState;
  readonly photo: Photo | null;
  readonly status: PhotoStatus | null;
  readonly topPx: number;
  readonly position: number;
  readonly total: number;
}

/** The thumbnail exists once the photo has left the processing stage; its address follows from its id. */
function thumbnailUrl(row: RowUpdate, photo: Photo | null, status: PhotoStatus | null): string | null {
  if (photo) return photo.renditions.w160?.jpg ?? photo.renditions.w320?.jpg ?? null;
  const isThere = status === "indexing" || status === "done";
  return isThere && row.photoId !== null ? `/api/v1/photos/${row.photoId}/renditions/w160.jpg` : null;
}

export const FileRow = memo(function FileRow({ row, state, photo, status, topPx, position, total }: FileRowProps) {
  const url = thumbnailUrl(row, photo, status);
  const share = row.sizeBytes === 0 ? 0 : Math.min(1, row.sentBytes / row.sizeBytes);
  return (
    <li
      className={styles.row}
      style={{ transform: `translateY(${topPx}px)` }}
      aria-posinset={position}
      aria-setsize={total}
    >
      <span className={styles.thumb}>
        {url ? <img src={mediaAddress(url)} alt="" width={40} height={40} loading="lazy" /> : <Icon name="gallery" />}
      </span>
      <span className={styles.name}>
        <span className={styles.path}>{row.path}</span>
        <span className={styles.size}>{sayBytes(row.sizeBytes)}</span>
      </span>
      <span className={`${styles.state} ${styles[state] ?? ""}`}>
        <Icon name={ICON_OF[state]} size={18} />
        <span>
          {ROW_WORDS[state]}
          {state === "uploading" && share < 1 ? ` ${sayPercent(share)}` : ""}
        </span>
      </span>
      {state === "uploading" ? <span className={styles.line} style={{ transform: `scaleX(${share})` }} /> : null}
    </li>
  );
});
