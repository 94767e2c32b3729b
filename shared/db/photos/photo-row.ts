// A row of photos as the protocol sees it, with the batches it belongs to, and its two public forms.
import { getTableColumns } from "drizzle-orm";
import type { BatchId, PhotoId } from "../../contracts/ids.ts";
import { type Photo, photoStatus, type Stage } from "../../contracts/photos.ts";
import type { PhotoReport } from "../../contracts/progress.ts";
import { webpWidthsOf } from "../../contracts/webp.ts";
import { photos } from "../schema.ts";

export type PhotoRow = Omit<typeof photos.$inferSelect, "favourite"> & {
  /** SQLite's 0 or 1. */
  favourite: number;
  /** JSON array of the ids of the batches that named this photo. */
  batchIds: string;
};

/** Column list for SELECT and RETURNING: the schema's names, plus the batches of the photo. */
export const PHOTO_COLUMNS = [
  ...Object.entries(getTableColumns(photos)).map(([key, column]) => `photos.${column.name} AS "${key}"`),
  `(SELECT json_group_array(DISTINCT batch_id) FROM batch_files WHERE photo_id = photos.id) AS "batchIds"`,
].join(", ");

/** What the progress hub needs to know. */
export function toReport(row: PhotoRow): PhotoReport {
  return {
    id: row.id as PhotoId,
    batchIds: JSON.parse(row.batchIds) as BatchId[],
    rev: row.rev,
    lifecycle: row.lifecycle,
    thumbnail: row.thumbnailState,
    index: row.indexState,
  };
}

/** The photo of the API. URLs are relative to the origin; `?g=` makes them immutable per generation. */
export function toPhoto(row: PhotoRow): Photo {
  const url = (name: string) => `/api/v1/photos/${row.id}/renditions/${name}?g=${row.gen}`;
  const webpWidths: readonly number[] = webpWidthsOf(row.width ?? 1, row.height ?? 1);
  const rendition = (width: number) => ({
    jpg: url(`w${width}.jpg`),
    ...(webpWidths.includes(width) ? { webp: url(`w${width}.webp`) } : {}),
  });
  return {
    id: row.id as PhotoId,
    filename: row.filename,
    mime: row.mime,
    bytes: row.bytes,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    takenAt: row.takenAt,
    camera: row.camera,
    location:
      row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
    createdAt: iso(row.createdAt),
    deletedAt: row.deletedAt === null ? null : iso(row.deletedAt),
    favourite: row.favourite !== 0,
    status: photoStatus({ lifecycle: row.lifecycle, thumbnail: row.thumbnailState, index: row.indexState }),
    rev: row.rev,
    gen: row.gen,
    thumbhash: row.thumbhash,
    faces: row.faces,
    stages: {
      thumbnail: stage(row.thumbnailState, row.thumbnailReason, row.thumbnailMs, row.thumbnailAttempts),
      index: stage(row.indexState, row.indexReason, row.indexMs, row.indexAttempts),
    },
    renditions:
      row.thumbnailState === "done"
        ? { w160: rendition(160), w320: rendition(320), w640: rendition(640), w1280: rendition(1280) }
        : {},
  };
}

function stage(state: Stage["state"], reason: string | null, ms: number | null, attempts: number): Stage {
  return {
    state,
    ...(reason === null ? {} : { reason: reason as NonNullable<Stage["reason"]> }),
    ...(ms === null ? {} : { ms }),
    attempts,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
