// Reading single faces with the photos they are in. Every query carries the user; none touches a vector.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import type { FaceBox } from "../../contracts/people.ts";
import { mayRecogniseSql } from "../consent/consent-condition.ts";

/** What cutting a face out of its photo takes. */
export interface CutFace {
  readonly box: FaceBox;
  readonly mime: string;
  /** Of the original, as seen. */
  readonly widthPx: number;
}

/** Null when the face is gone, its photo was deleted or is of another generation, or its owner withdrew. */
export async function findFaceToCut(
  db: D1Database,
  wanted: { readonly userId: string; readonly photoId: string; readonly gen: number; readonly faceId: string },
): Promise<CutFace | null> {
  const row = await db
    .prepare(
      `SELECT box_x AS x, box_y AS y, box_width AS boxWidth, box_height AS boxHeight, mime, photos.width AS widthPx
       FROM faces JOIN photos ON photos.id = faces.photo_id AND photos.gen = faces.gen JOIN users ON users.id = faces.user_id
       WHERE faces.id = ?1 AND faces.user_id = ?2 AND faces.photo_id = ?3 AND faces.gen = ?4 AND faces.score > 0
         AND photos.user_id = ?2 AND photos.purged_at IS NULL AND photos.thumbnail_state = 'done' AND users.face_consent <> 'withdrawn'`,
    )
    .bind(wanted.faceId, wanted.userId, wanted.photoId, wanted.gen)
    .first<{ x: number; y: number; boxWidth: number; boxHeight: number; mime: string; widthPx: number | null }>();
  if (row === null) return null;
  const { x, y, boxWidth, boxHeight, mime, widthPx } = row;
  return { box: { x, y, width: boxWidth, height: boxHeight }, mime, widthPx: widthPx ?? 1 };
}

/** The photo a face is in; null when there is no such face, its photo is in the trash, or its owner's faces are not recognised. */
export function findFacePhoto(
  db: D1Database,
  preset: FaceRecognitionDefault,
  faceId: string,
  userId: string,
): Promise<{ photoId: string; gen: number } | null> {
  return db
    .prepare(
      `SELECT photo_id AS photoId, faces.gen FROM faces JOIN photos ON photos.id = faces.photo_id AND photos.gen = faces.gen
         JOIN users ON users.id = faces.user_id
       WHERE faces.id = ?1 AND faces.user_id = ?2 AND faces.score > 0 AND photos.lifecycle = 'stored' AND ${mayRecogniseSql(preset)}`,
    )
    .bind(faceId, userId)
    .first<{ photoId: string; gen: number }>();
}
