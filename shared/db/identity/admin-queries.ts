// Accounts as admins see and change them. What nobody may do is a condition of the statement: two admins at once cannot do it either.
import type { AccountStatus, Role } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";

export interface AdminUserRow {
  readonly id: UserId;
  readonly name: string;
  readonly email: string | null;
  readonly emailVerifiedAt: number | null;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly deleteAfter: number | null;
  readonly createdAt: number;
  readonly lastSeenAt: number | null;
  readonly storageBytes: number;
  readonly photoCount: number;
  /** The account's own; null takes the installation's. */
  readonly quotaBytes: number | null;
  readonly quotaPhotos: number | null;
  readonly passkeys: number;
  readonly hasPassword: number;
  /** JSON array of provider ids. */
  readonly providers: string;
}

const SELECT = `SELECT id, name, email, email_verified_at AS emailVerifiedAt, role, status, delete_after AS deleteAfter,
  created_at AS createdAt, storage_bytes AS storageBytes, photo_count AS photoCount, quota_bytes AS quotaBytes,
  quota_photos AS quotaPhotos, password_hash IS NOT NULL AS hasPassword,
  (SELECT max(last_seen_at) FROM sessions WHERE user_id = users.id) AS lastSeenAt,
  (SELECT count(*) FROM passkeys WHERE user_id = users.id) AS passkeys,
  (SELECT json_group_array(provider_id) FROM identities WHERE user_id = users.id) AS providers
  FROM users`;

export interface UsersCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** Oldest first, those that are deleted left out; `part` is part of a name or an address. */
export async function listUsers(
  db: D1Database,
  after: UsersCursor | null,
  part: string | null,
  limit: number,
): Promise<AdminUserRow[]> {
  const { results } = await db
    .prepare(
      `${SELECT} WHERE purged_at IS NULL AND (created_at, id) > (?1, ?2)
         AND (?3 IS NULL OR instr(lower(name), lower(?3)) > 0 OR instr(coalesce(email, ''), lower(?3)) > 0)
       ORDER BY created_at, id LIMIT ?4`,
    )
    .bind(after?.createdAt ?? -1, after?.id ?? "", part, limit)
    .all<AdminUserRow>();
  return results;
}

export function findAdminUser(db: D1Database, userId: string): Promise<AdminUserRow | null> {
  return db.prepare(`${SELECT} WHERE id = ?1 AND purged_at IS NULL`).bind(userId).first<AdminUserRow>();
}

/** The actor is still who they were, and may touch this account. ?1 is the account, ?2 the actor. */
const MAY_TOUCH = `purged_at IS NULL AND EXISTS (SELECT 1 FROM users AS actor WHERE actor.id = ?2 AND actor.status = 'active'
  AND (actor.role = 'owner' OR (actor.role = 'admin' AND users.role <> 'owner')))`;
const ANOTHER_OWNER = `EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'owner' AND other.status = 'active' AND other.id <> ?1)`;

/** Only an owner makes owners; nobody changes their own role; the last owner keeps it. */
export function changeRole(db: D1Database, userId: string, actorId: string, role: Role): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET role = ?3 WHERE id = ?1 AND id <> ?2 AND role <> ?3 AND ${MAY_TOUCH}
         AND (?3 <> 'owner' OR EXISTS (SELECT 1 FROM users AS actor WHERE actor.id = ?2 AND actor.role = 'owner'))
         AND (role <> 'owner' OR ${ANOTHER_OWNER})`,
    )
    .bind(userId, actorId, role);
}

/** Nobody locks themselves; somebody must own the installation; an account that is being deleted is its user's matter. */
export function changeStatus(
  db: D1Database,
  userId: string,
  actorId: string,
  status: "active" | "disabled",
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET status = ?3 WHERE id = ?1 AND id <> ?2 AND status <> ?3 AND status <> 'closing' AND ${MAY_TOUCH}
         AND (role <> 'owner' OR ?3 = 'active' OR ${ANOTHER_OWNER})`,
    )
    .bind(userId, actorId, status);
}

/** Undefined leaves a limit as it is; null takes the installation's. */
export function changeQuota(
  db: D1Database,
  userId: string,
  actorId: string,
  quota: { readonly bytes: number | null | undefined; readonly photos: number | null | undefined },
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET quota_bytes = CASE WHEN ?3 THEN ?4 ELSE quota_bytes END,
         quota_photos = CASE WHEN ?5 THEN ?6 ELSE quota_photos END
       WHERE id = ?1 AND ${MAY_TOUCH}`,
    )
    .bind(
      userId,
      actorId,
      quota.bytes === undefined ? 0 : 1,
      quota.bytes ?? null,
      quota.photos === undefined ? 0 : 1,
      quota.photos ?? null,
    );
}
