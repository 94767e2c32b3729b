// Reading the library: one photo, pages of photos, aspect ratios, faces. Every query carries the user.
import { type Face, type FaceList, faceCropPath, type ListPhotosQuery } from "../../contracts/photos.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

export function findPhoto(db: D1Database, photoId: string, userId: string): Promise<PhotoRow | null> {
  return db
    .prepare(`SELECT ${PHOTO_COLUMNS} FROM photos WHERE id = ?1 AND user_id = ?2`)
    .bind(photoId, userId)
    .first<PhotoRow>();
}

/** Position in a listing, newest first. */
export interface PhotoCursor {
  readonly createdAt: number;
  readonly id: string;
}

const STATUS_CONDITIONS = {
  uploading: "lifecycle IN ('uploading', 'abandoned')",
  processing: "lifecycle = 'stored' AND thumbnail_state IN ('pending', 'running')",
  indexing: "lifecycle = 'stored' AND thumbnail_state IN ('done', 'skipped') AND index_state IN ('pending', 'running')",
  done: "lifecycle = 'stored' AND thumbnail_state IN ('done', 'skipped') AND index_state IN ('done', 'skipped')",
  failed: "lifecycle = 'stored' AND (thumbnail_state = 'failed' OR index_state = 'failed')",
} as const satisfies Record<NonNullable<ListPhotosQuery["status"]>, string>;

