// What is asked of the database before a picture is made of a photo: the photo, whoever may see it, and where its faces are.
import type { FaceRecognitionDefault } from "../../contracts/consent.ts";
import type { ShareBox } from "../../contracts/renders.ts";
import { mayRecogniseSql } from "../consent/consent-condition.ts";
import { BUILTIN_MODELS } from "./index-statements.ts";
import type { PhotoRow } from "./photo-row.ts";

/** The slice of a photo's row that renders need: every cached picture reads it, so it is small. */
export type RenderSource = Pick<
  PhotoRow,
  | "id"
  | "userId"
  | "gen"
  | "mime"
  | "bytes"
  | "width"
  | "height"
  | "filename"
  | "thumbnailState"
  | "indexState"
  | "linkRev"
>;

const SOURCE_COLUMNS = `photos.id, photos.user_id AS userId, photos.gen, photos.mime, photos.bytes, photos.width, photos.height,
  photos.filename, photos.thumbnail_state AS thumbnailState, photos.index_state AS indexState, photos.link_rev AS linkRev`;

/** A photo of the user's library; null for others', unknown ones and those in the trash. */
export function findRenderSource(db: D1Database, photoId: string, userId: string): Promise<RenderSource | null> {
  return db
    .prepare(`SELECT ${SOURCE_COLUMNS} FROM photos WHERE id = ?1 AND user_id = ?2 AND lifecycle = 'stored'`)
    .bind(photoId, userId)
    .first<RenderSource>();
}

export interface SignedFacts {
  readonly photoId: string;
  readonly keyId: string;
  readonly linkRev: number;
}

/**
 * The photo behind an address whose signature is good, in the one query such a request may cost. Null where the key was revoked
 * or is not its owner's, the photo's addresses were ended, the photo is not in the library, or its owner cannot sign in.
 */
export function findSignedSource(
  db: D1Database,
  { photoId, keyId, linkRev }: SignedFacts,
): Promise<RenderSource | null> {
  return db
    .prepare(
      `SELECT ${SOURCE_COLUMNS} FROM photos
         JOIN url_keys ON url_keys.id = ?2 AND url_keys.user_id = photos.user_id AND url_keys.revoked_at IS NULL
         JOIN users ON users.id = photos.user_id AND users.status = 'active'
       WHERE photos.id = ?1 AND photos.link_rev = ?3 AND photos.lifecycle = 'stored'`,
    )
    .bind(photoId, keyId, linkRev)
    .first<RenderSource>();
}

export interface WantedFaces {
  /** Only this person's; null for everybody's. */
  readonly personId: string | null;
  /** Those a human dismissed too; and null where only a built-in model looked, which claims no face whatever there is. */
  readonly isForHiding: boolean;
}

/** Boxes of the photo's faces, in the order they are kept in; null when its owner's faces may not be looked at. */
export async function findFaceBoxes(
  db: D1Database,
  preset: FaceRecognitionDefault,
  { userId, id, gen }: Pick<RenderSource, "userId" | "id" | "gen">,
  wanted: WantedFaces,
): Promise<ShareBox[] | null> {
  const row = await db
    .prepare(
      `SELECT ${mayRecogniseSql(preset)} AND (?4 = 0 OR EXISTS (
            SELECT 1 FROM photos WHERE id = ?2 AND gen = ?3 AND index_model_id NOT LIKE '${BUILTIN_MODELS}')) AS isAllowed,
         (SELECT json_group_array(json_object('x', box_x, 'y', box_y, 'width', box_width, 'height', box_height)) FROM (
            SELECT box_x, box_y, box_width, box_height FROM faces
            WHERE photo_id = ?2 AND gen = ?3 AND faces.user_id = ?1 AND score > 0 AND (?4 OR is_dismissed = 0)
              AND (?5 IS NULL OR person_id = ?5) ORDER BY id)) AS boxes
       FROM users WHERE users.id = ?1`,
    )
    .bind(userId, id, gen, Number(wanted.isForHiding), wanted.personId)
    .first<{ isAllowed: number; boxes: string }>();
  return row === null || row.isAllowed === 0 ? null : (JSON.parse(row.boxes) as ShareBox[]);
}
