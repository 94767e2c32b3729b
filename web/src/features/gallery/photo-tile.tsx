// One photo of the grid: blur first, then its thumbnail fades in; ring while work goes on, badges when done.
import { memo, type SyntheticEvent } from "react";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { mediaAddress } from "../../media-address.ts";
import { sayCount, sayDate } from "../../say.ts";
import styles from "./gallery.module.css";
import { thumbhashUrl } from "./thumbhash-url.ts";

interface PhotoTileProps {
  readonly photo: Photo | null;
  readonly index: number;
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly column: number;
  readonly isTabStop: boolean;
  readonly isSelected: boolean;
}

/** Thumbnails seen already. A photo that moves to another row must not fade in again, or a live gallery never shows. */
const seen = new Set<string>();

function noteLoaded(event: SyntheticEvent<HTMLImageElement>): void {
  event.currentTarget.setAttribute("data-loaded", "");
  seen.add(event.currentTarget.getAttribute("src") ?? "");
}

const addressOf = (rendition: { readonly jpg: string } | undefined) =>
  rendition === undefined ? null : mediaAddress(rendition.jpg);

const STATE_WORDS = {
  uploading: "uploading",
  processing: "processing",
  indexing: "indexing with AI",
  done: "",
  failed: "needs attention",
} as const;

export function tileName(photo: Photo): string {
  return [
    photo.filename.split("/").at(-1),
    sayDate(photo.takenAt ?? photo.createdAt),
    photo.faces > 0 ? sayCount(photo.faces, "face", "faces") : "",
    STATE_WORDS[photo.status],
  ]
    .filter(Boolean)
    .join(", ");
}

export const PhotoTile = memo(function PhotoTile({
  photo,
  index,
  leftPx,
  widthPx,
  heightPx,
  column,
  isTabStop,
  isSelected,
}: PhotoTileProps) {
  const blur = thumbhashUrl(photo?.thumbhash ?? null);
  const style = {
    left: leftPx,
    width: widthPx,
    height: heightPx,
    ...(blur ? { backgroundImage: `url(${blur})` } : {}),
  };
  if (!photo) {
    // biome-ignore lint/a11y/useFocusableInteractive: it takes focus once it is loaded
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out in justified, windowed rows
    return <div role="gridcell" className={styles.tile} style={style} aria-colindex={column} aria-label="Loading" />;
  }
  const w320 = addressOf(photo.renditions.w320);
  const w640 = addressOf(photo.renditions.w640);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out in justified, windowed rows
    <div
      role="gridcell"
      className={styles.tile}
      style={style}
      tabIndex={isTabStop ? 0 : -1}
      aria-colindex={column}
      aria-label={tileName(photo)}
      aria-selected={isSelected}
      data-index={index}
      data-status={photo.status}
    >
      {w320 ? (
        <img
          key={w320}
          src={w320}
          srcSet={w640 ? `${w320} 320w, ${w640} 640w` : undefined}
          sizes={`${Math.round(widthPx)}px`}
          alt=""
          decoding="async"
          draggable={false}
          data-loaded={seen.has(w320) ? "" : undefined}
          onLoad={noteLoaded}
        />
      ) : null}
      {photo.status === "processing" || photo.status === "indexing" ? <span className={styles.ring} /> : null}
      {photo.status === "failed" ? <span className={styles.failed}>!</span> : null}
      {photo.faces > 0 ? <span className={styles.faces}>{photo.faces}</span> : null}
      <span className={styles.tick} data-tick="" aria-hidden="true" title={isSelected ? "Deselect" : "Select"} />
    </div>
  );
});