/** Photos by id, in no order; those in the trash and those of other users are absent. */
export async function findPhotos(db: D1Database, userId: string, ids: readonly string[]): Promise<PhotoRow[]> {
  if (ids.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos
       WHERE +user_id = ?1 AND lifecycle = 'stored' AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(userId, JSON.stringify(ids))
    .all<PhotoRow>();
  return results;
}

/** At most `limit` photos after the cursor, newest first. `query.person` has ids that people have now, each once. */
export async function listPhotos(
  db: D1Database,
  userId: string,
  query: ListPhotosQuery,
  after: PhotoCursor | null,
): Promise<PhotoRow[]> {
  const scope =
    query.deleted === "true"
      ? "lifecycle = 'deleted' AND purged_at IS NULL"
      : query.status === undefined
        ? "lifecycle = 'stored'"
        : STATUS_CONDITIONS[query.status];
  const { results } = await db
    .prepare(
      `SELECT ${PHOTO_COLUMNS} FROM photos
       WHERE user_id = ?1 AND ${scope}
         AND (?2 IS NULL OR id IN (SELECT photo_id FROM batch_files WHERE batch_id = ?2 AND batch_files.user_id = ?1))
         AND (?3 IS NULL OR (created_at, id) < (?3, ?4))
         AND (?6 IS NULL OR (photos.id, photos.gen) IN (
           SELECT photo_id, faces.gen FROM faces WHERE faces.user_id = ?1 AND is_dismissed = 0
             AND person_id IN (SELECT value FROM json_each(?6))
           GROUP BY photo_id, faces.gen HAVING count(DISTINCT person_id) >= ?7))
       ORDER BY created_at DESC, id DESC LIMIT ?5`,
    )
    .bind(
      userId,
      query.batch ?? null,
      after?.createdAt ?? null,
      after?.id ?? null,
      query.limit,
      query.person === undefined ? null : JSON.stringify(query.person),
      query.match === "all" ? (query.person?.length ?? 0) : 1,
    )
    .all<PhotoRow>();
  return results;
}

/** Changes a person made to a photo. Absent fields stay. */
export function patchPhoto(
  db: D1Database,
  photoId: string,
  userId: string,
  patch: { filename?: string | undefined; takenAt?: string | null | undefined; favourite?: boolean | undefined },
  now: number,
): Promise<PhotoRow | null> {
  return db
    .prepare(
      `UPDATE photos SET filename = coalesce(?3, filename), taken_at = CASE WHEN ?4 THEN ?5 ELSE taken_at END,
         favourite = coalesce(?6, favourite), rev = rev + 1, changed_at = ?7
       WHERE id = ?1 AND user_id = ?2 AND lifecycle <> 'deleted' RETURNING ${PHOTO_COLUMNS}`,
    )
    .bind(
      photoId,
      userId,
      patch.filename ?? null,
      patch.takenAt !== undefined ? 1 : 0,
      patch.takenAt ?? null,
      patch.favourite === undefined ? null : Number(patch.favourite),
      now,
    )
    .first<PhotoRow>();
}

/** Rows of one D1 answer while the layout is packed; 20,000 small rows are about 1 MB. */
const LAYOUT_PAGE_ROWS = 20_000;
/** Ratio unit of the layout: thousandths. */
const RATIO_SCALE = 1000;

/** Width ÷ height of every photo, newest first, as thousandths in a Uint16 (1000 where unknown): 2 bytes a photo. */
export async function packLayout(db: D1Database, userId: string): Promise<Uint16Array> {
  const pages: Uint16Array[] = [];
  let after: PhotoCursor | null = null;
  for (;;) {
    const { results }: D1Result<PhotoCursor & { width: number | null; height: number | null }> = await db
      .prepare(
        `SELECT created_at AS createdAt, id, width, height FROM photos WHERE user_id = ?1 AND lifecycle = 'stored'
           AND (?2 IS NULL OR (created_at, id) < (?2, ?3)) ORDER BY created_at DESC, id DESC LIMIT ${LAYOUT_PAGE_ROWS}`,
      )
      .bind(userId, (after as PhotoCursor | null)?.createdAt ?? null, (after as PhotoCursor | null)?.id ?? null)
      .all<PhotoCursor & { width: number | null; height: number | null }>();
    pages.push(
      Uint16Array.from(results, ({ width, height }) =>
        width && height ? Math.min(0xffff, Math.max(1, Math.round((width / height) * RATIO_SCALE))) : RATIO_SCALE,
      ),
    );
    const last = results.at(-1);
    if (last === undefined || results.length < LAYOUT_PAGE_ROWS) break;
    after = last;
  }
  const packed = new Uint16Array(pages.reduce((sum, page) => sum + page.length, 0));
  let position = 0;
  for (const page of pages) {
    packed.set(page, position);
    position += page.length;
  }
  return packed;
}

/** Faces of a photo, largest first; never the vector, and not the built-in default's faceless observation (score 0). */
export async function listFaces(
  db: D1Database,
  photoId: string,
  userId: string,
  gen: number,
): Promise<FaceList["items"]> {
  interface FaceRow {
    id: string;
    boxX: number;
    boxY: number;
    boxWidth: number;
    boxHeight: number;
    landmarks: string;
    score: number;
    quality: number;
    personId: string | null;
    personName: string | null;
    origin: Face["origin"];
    assignedBy: Face["assignedBy"];
    modelId: string;
  }
  const { results } = await db
    .prepare(
      `SELECT faces.id, box_x AS boxX, box_y AS boxY, box_width AS boxWidth, box_height AS boxHeight, landmarks, score, quality,
         person_id AS personId, people.name AS personName, origin, assigned_by AS assignedBy, model_id AS modelId
       FROM faces LEFT JOIN people ON people.id = faces.person_id
       WHERE photo_id = ?1 AND faces.user_id = ?2 AND gen = ?3 AND score > 0 AND is_dismissed = 0
       ORDER BY box_width * box_height DESC, faces.id`,
    )
    .bind(photoId, userId, gen)
    .all<FaceRow>();
  return results.map((row) => ({
    id: row.id as Face["id"],
    box: { x: row.boxX, y: row.boxY, width: row.boxWidth, height: row.boxHeight },
    landmarks: JSON.parse(row.landmarks) as Face["landmarks"],
    score: row.score,
    quality: row.quality,
    person: row.personId as Face["person"],
    personName: row.personName,
    origin: row.origin,
    assignedBy: row.assignedBy,
    suggestion: null,
    crop: faceCropPath(row.id),
    modelId: row.modelId,
  }));
}
