// Batches: what a client declared, which photo each manifest entry became, and the denominator of progress.
import type { BatchId } from "../../contracts/ids.ts";
import type { BatchReport } from "../../contracts/progress.ts";
import { PHOTO_COLUMNS, type PhotoRow } from "./photo-row.ts";

export interface BatchFile {
  readonly fileKey: string;
  readonly photoId: string | null;
  /** The photo was made for this very file a moment ago: nobody can know it without this batch. */
  readonly isNew: boolean;
  /** Error code of a rejected entry. */
  readonly rejected: string | null;
}

/** Opens the client's batch or extends it; the declared size never shrinks. */
export async function openBatch(
  db: D1Database,
  batch: { id: string; userId: string; clientBatchId: string; declared: number },
  now: number,
): Promise<string> {
  const row = await db
    .prepare(
      `INSERT INTO batches (id, user_id, client_batch_id, declared, created_at, touched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
       ON CONFLICT (user_id, client_batch_id) DO UPDATE SET declared = max(declared, excluded.declared), touched_at = excluded.touched_at,
         closed_at = NULL, rev = rev + 1
       RETURNING id`,
    )
    .bind(batch.id, batch.userId, batch.clientBatchId, batch.declared, now)
    .first<{ id: string }>();
  if (row === null) throw new Error("an upsert returned no row");
  return row.id;
}

/**
 * Records what became of manifest entries, and raises the batch's rev so that the hub takes the newer denominator.
 * Photos that join or leave the batch by it get a new rev in the same transaction, so that the batches of a photo are a
 * matter of its rev like everything else. Returns the photos the entries name, as they are now.
 */
export async function recordBatchFiles(
  db: D1Database,
  batchId: string,
  userId: string,
  files: readonly BatchFile[],
  now: number,
): Promise<PhotoRow[]> {
  const list = JSON.stringify(files);
  const [, , , named] = await db.batch<PhotoRow>([
    db
      .prepare(
        `UPDATE photos SET rev = rev + 1, changed_at = ?4 WHERE user_id = ?2 AND id IN (
           SELECT value->>'photoId' FROM json_each(?3) WHERE value->>'photoId' IS NOT NULL AND NOT value->>'isNew'
             AND NOT EXISTS (SELECT 1 FROM batch_files WHERE batch_id = ?1 AND photo_id = value->>'photoId')
           UNION
           SELECT photo_id FROM json_each(?3) JOIN batch_files ON batch_id = ?1 AND file_key = value->>'fileKey'
             WHERE photo_id IS NOT value->>'photoId')`,
      )
      .bind(batchId, userId, list, now),
    db
      .prepare(
        `INSERT INTO batch_files (batch_id, file_key, user_id, photo_id, rejected)
         SELECT ?1, value->>'fileKey', ?2, value->>'photoId', value->>'rejected' FROM json_each(?3) WHERE true
         ON CONFLICT (batch_id, file_key) DO UPDATE SET photo_id = excluded.photo_id, rejected = excluded.rejected
           WHERE photo_id IS NOT excluded.photo_id OR rejected IS NOT excluded.rejected`,
      )
      .bind(batchId, userId, list),
    db
      .prepare(`UPDATE batches SET rev = rev + 1, touched_at = ?3 WHERE id = ?1 AND user_id = ?2`)
      .bind(batchId, userId, now),
    db
      .prepare(
        `SELECT ${PHOTO_COLUMNS} FROM photos WHERE user_id = ?1 AND id IN (SELECT value->>'photoId' FROM json_each(?2))`,
      )
      .bind(userId, list),
  ]);
  return named?.results ?? [];
}

/**
 * The bytes sent for an announced photo were refused for what they are: its entries count as rejected and the photo leaves
 * its batches, until a manifest names it again. Null when bytes were accepted meanwhile, or no batch expects the photo.
 */
