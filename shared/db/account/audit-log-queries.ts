// Reading the audit log: newest first, of one user or of everybody; and forgetting what is too old.
import type { AuditAction } from "../../contracts/audit.ts";
import type { Role } from "../../contracts/auth.ts";
import type { UserId } from "../../contracts/ids.ts";
import type { AuditRow } from "../identity/audit-queries.ts";

/** Events one statement deletes: a year's may be many. */
const FORGET_AT_ONCE = 5000;

/** An event with the names of who is still here; its details as stored, in JSON. */
export interface AuditListRow extends Omit<AuditRow, "details" | "subjectId" | "actorId"> {
  readonly subjectId: UserId | null;
  readonly actorId: UserId | null;
  readonly details: string;
  readonly subjectName: string | null;
  readonly actorName: string | null;
  readonly actorRole: Role | null;
}

export interface AuditFilter {
  /** Whose: about them, or by them. Null for everybody's. */
  readonly userId: string | null;
  readonly action: AuditAction | null;
  /** Older than this event. */
  readonly beforeId: string | null;
}

export async function listAuditEvents(db: D1Database, filter: AuditFilter, limit: number): Promise<AuditListRow[]> {
  const { results } = await db
    .prepare(
      `SELECT audit_events.id, at, action, subject_id AS subjectId, actor_id AS actorId, via, network, user_agent AS userAgent, details,
         subject.name AS subjectName, actor.name AS actorName, actor.role AS actorRole
       FROM audit_events LEFT JOIN users AS subject ON subject.id = subject_id LEFT JOIN users AS actor ON actor.id = actor_id
       WHERE ${filter.userId === null ? "?1 IS NULL" : "(subject_id = ?1 OR actor_id = ?1)"}
         AND (?2 IS NULL OR action = ?2) AND (?3 IS NULL OR audit_events.id < ?3)
       ORDER BY audit_events.id DESC LIMIT ?4`,
    )
    .bind(filter.userId, filter.action, filter.beforeId, limit)
    .all<AuditListRow>();
  return results;
}

export async function forgetAuditEvents(db: D1Database, before: number): Promise<void> {
  await db
    .prepare(`DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events WHERE at < ?1 LIMIT ${FORGET_AT_ONCE})`)
    .bind(before)
    .run();
}
