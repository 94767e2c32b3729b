// What an export is made of. No vector, no secret, no hash of one.
import { EXPORT_PART_PHOTOS } from "../../contracts/limits.ts";

const IS_HELD = `stored_at IS NOT NULL AND purged_at IS NULL`;
/** Events of the history that are handed out; more are a page of the audit log away. */
const AUDIT_AT_MOST = 5000;

export interface ExportPartRow {
  readonly part: number;
  readonly photos: number;
  readonly bytes: number;
}

/**
 * Parts by position among all rows of the user, removed ones included: what is deleted while somebody downloads moves no photo
 * into another part.
 */
export async function exportParts(db: D1Database, userId: string): Promise<ExportPartRow[]> {
  const { results } = await db
    .prepare(
      `SELECT part, sum(held) AS photos, sum(held * bytes) AS bytes FROM (
         SELECT (row_number() OVER (ORDER BY id) - 1) / ${EXPORT_PART_PHOTOS} + 1 AS part, bytes, (${IS_HELD}) AS held
         FROM photos WHERE user_id = ?1)
       GROUP BY part ORDER BY part`,
    )
    .bind(userId)
    .all<ExportPartRow>();
  return results;
}

export interface ExportPhotoRow {
  readonly id: string;
  readonly gen: number;
  readonly filename: string;
  readonly mime: string;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly takenAt: string | null;
  readonly camera: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly favourite: number;
  readonly createdAt: number;
  readonly deletedAt: number | null;
}

/** Photos of one part, in order; null when there is no such part. */
export async function exportPhotos(db: D1Database, userId: string, part: number): Promise<ExportPhotoRow[] | null> {
  const { results } = await db
    .prepare(
      `SELECT id, gen, filename, mime, sha256, width, height, taken_at AS takenAt, camera, latitude, longitude, favourite,
         created_at AS createdAt, deleted_at AS deletedAt, (${IS_HELD}) AS held
       FROM photos WHERE user_id = ?1 ORDER BY id LIMIT ?2 OFFSET ?3`,
    )
    .bind(userId, EXPORT_PART_PHOTOS, (part - 1) * EXPORT_PART_PHOTOS)
    .all<ExportPhotoRow & { held: number }>();
  if (results.length === 0 && part > 1) return null;
  return results.filter(({ held }) => held !== 0).map(({ held: _held, ...photo }) => photo);
}

/** Each list as the database keeps it, by name; JSON columns are text. */
export async function exportAccount(
  db: D1Database,
  userId: string,
): Promise<Record<string, readonly Record<string, unknown>[]>> {
  const lists = {
    profile: `SELECT id, name, email, email_verified_at AS emailVerifiedAt, role, status, created_at AS createdAt,
        storage_bytes AS storageBytes, photo_count AS photoCount, face_consent AS faceConsent FROM users WHERE id = ?1`,
    people: `SELECT people.id, name, birthday, is_hidden AS isHidden, people.created_at AS createdAt,
        (SELECT json_group_array(DISTINCT photo_id) FROM faces WHERE person_id = people.id AND user_id = ?1) AS photos
      FROM people WHERE user_id = ?1 AND merged_into IS NULL`,
    consents: `SELECT purpose, decision, version, source, decided_at AS decidedAt FROM consent_records WHERE user_id = ?1 ORDER BY decided_at`,
    sessions: `SELECT id, method, provider_id AS provider, user_agent AS userAgent, network, created_at AS createdAt,
        last_seen_at AS lastSeenAt, expires_at AS expiresAt, revoked_at AS revokedAt FROM sessions WHERE user_id = ?1`,
    apiKeys: `SELECT id, name, prefix, scopes, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt,
        revoked_at AS revokedAt FROM api_keys WHERE user_id = ?1`,
    passkeys: `SELECT id, name, created_at AS createdAt, last_used_at AS lastUsedAt FROM passkeys WHERE user_id = ?1`,
    identities: `SELECT provider_id AS provider, subject, email, created_at AS createdAt FROM identities WHERE user_id = ?1`,
    programs: `SELECT oauth_grants.id, oauth_clients.name, oauth_grants.scopes, oauth_grants.created_at AS createdAt,
        oauth_grants.revoked_at AS revokedAt
      FROM oauth_grants LEFT JOIN oauth_clients ON oauth_clients.id = client_id WHERE oauth_grants.user_id = ?1`,
    audit: `SELECT at, action, via, details,
        CASE WHEN actor_id IS NULL OR actor_id = ?1 THEN network END AS network,
        CASE WHEN actor_id IS NULL OR actor_id = ?1 THEN user_agent END AS userAgent
      FROM audit_events WHERE subject_id = ?1 OR actor_id = ?1 ORDER BY id DESC LIMIT ${AUDIT_AT_MOST}`,
  };
  const results = await db.batch<Record<string, unknown>>(
    Object.values(lists).map((sql) => db.prepare(sql).bind(userId)),
  );
  return Object.fromEntries(Object.keys(lists).map((name, i) => [name, results[i]?.results ?? []]));
}