export async function rejectBatchFile(
  db: D1Database,
  photoId: string,
  userId: string,
  code: string,
  now: number,
): Promise<{ row: PhotoRow; batches: BatchReport[] } | null> {
  const isAwaited = `EXISTS (SELECT 1 FROM photos WHERE id = ?1 AND user_id = ?2 AND lifecycle IN ('uploading', 'abandoned') AND stored_at IS NULL)`;
  const [changed, bumped, , found] = await db.batch<PhotoRow & { batchId: string }>([
    db
      .prepare(
        `UPDATE photos SET rev = rev + 1, changed_at = ?3 WHERE id = ?1 AND ${isAwaited}
           AND EXISTS (SELECT 1 FROM batch_files WHERE photo_id = ?1)`,
      )
      .bind(photoId, userId, now),
    db
      .prepare(
        `UPDATE batches SET rev = rev + 1, touched_at = ?3 WHERE user_id = ?2 AND ${isAwaited}
           AND id IN (SELECT batch_id FROM batch_files WHERE photo_id = ?1) RETURNING id AS batchId`,
      )
      .bind(photoId, userId, now),
    db
      .prepare(`UPDATE batch_files SET photo_id = NULL, rejected = ?3 WHERE photo_id = ?1 AND ${isAwaited}`)
      .bind(photoId, userId, code),
    db.prepare(`SELECT ${PHOTO_COLUMNS} FROM photos WHERE id = ?1 AND user_id = ?2`).bind(photoId, userId),
  ]);
  const row = found?.results[0];
  if (row === undefined || (changed?.meta.changes ?? 0) === 0) return null;
  const reports = await Promise.all((bumped?.results ?? []).map(({ batchId }) => batchReport(db, batchId, userId)));
  return { row, batches: reports.filter((report) => report !== null) };
}

/**
 * `expected` = declared files that can become photos of their own: less the rejected ones, less further copies of a
 * photo already named in the batch, less photos whose very tombstone is gone. What else was deleted or closed meanwhile
 * is the reader's to subtract (progress.ts).
 */
const BATCH_REPORT = `
  SELECT batches.id AS id, batches.rev AS rev, batches.closed_at IS NOT NULL AS closed,
    max(0, max(batches.declared, (SELECT count(*) FROM batch_files WHERE batch_id = batches.id))
      - (SELECT count(*) FROM batch_files WHERE batch_id = batches.id AND rejected IS NOT NULL)
      - (SELECT count(photo_id) - count(DISTINCT photo_id) FROM batch_files WHERE batch_id = batches.id)
      - (SELECT count(DISTINCT photo_id) FROM batch_files WHERE batch_id = batches.id AND photo_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = batch_files.photo_id))) AS expected
  FROM batches`;

interface BatchReportRow {
  id: string;
  rev: number;
  closed: number;
  expected: number;
}

const toReport = (row: BatchReportRow): BatchReport => ({
  id: row.id as BatchId,
  rev: row.rev,
  expected: row.expected,
  closed: row.closed !== 0,
});

export async function batchReport(db: D1Database, batchId: string, userId: string): Promise<BatchReport | null> {
  const row = await db
    .prepare(`${BATCH_REPORT} WHERE batches.id = ?1 AND batches.user_id = ?2`)
    .bind(batchId, userId)
    .first<BatchReportRow>();
  return row === null ? null : toReport(row);
}

/** Every batch of a user after `afterId`, by id; at most `limit`. */
export async function batchReports(
  db: D1Database,
  userId: string,
  afterId: string,
  limit: number,
): Promise<BatchReport[]> {
  const { results } = await db
    .prepare(`${BATCH_REPORT} WHERE batches.user_id = ?1 AND batches.id > ?2 ORDER BY batches.id LIMIT ?3`)
    .bind(userId, afterId, limit)
    .all<BatchReportRow>();
  return results.map(toReport);
}

/** Bytes that come after ten idle minutes open the photo's batches again: what was declared counts once more. */
export async function reopenBatches(
  db: D1Database,
  photoId: string,
  userId: string,
  now: number,
): Promise<BatchReport[]> {
  const { results: reopened } = await db
    .prepare(
      `UPDATE batches SET closed_at = NULL, touched_at = ?3, rev = rev + 1
       WHERE user_id = ?2 AND closed_at IS NOT NULL AND id IN (SELECT batch_id FROM batch_files WHERE photo_id = ?1) RETURNING id`,
    )
    .bind(photoId, userId, now)
    .all<{ id: string }>();
  const reports = await Promise.all(reopened.map(({ id }) => batchReport(db, id, userId)));
  return reports.filter((report) => report !== null);
}
